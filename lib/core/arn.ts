/** ARNs of every partition: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html */
import type { Place } from './guardrail';
import { hasHole, OWN_PARTITION, splitOutsideHoles } from './value';

/** The six fields of an ARN. A field may hold holes (templates) or wildcards (patterns). */
export interface Arn {
  readonly partition: string;
  readonly service: string;
  readonly region: string;
  readonly account: string;
  /** Everything after the fifth colon. */
  readonly resource: string;
}

/** Undefined when the text has fewer than six fields, an unknown partition or no service or resource. */
export function parseArn(text: string): Arn | undefined {
  if (!text.startsWith('arn:')) return undefined;
  // The name, the owner and the exemptions of a resource are all read off one ARN, one after the other.
  if (latest.text !== text) latest = { text, arn: parse(text) };
  return latest.arn;
}

let latest: { readonly text: string; readonly arn: Arn | undefined } = { text: '', arn: undefined };

function parse(text: string): Arn | undefined {
  const fields = splitOutsideHoles(text, ':');
  const partition = fields[1];
  const service = fields[2];
  const region = fields[3];
  const account = fields[4];
  const resource = fields.length === 6 ? fields[5] : fields.slice(5).join(':');
  if (!partition || !service || region === undefined || account === undefined || !resource) return undefined;
  if (!/^aws(-[a-z]+)*$/.test(partition) && !hasHole(partition)) return undefined;
  return { partition, service, region, account, resource };
}

export const formatArn = (arn: Arn): string => `arn:${arn.partition}:${arn.service}:${arn.region}:${arn.account}:${arn.resource}`;

const ACCOUNT_ID = /^\d{12}$/;

export const isAccountId = (text: string): boolean => ACCOUNT_ID.test(text);

/** The ARN of something that lives at a place. */
export const arnAt = ({ partition, region, account }: Place, service: string, resource: string): string =>
  `arn:${partition}:${service}:${region}:${account}:${resource}`;

/** Beginnings of the names of Regions: https://docs.aws.amazon.com/general/latest/gr/rande.html */
const PARTITIONS = [
  ['cn-', 'aws-cn'],
  ['us-gov-', 'aws-us-gov'],
  ['eusc-', 'aws-eusc'],
  ['us-iso-', 'aws-iso'],
  ['us-isob-', 'aws-iso-b'],
  ['eu-isoe-', 'aws-iso-e'],
  ['us-isof-', 'aws-iso-f'],
] as const;

/** The partition that a Region belongs to. */
export const partitionOfRegion = (region: string): string =>
  hasHole(region) ? OWN_PARTITION : (PARTITIONS.find(([beginning]) => region.startsWith(beginning))?.[1] ?? 'aws');
