/** How the Lambda API names functions and layers: https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html */
import { arnAt, formatArn, isAccountId, parseArn } from './arn';
import type { Place } from './guardrail';
import { splitOutsideHoles } from './value';

export interface FunctionRef {
  /** ARN of the function, without a qualifier. */
  readonly functionArn: string;
  readonly name: string;
  /** Alias or version, from the name or given beside it; `$LATEST` is none. */
  readonly qualifier?: string;
  /** ARN with the qualifier, which has a policy of its own. */
  readonly arn: string;
}

/** `name`, `name:alias`, `123456789012:function:name[:alias]`, a full or a qualified ARN; `qualifier` may come beside it. */
export function parseFunctionName(text: string, place: Place, qualifier?: string): FunctionRef {
  const arn = parseArn(text);
  if (arn) {
    const [kind, name, own] = splitOutsideHoles(arn.resource, ':');
    // Not a function: a web function, or a resource that is not known. It goes by its ARN.
    if (kind !== 'function' || !name) return { functionArn: text, name: text, arn: text };
    return functionRef({ partition: arn.partition, region: arn.region, account: arn.account }, name, own ?? qualifier);
  }
  const parts = splitOutsideHoles(text, ':');
  const [account = '', marker, name = '', own] = parts;
  if (marker === 'function' && isAccountId(account)) return functionRef({ ...place, account }, name, own ?? qualifier);
  return functionRef(place, parts[0] ?? '', parts[1] ?? qualifier);
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
export function parseLayerName(text: string, place: Place, version?: string): LayerRef {
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
