/** What the package says about itself. */
import manifest from '../../package.json';

export const PRODUCT = 'perimeter';
/** On the npm registry. */
const PACKAGE = manifest.name;
export const VERSION = manifest.version;

/** Where the package is at home, without a trailing slash. */
export const HOMEPAGE = manifest.homepage.replace(/[#?].*$/, '').replace(/\/$/, '');

/** The files of the published package, this very version: what a finding links to says what the version does. */
export const PUBLISHED = `https://unpkg.com/${PACKAGE}@${VERSION}`;
