/** What a template weighs: CloudFormation counts its bytes, of which nearly all are the code of functions and their configuration. */
import { UsageError } from '../core/errors';
import { isList, isObject, property, type Value } from '../core/value';

type Template = { readonly [section: string]: Value };

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html: a template in S3 has 1 MB */
const MOST_BYTES = 1_000_000;

export interface FunctionSize {
  readonly name: string;
  /** As the template has them: escaped, with the references that deployment fills in. */
  readonly codeBytes: number;
  readonly configurationBytes: number;
}

/** Of every function whose code is inline, in the order of the template. */
export function functionSizes({ Resources = {} }: Template): readonly FunctionSize[] {
  return Object.values(isObject(Resources) ? Resources : {}).flatMap((resource) => {
    const properties = property(resource, 'Properties');
    const code = property(property(properties, 'Code'), 'ZipFile');
    const name = property(properties, 'FunctionName');
    if (code === undefined || typeof name !== 'string') return [];
    const all = Buffer.byteLength(JSON.stringify(code));
    // The literal ends with its line; the bundle behind it has no references.
    const codeBytes = Buffer.byteLength(JSON.stringify(lastTextOf(code).replace(/^[\s\S]*?;\n(?!globalThis)/, ''))) - QUOTES;
    return [{ name, codeBytes, configurationBytes: all - codeBytes }];
  });
}

const QUOTES = 2;

/** `Fn::Join` of texts and references, or one text. */
function lastTextOf(code: Value): string {
  const joined = property(code, 'Fn::Join');
  const parts = isList(joined) && isList(joined[1]) ? joined[1] : [code];
  return String(parts.at(-1));
}

/** Throws `UsageError`, with the sizes, where the template is larger than CloudFormation takes. */
export function checkSize(name: string, template: Template): void {
  const bytes = Buffer.byteLength(JSON.stringify(template));
  if (bytes <= MOST_BYTES) return;
  const sizes = functionSizes(template);
  const configuration = sizes.reduce((sum, { configurationBytes }) => sum + configurationBytes, 0);
  const lists = 'shorten organization.accountIds (the organization directory knows the members), the trusted lists or the exemptions';
  throw new UsageError(
    `${name}: the template has ${bytes} bytes, CloudFormation takes ${MOST_BYTES}; ${configuration} are the configuration of ${sizes.length} functions: ${lists}`,
  );
}
