"""Where ministack 1.5.33 differs from AWS's documentation in what the tests of Perimeter need."""
