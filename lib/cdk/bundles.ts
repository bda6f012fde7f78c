/** The code of a function: its settings as a literal, and its bundle behind it (docs/decisions/0008). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Configuration } from '../core/configuration';
import { UsageError } from '../core/errors';
import { type DirectorySettings, encodeSettings, type Surroundings, settingsLiteral } from '../handlers/settings';

/** `folder`: that which holds `hooks/` and `lambda/`. Throws `UsageError` where nothing was built. */
export function codeOf(folder: string, kind: 'hooks' | 'lambda', id: string, configuration: Configuration, surroundings: Surroundings): string {
  return `${settingsLiteral(encodeSettings(configuration, id, surroundings))}${bundleAt(join(folder, kind, `${id}.js`))}`;
}

function bundleAt(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${file} cannot be read: run \`npm run build\``, { cause: error });
  }
}

export const directoryCode = (folder: string, directory: DirectorySettings['directory'], organizationsRegion: string): string =>
  `${settingsLiteral({ directory, organizationsRegion })}${bundleAt(join(folder, 'functions/directory.js'))}`;
