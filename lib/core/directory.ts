/** Where the organization directory lies, for those who read it: known before anything is deployed. */
import { partitionOfRegion } from './arn';
import type { Trust } from './trust';

export const DIRECTORY_KEY = 'organization.json';

/** A directory that was not written for a day decides nothing. */
export const DIRECTORY_FRESH_MS = 24 * 60 * 60 * 1000;

export const directoryBucket = ({ managementAccountId }: Trust): string => `perimeter-directory-${managementAccountId}`;

/** AWS Organizations answers, and its events arrive, in one Region of a partition: https://docs.aws.amazon.com/general/latest/gr/ao.html */
export const ORGANIZATIONS_REGIONS: { readonly [partition: string]: string } = {
  aws: 'us-east-1',
  'aws-cn': 'cn-northwest-1',
  'aws-us-gov': 'us-gov-west-1',
};

/** By a Region of the partition; a partition that is not known is taken for `aws`. */
export const organizationsRegionOf = (region: string): string => ORGANIZATIONS_REGIONS[partitionOfRegion(region)] ?? 'us-east-1';

export const directoryOf = (trust: Trust, region: string) => ({
  bucket: directoryBucket(trust),
  key: DIRECTORY_KEY,
  region: organizationsRegionOf(region),
});

/** What the role of its writer needs: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsorganizations.html */
export const ORGANIZATION_ACTIONS = ['organizations:DescribeOrganization', 'organizations:ListAccounts'] as const;
/** The same on the object, and `s3:ListBucket` on the bucket: without it, S3 calls an object that is not there yet forbidden. */
export const OBJECT_ACTIONS = ['s3:GetObject', 's3:PutObject'] as const;
