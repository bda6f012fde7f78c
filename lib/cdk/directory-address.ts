/** Where the organization directory lies, as a template says it. */
import { Aws, CfnMapping, Fn } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { WholeConfiguration } from '../core/configuration';
import { DIRECTORY_KEY, directoryBucket, ORGANIZATIONS_REGIONS } from '../core/directory';
import { allow, type Statement } from './grants';

/** By the partition in which the stack is made. */
export function directoryRegion(scope: Construct): string {
  const mapping = new CfnMapping(scope, 'Partitions', {
    lazy: true,
    mapping: Object.fromEntries(Object.entries(ORGANIZATIONS_REGIONS).map(([partition, region]) => [partition, { organizationsRegion: region }])),
  });
  return mapping.findInMap(Aws.PARTITION, 'organizationsRegion');
}

/** A bucket of this name outside the organization would be somebody's trap. */
export const directoryGrants = (configuration: WholeConfiguration): readonly Statement[] => [
  allow(['s3:GetObject'], Fn.sub(`arn:\${AWS::Partition}:s3:::${directoryBucket(configuration.trust)}/${DIRECTORY_KEY}`), {
    StringEquals: { 'aws:ResourceOrgID': configuration.trust.organizationId },
  }),
];
