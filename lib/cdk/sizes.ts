/** What a template weighs: CloudFormation counts its bytes, of which nearly all are the code of functions and their configuration. */
import { UsageError } from '../core/errors';
import { isList, isObject, property, type Value } from '../core/value';

type Template = { readonly [section: string]: Value };

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html: a template in S3 has 1 MB */
const MOST_BYTES = 1_000_000;

interface FunctionSize {
  readonly name: string;
  /** As the template has them: escaped, with the references that deployment fills in. */
  readonly codeBytes: number;
  readonly configurationBytes: number;
}

/** Of every function whose code is inline, in the order of the template; without the code that it shares with others. */
export function functionSizes({ Resources = {} }: Template): readonly FunctionSize[] {
  return Object.values(isObject(Resources) ? Resources : {}).flatMap((resource) => {
    const properties = property(resource, 'Properties');
    const code = property(property(properties, 'Code'), 'ZipFile');
    const name = property(properties, 'FunctionName');
    if (code === undefined || typeof name !== 'string') return [];
    const parts = partsOf(code);
    const codeBytes = inTemplate(ownCode(parts));
    return [{ name, codeBytes, configurationBytes: inTemplate(code) - codeBytes - sum(parts.filter(isShared).map(inTemplate)) }];
  });
}

/** Of the code that the functions share: it stands in the template once. */
export const sharedCodeBytes = ({ Mappings = {} }: Template): number => inTemplate(property(Mappings, SHARED_CODE) ?? '');

/** The mapping of lib/cdk/bundles.ts. */
const SHARED_CODE = 'CodeRemediators';

const isShared = (part: Value): boolean => {
  const reference = property(part, 'Fn::FindInMap');
  return isList(reference) && reference[0] === SHARED_CODE;
};

/** What stands behind the settings, whose literal ends with its line: the bundle has no references. */
function ownCode(parts: readonly Value[]): string {
  const last = String(parts.at(-1));
  return isShared(parts.at(-2) ?? '') ? last : last.replace(/^[\s\S]*?;\n(?!globalThis)/, '');
}

/** `Fn::Join` of texts and references, or one text. */
function partsOf(code: Value): readonly Value[] {
  const joined = property(code, 'Fn::Join');
  return isList(joined) && isList(joined[1]) ? joined[1] : [code];
}

const inTemplate = (value: Value): number => Buffer.byteLength(JSON.stringify(value)) - (typeof value === 'string' ? QUOTES : 0);
const QUOTES = 2;

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);

/** Throws `UsageError`, with the sizes, where the template is larger than CloudFormation takes. */
export function checkSize(name: string, template: Template): void {
  const bytes = Buffer.byteLength(JSON.stringify(template));
  if (bytes <= MOST_BYTES) return;
  const sizes = functionSizes(template);
  const configuration = sum(sizes.map(({ configurationBytes }) => configurationBytes));
  const lists = 'shorten organization.accountIds (the organization directory knows the members), the trusted lists or the exemptions';
  throw new UsageError(
    `${name}: the template has ${bytes} bytes, CloudFormation takes ${MOST_BYTES}; ${configuration} are the configuration of ${sizes.length} functions: ${lists}`,
  );
}
