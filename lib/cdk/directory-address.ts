/** Where the organization directory lies, for those who read it: known before anything is deployed. */
import { Aws, CfnMapping, Fn } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { WholeConfiguration } from '../core/configuration';
import { allow, type Statement } from './grants';

export const DIRECTORY_KEY = 'organization.json';

export const directoryBucket = ({ trust }: Pick<WholeConfiguration, 'trust'>): string => `perimeter-directory-${trust.managementAccountId}`;

/** AWS Organizations answers, and its events arrive, in one Region of a partition: https://docs.aws.amazon.com/general/latest/gr/ao.html */
export const ORGANIZATIONS_REGIONS: { readonly [partition: string]: string } = {
  aws: 'us-east-1',
  'aws-cn': 'cn-northwest-1',
  'aws-us-gov': 'us-gov-west-1',
};

/** By the partition in which the stack is made. */
export function directoryRegion(scope: Construct): string {
  const mapping = new CfnMapping(scope, 'Partitions', {
    mapping: Object.fromEntries(Object.entries(ORGANIZATIONS_REGIONS).map(([partition, region]) => [partition, { organizationsRegion: region }])),
  });
  return Fn.findInMap(mapping.logicalId, Aws.PARTITION, 'organizationsRegion');
}

/** A bucket of this name outside the organization would be somebody's trap. */
export const directoryGrants = (configuration: WholeConfiguration): readonly Statement[] => [
  allow(['s3:GetObject'], Fn.sub(`arn:\${AWS::Partition}:s3:::${directoryBucket(configuration)}/${DIRECTORY_KEY}`), {
    StringEquals: { 'aws:ResourceOrgID': configuration.trust.organizationId },
  }),
];
