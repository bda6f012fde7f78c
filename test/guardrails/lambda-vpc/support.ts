/** The organization and the ways in that the tests of this guardrail share. */
import { type CloudTrailRecord, decodeRecord, isRecordProblem } from '../../../lib/core/cloudtrail';
import type { Exemption } from '../../../lib/core/configuration';
import type { ResourceInput, Settings } from '../../../lib/core/guardrail';
import { type Bench, judgeRecord, judgeResource } from '../../../lib/core/judge';
import type { Assessment } from '../../../lib/core/verdict';
import guardrail from '../../../lib/guardrails/lambda-vpc';

export const PLACE = { partition: 'aws', region: 'eu-west-1', account: '222222222222' };

export const benchOf = (settings: Settings, exemptions: readonly Exemption[] = []): Bench => ({
  configuration: {
    trust: {
      organizationId: 'o-exampleorgid',
      managementAccountId: '111111111111',
      accountIds: new Set(['222222222222', '333333333333']),
      trustedAccountIds: new Set(['444455556666']),
      trustedOrganizationIds: new Set(['o-partnerorg0']),
    },
    guardrails: { 'lambda-vpc': { mode: 'enforce', undetermined: 'allow', existing: 'allow', response: 'undo', settings } },
    exemptions,
  },
  today: '2026-11-23',
});

export const recordWith = (fields: object): CloudTrailRecord => {
  const record = decodeRecord({
    eventVersion: '1.11',
    eventID: '00000000-0000-4000-8000-000000000000',
    eventTime: '2026-11-20T09:15:27Z',
    eventSource: 'lambda.amazonaws.com',
    awsRegion: 'eu-west-1',
    recipientAccountId: '222222222222',
    userIdentity: {
      type: 'AssumedRole',
      arn: 'arn:aws:sts::222222222222:assumed-role/ci-deploy/session',
      accountId: '222222222222',
      sessionContext: { sessionIssuer: { type: 'Role', arn: 'arn:aws:iam::222222222222:role/ci-deploy', accountId: '222222222222' } },
    },
    ...fields,
  });
  if (isRecordProblem(record)) throw new Error(record.problem);
  return record;
};

type Template = { readonly [logicalId: string]: { readonly type: string; readonly properties: ResourceInput['properties'] } };

/** Judges one resource of a template that has been resolved already. */
export function judgeIn(template: Template, logicalId: string, settings: Settings = {}): readonly Assessment[] {
  const sibling = (name: string) => (Object.hasOwn(template, name) ? template[name] : undefined);
  const { type = '', properties = {} } = sibling(logicalId) ?? {};
  return judgeResource(benchOf(settings), guardrail, [{ branch: '', input: { type, logicalId, properties, place: PLACE, sibling } }]);
}

export const judgeEvent = (fields: object, settings: Settings = {}): readonly Assessment[] =>
  judgeRecord(benchOf(settings), guardrail, recordWith(fields));
