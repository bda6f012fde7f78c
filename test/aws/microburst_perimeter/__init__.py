"""microburst, where it does not know what Perimeter calls."""
