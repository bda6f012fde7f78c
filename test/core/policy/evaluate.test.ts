import { type Decision, evaluatePolicy, type PolicyKind, type PolicyRequest } from '../../../lib/core/policy';
import { unknown } from '../../../lib/core/value';

const request = (context: { readonly [key: string]: string | readonly string[] } = {}, rest: Partial<PolicyRequest> = {}): PolicyRequest => ({
  action: 'sns:Subscribe',
  resource: 'arn:aws:sns:eu-west-1:222222222222:alerts',
  context: new Map(Object.entries(context).map(([key, value]) => [key, typeof value === 'string' ? [value] : value])),
  ...rest,
});

const policy = (...statements: readonly object[]) => ({ Version: '2012-10-17', Statement: statements });
const deny = (rest: object = {}) => ({ Sid: 'No', Effect: 'Deny', Action: 'sns:Subscribe', Resource: '*', ...rest });
const allow = (rest: object = {}) => ({ Sid: 'Yes', Effect: 'Allow', Principal: '*', Action: 'sns:*', Resource: '*', ...rest });

const decide = (document: unknown, asked: PolicyRequest = request(), kind: PolicyKind = 'scp'): Decision => evaluatePolicy([document], asked, kind);

describe('a decision', () => {
  it('is the denial that surely applies, with what its conditions found', () => {
    const document = policy(
      deny({ Condition: { StringEquals: { 'sns:Protocol': 'https' }, StringNotLike: { 'sns:Endpoint': 'https://api.example.com/*' } } }),
    );

    expect(decide(document, request({ 'sns:protocol': 'https', 'sns:endpoint': 'https://evil.example/' }))).toEqual({
      effect: 'denied',
      statement: 'No',
      reason: 'No denies sns:Subscribe: sns:Protocol is https; sns:Endpoint is https://evil.example/',
    });
    expect(decide(document, request({ 'sns:protocol': 'https', 'sns:endpoint': 'https://api.example.com/hook' }))).toEqual({
      effect: 'allowed',
      reason: 'no statement denies sns:Subscribe',
    });
  });

  it('stays open with the keys that would decide', () => {
    const document = policy(deny({ Condition: { StringNotEqualsIfExists: { 'aws:PrincipalTag/spared': 'true' } } }));
    const context = new Map([['aws:principaltag/spared', unknown('the tags of the principal')]]);

    expect(decide(document, request({}, { context }))).toEqual({
      effect: 'unknown',
      statement: 'No',
      missing: ['aws:principaltag/spared'],
      reason: 'No may deny sns:Subscribe: aws:principaltag/spared is not known',
    });
  });

  it('of an endpoint policy needs an allowance', () => {
    const principal = 'arn:aws:iam::222222222222:role/x';

    expect(decide(policy(allow()), request({}, { principal }), 'endpoint')).toEqual({ effect: 'allowed', reason: 'Yes allows sns:Subscribe' });
    expect(decide(policy(allow({ Action: 'sqs:*' })), request({}, { principal }), 'endpoint')).toEqual({
      effect: 'denied',
      statement: 'implicit',
      reason: 'no statement allows sns:Subscribe',
    });
    expect(evaluatePolicy([policy(allow()), policy({ ...deny(), Principal: '*' })], request({}, { principal }), 'endpoint')).toMatchObject({
      effect: 'denied',
      statement: 'No',
    });
  });

  it('is never a silent pass where a statement cannot be read', () => {
    expect(decide(policy(deny({ Condition: { StringEqualz: { a: 'b' } } })))).toEqual({
      effect: 'unknown',
      statement: 'No',
      missing: [],
      reason: 'No cannot be read: StringEqualz is no condition operator',
    });
  });
});
