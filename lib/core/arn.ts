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
  const [prefix, partition, service, region, account, ...rest] = splitOutsideHoles(text, ':');
  const resource = rest.join(':');
  if (prefix !== 'arn' || !partition || !service || region === undefined || account === undefined || resource === '') return undefined;
  if (!/^aws(-[a-z]+)*$/.test(partition) && !hasHole(partition)) return undefined;
  return { partition, service, region, account, resource };
}

export const formatArn = (arn: Arn): string => `arn:${arn.partition}:${arn.service}:${arn.region}:${arn.account}:${arn.resource}`;

export const isAccountId = (text: string): boolean => /^\d{12}$/.test(text);

/** The ARN of something that lives at a place. */
export const arnAt = ({ partition, region, account }: Place, service: string, resource: string): string =>
  formatArn({ partition, service, region, account, resource });

/** The partition that a Region belongs to, by its prefix: https://docs.aws.amazon.com/general/latest/gr/rande.html */
export function partitionOfRegion(region: string): string {
  if (hasHole(region)) return OWN_PARTITION;
  if (region.startsWith('cn-')) return 'aws-cn';
  if (region.startsWith('us-gov-')) return 'aws-us-gov';
  if (region.startsWith('eusc-')) return 'aws-eusc';
  if (region.startsWith('us-iso-')) return 'aws-iso';
  if (region.startsWith('us-isob-')) return 'aws-iso-b';
  if (region.startsWith('eu-isoe-')) return 'aws-iso-e';
  if (region.startsWith('us-isof-')) return 'aws-iso-f';
  return 'aws';
}
