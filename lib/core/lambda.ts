/** How the Lambda API names functions and layers: https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html */
import { type Arn, arnAt, formatArn, isAccountId, parseArn } from './arn';
import type { Place } from './guardrail';
import { OWN_ACCOUNT, OWN_REGION, splitOutsideHoles } from './value';

export interface FunctionRef {
  /** ARN of the function, without a qualifier. */
  readonly functionArn: string;
  readonly name: string;
  /** Alias or version, from the name or given beside it; `$LATEST` is none. */
  readonly qualifier?: string;
  /** ARN with the qualifier, which has a policy of its own. */
  readonly arn: string;
}

/**
 * `name`, `name:alias`, `123456789012:function:name[:alias]`, a full or a qualified ARN; `qualifier` may come beside it. By the API's
 * own pattern, any of what stands before the name may be missing: `function:name`, `123456789012:name`.
 */
export function parseFunctionName(given: string, place: Place, qualifier?: string): FunctionRef {
  const text = unescaped(given);
  const arn = parseArn(text);
  if (arn && !isShort(arn)) {
    const [kind, name, own] = splitOutsideHoles(arn.resource, ':');
    // Not a function: a web function, or a resource that is not known. It goes by its ARN.
    if (kind !== 'function' || !name) return { functionArn: text, name: text, arn: text };
    return functionRef({ partition: arn.partition, region: arn.region, account: arn.account }, name, own ?? qualifier);
  }
  const parts = splitOutsideHoles(text, ':').slice(text.startsWith('arn:') ? 3 : 0);
  // What is followed by nothing, or by `$LATEST`, is the name itself.
  const take = (isIt: (part: string) => boolean) => (isIt(parts[0] ?? '') && /^(?!\$LATEST)./.test(parts[1] ?? '') ? parts.shift() : undefined);
  const region = take((part) => part === OWN_REGION || REGION.test(part)) ?? place.region;
  const account = take((part) => part === OWN_ACCOUNT || isAccountId(part)) ?? place.account;
  take((part) => part === 'function');
  const [name = '', own] = parts;
  return functionRef({ ...place, region, account }, name, own ?? qualifier);
}

/** A field is missing, and so the others do not stand where they should. */
const isShort = ({ service, account }: Arn): boolean => service === 'lambda' && /^[\w.-]+$/.test(account) && !isAccountId(account);

const REGION = /^(eusc-)?[a-z]{2}(-gov|-iso[a-z]?)?-[a-z]+-\d$/;

/** No name holds a `%`, but some services' records carry what a path holds as it was sent: https://docs.aws.amazon.com/msk/latest/developerguide/logging-API-using-cloudtrail.html */
function unescaped(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function functionRef(place: Place, name: string, qualifier: string | undefined): FunctionRef {
  const functionArn = arnAt(place, 'lambda', `function:${name}`);
  if (qualifier === undefined || qualifier === '' || qualifier === '$LATEST') return { functionArn, name, arn: functionArn };
  return { functionArn, name, qualifier, arn: `${functionArn}:${qualifier}` };
}

export interface LayerRef {
  readonly layerArn: string;
  readonly name: string;
  readonly version?: string;
  /** ARN of the version where one is named, else of the layer. */
  readonly arn: string;
}

/** A layer's name, ARN or version ARN; `version` may come beside it. */
export function parseLayerName(given: string, place: Place, version?: string): LayerRef {
  const text = unescaped(given);
  const arn = parseArn(text);
  const [name = '', own] = arn ? splitOutsideHoles(arn.resource, ':').slice(1) : splitOutsideHoles(text, ':');
  const where = arn ?? place;
  const layerArn = formatArn({
    partition: where.partition,
    service: 'lambda',
    region: where.region,
    account: where.account,
    resource: `layer:${name}`,
  });
  const number = own ?? version;
  return number === undefined ? { layerArn, name, arn: layerArn } : { layerArn, name, version: number, arn: `${layerArn}:${number}` };
}

const IDS = ['lambda-permission', 'lambda-layer-permission', 'lambda-vpc', 'sns-subscription', 'ecr-layer-access'];

/** Perimeter's own functions, by their exact names: reserved for it, so that it never stands in its own way. */
export const PERIMETER_FUNCTIONS: ReadonlySet<string> = new Set([
  ...IDS.flatMap((id) => [`perimeter-${id}-hook`, `perimeter-${id}-remediator`]),
  'perimeter-sweep',
  'perimeter-directory',
]);
