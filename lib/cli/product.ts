/** What the package says about itself. */
import manifest from '../../package.json';
import { asText, property } from '../core/value';

export const PRODUCT = 'perimeter';
/** On the npm registry. */
export const PACKAGE = manifest.name;
export const VERSION = manifest.version;

/** The repository on the web, without a trailing slash: the pages that findings link to live in it. */
export const HOMEPAGE = (asText(property(manifest, 'homepage')) ?? `https://www.npmjs.com/package/${manifest.name}`)
  .replace(/[#?].*$/, '')
  .replace(/\/$/, '');

export const BUG_PAGE = asText(property(property(manifest, 'bugs'), 'url')) ?? `${HOMEPAGE}/issues`;
