/** The code of a function: its settings as a literal, and its bundle behind it (docs/decisions/0008). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CfnMapping } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Configuration } from '../core/configuration';
import { UsageError } from '../core/errors';
import { type DirectorySettings, encodeSettings, type Surroundings, settingsLiteral } from '../handlers/settings';

/** What is common to the functions of one member template. */
interface Common {
  readonly configuration: Configuration;
  /** Where the organization directory lies, where there is one. */
  readonly directory: Pick<Surroundings, 'directory'>;
}

/**
 * The functions of one member template. Remediators begin with the same code, and the template holds it once, in a mapping
 * (docs/decisions/0025): https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/mappings-section-structure.html
 */
export class Bundles extends Construct {
  private shared: { readonly code: string; readonly references: string } | undefined;

  /** `folder`: that which holds `hooks/`, `lambda/` and `shared/`. */
  constructor(
    scope: Construct,
    private readonly folder: string,
    private readonly common: Common,
  ) {
    super(scope, 'Code');
  }

  /** Throws `UsageError`, as `remediator` does, where nothing was built. */
  hook(id: string): string {
    return this.settings(id, {}) + bundleAt(join(this.folder, 'hooks', `${id}.js`));
  }

  remediator(id: string, surroundings: Surroundings): string {
    const file = join(this.folder, 'lambda', `${id}.js`);
    const bundle = bundleAt(file);
    this.shared ??= this.share(bundleAt(join(this.folder, 'shared/lambda.js')));
    const { code, references } = this.shared;
    if (!bundle.startsWith(code)) throw new UsageError(`${file} is of another build than ${this.folder}/shared: run \`npm run build\``);
    return this.settings(id, surroundings) + references + bundle.slice(code.length);
  }

  private share(code: string) {
    const parts = partsOf(code).map((part, index) => [`Part${index + 1}`, part]);
    const mapping = new CfnMapping(this, 'Remediators', { mapping: { Shared: Object.fromEntries(parts) } });
    return { code, references: parts.map(([name = '']) => mapping.findInMap('Shared', name)).join('') };
  }

  private settings(id: string, surroundings: Surroundings): string {
    return settingsLiteral(encodeSettings(this.common.configuration, id, { ...this.common.directory, ...surroundings }));
  }
}

/** CloudFormation names no limit for what stands in a mapping; the values of parameters end at 4,096 bytes, and no part is longer. */
const partsOf = (code: string): readonly string[] => code.match(/[\s\S]{1,4000}/gu) ?? [];

function bundleAt(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${file} cannot be read: run \`npm run build\``, { cause: error });
  }
}

export const directoryCode = (folder: string, directory: DirectorySettings['directory'], organizationsRegion: string): string =>
  `${settingsLiteral({ directory, organizationsRegion })}${bundleAt(join(folder, 'functions/directory.js'))}`;
