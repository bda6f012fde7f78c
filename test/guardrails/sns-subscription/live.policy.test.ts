/** The policy of a topic as it is when somebody looks, what is done then, and what puts it back. */
import type { Value } from '../../../lib/core/value';
import type { Call } from '../../../lib/core/verdict';
import guardrail from '../../../lib/guardrails/sns-subscription';
import { type Account, judgeNow, keyOf } from '../../support/live';
import { benchOf, eventOf, OWN, TOPIC_ARN } from './bench';

const FOREIGN = '999999999999';
const TOPIC = keyOf('sns:GetTopicAttributes', { TopicArn: TOPIC_ARN });

const now = (event: Value, account: Account) => judgeNow(guardrail, benchOf(), event, account);
const verdicts = (event: Value, account: Account) => now(event, account).assessments.map(({ code, verdict }) => code ?? verdict);

describe('a topic policy', () => {
  const open = { Sid: 'open', Effect: 'Allow', Principal: '*', Action: 'sns:Subscribe', Resource: TOPIC_ARN };
  const stranger = {
    Sid: 'stranger',
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${FOREIGN}:root` },
    Action: 'SNS:Subscribe',
    Resource: TOPIC_ARN,
  };
  const ours = { Sid: 'ours', Effect: 'Allow', Principal: { AWS: OWN }, Action: 'sns:Subscribe', Resource: TOPIC_ARN };
  const policyOf = (...Statement: readonly Value[]) => ({ Version: '2012-10-17', Id: 'policy', Statement });
  const topic = (policy: Value): Account => ({ [TOPIC]: { Attributes: { TopicArn: TOPIC_ARN, Owner: OWN, Policy: JSON.stringify(policy) } } });
  const set = (policy: Value): Call => ({
    action: 'sns:SetTopicAttributes',
    input: { TopicArn: TOPIC_ARN, AttributeName: 'Policy', AttributeValue: JSON.stringify(policy) },
  });
  const replaced = eventOf({
    eventName: 'SetTopicAttributes',
    requestParameters: { topicArn: TOPIC_ARN, attributeName: 'Policy', attributeValue: JSON.stringify(policyOf(open)) },
  });
  const granted = eventOf({
    eventName: 'AddPermission',
    requestParameters: { topicArn: TOPIC_ARN, label: 'stranger', aWSAccountId: [FOREIGN], actionName: ['Subscribe'] },
  });

  it('loses what violates now, and what it was is put back whole', () => {
    const { calls, assessments } = now(replaced, topic(policyOf(ours, stranger, open)));

    expect(calls).toEqual([TOPIC]);
    expect(assessments.map(({ statement, code }) => [statement, code])).toEqual([
      ['stranger', 'untrusted-account'],
      ['open', 'public-topic'],
    ]);
    const plan = { calls: [set(policyOf(ours))], restore: [set(policyOf(ours, stranger, open))] };
    expect(assessments.map((assessment) => assessment.plan)).toEqual([plan, plan]);
  });

  it.each<[string, Account, readonly string[]]>([
    ['was corrected meanwhile', topic(policyOf(ours)), ['compliant']],
    ['was replaced by one that lets nobody subscribe', topic(policyOf({ ...open, Action: 'sns:Publish' })), ['compliant']],
    ['cannot be read', { [TOPIC]: { Attributes: {} } }, ['undetermined']],
    ['went with its topic', {}, []],
  ])('that %s', (_name, account, expected) => {
    expect(verdicts(replaced, account)).toEqual(expected);
  });

  it('loses the statement of the label that was added, and no other', () => {
    const { assessments } = now(granted, topic(policyOf(ours, open, stranger)));

    expect(assessments.map(({ statement, plan }) => [statement, plan])).toEqual([
      [
        'stranger',
        {
          calls: [{ action: 'sns:RemovePermission', input: { TopicArn: TOPIC_ARN, Label: 'stranger' } }],
          restore: [
            { action: 'sns:AddPermission', input: { TopicArn: TOPIC_ARN, Label: 'stranger', AWSAccountId: [FOREIGN], ActionName: ['Subscribe'] } },
          ],
        },
      ],
    ]);
  });

  it('is put back whole where AddPermission could not say the statement, or its label is not its own', () => {
    const limited = { ...stranger, Condition: { Bool: { 'aws:SecureTransport': 'true' } } };
    const twice = policyOf(ours, stranger, { ...open, Sid: 'stranger' });

    const plans = [policyOf(ours, limited), twice].map((policy) => now(granted, topic(policy)).assessments[0]?.plan);

    expect(plans).toEqual([
      {
        calls: [{ action: 'sns:RemovePermission', input: { TopicArn: TOPIC_ARN, Label: 'stranger' } }],
        restore: [set(policyOf(ours, limited))],
      },
      { calls: [set(policyOf(ours))], restore: [set(twice)] },
    ]);
  });

  it('is left alone where the label is gone, or its owner gave it to our own account', () => {
    const corrected = policyOf({ ...stranger, Principal: { AWS: OWN } });

    expect([policyOf(ours), corrected].map((policy) => verdicts(granted, topic(policy)))).toEqual([[], ['compliant']]);
  });
});
