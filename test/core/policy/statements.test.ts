import { evaluatePolicy, type PolicyKind, type PolicyRequest } from '../../../lib/core/policy';
import { unknown } from '../../../lib/core/value';

const ALERTS = 'arn:aws:sns:eu-west-1:222222222222:alerts';
const asked = (rest: Partial<PolicyRequest> = {}): PolicyRequest => ({ action: 'sns:Subscribe', resource: ALERTS, context: new Map(), ...rest });

const effectOf = (statement: object, request: PolicyRequest, kind: PolicyKind = 'scp', Version = '2012-10-17') =>
  evaluatePolicy([{ Version, Statement: [statement] }], request, kind).effect;

describe('actions and resources', () => {
  it.each([
    [{ Action: 'sns:Subscribe' }, 'denied'],
    [{ Action: 'SNS:subscribe' }, 'denied'],
    [{ Action: ['sqs:*', 'sns:Sub*'] }, 'denied'],
    [{ Action: 'sns:?ubscribe' }, 'denied'],
    [{ Action: '*' }, 'denied'],
    [{ Action: '*:Subscribe' }, 'denied'],
    [{ Action: 'sns:Sub' }, 'allowed'],
    [{ Action: 'sns:Subscribe?' }, 'allowed'],
    [{ NotAction: 'sns:*' }, 'allowed'],
    [{ NotAction: ['sqs:*', 'iam:*'] }, 'denied'],
  ] as const)('%j: %s', (element, effect) => {
    expect(effectOf({ Effect: 'Deny', Resource: '*', ...element }, asked())).toBe(effect);
  });

  it.each([
    [{ Resource: ALERTS }, 'denied'],
    [{ Resource: 'arn:aws:sns:*:222222222222:al*' }, 'denied'],
    [{ Resource: 'arn:aws:sns:*' }, 'denied'],
    [{ Resource: 'arn:aws:sns:eu-west-1:222222222222:Alerts' }, 'allowed'],
    [{ Resource: ['arn:aws:sqs:*', 'arn:aws:sns:eu-west-1:222222222222:????ts'] }, 'denied'],
    [{ NotResource: 'arn:aws:sns:*:222222222222:alerts' }, 'allowed'],
    [{ NotResource: ['arn:aws:sns:*:222222222222:other', 'arn:aws:sqs:*'] }, 'denied'],
    // A variable without a value matches no resource, in NotResource neither: policy-vars-no-value
    [{ Resource: 'arn:aws:sns:eu-west-1:222222222222:${aws:username}' }, 'allowed'],
    [{ NotResource: 'arn:aws:sns:eu-west-1:222222222222:${aws:username}' }, 'denied'],
    [{ Resource: "arn:aws:sns:eu-west-1:222222222222:${aws:username, 'alerts'}" }, 'denied'],
    [{ Resource: 'arn:aws:sns:eu-west-1:222222222222:${aws:PrincipalTag/topic}' }, 'denied'],
    // "You can't use a variable to replace parts of the ARN before the fifth colon": policy-vars-wheretouse
    [{ Resource: 'arn:aws:sns:eu-west-1:${aws:PrincipalAccount}:alerts' }, 'unknown'],
    [{ Resource: '${aws:username}' }, 'unknown'],
  ] as const)('%j: %s', (element, effect) => {
    const context = new Map([['aws:principaltag/topic', ['alerts']]]);

    expect(effectOf({ Effect: 'Deny', Action: '*', ...element }, asked({ context }))).toBe(effect);
  });

  it('a wildcard crosses slashes and colons of a resource', () => {
    const resource = 'arn:aws:lambda:eu-west-1:222222222222:function:f:live';

    expect(effectOf({ Effect: 'Deny', Action: '*', Resource: 'arn:aws:lambda:*:222222222222:f*e' }, asked({ resource }))).toBe('denied');
    expect(effectOf({ Effect: 'Deny', Action: '*', Resource: 'arn:aws:iam::*:role/ci-*' }, asked({ resource: 'arn:aws:iam::1:role/ci-x/y' }))).toBe(
      'denied',
    );
  });
});

describe('principals of endpoint policies', () => {
  const ROLE = 'arn:aws:iam::222222222222:role/path/ci';
  const SESSION = 'arn:aws:sts::222222222222:assumed-role/ci/me';
  const asRole = new Map([['aws:principalarn', [ROLE]]]);

  it.each([
    ['*', '*', new Map(), 'allowed'],
    ['*', undefined, new Map(), 'allowed'],
    [{ AWS: '*' }, ROLE, new Map(), 'allowed'],
    [{ AWS: '222222222222' }, ROLE, new Map(), 'allowed'],
    [{ AWS: 'arn:aws:iam::222222222222:root' }, SESSION, new Map(), 'allowed'],
    [{ AWS: '222222222222' }, '222222222222', new Map(), 'allowed'],
    [{ AWS: '333333333333' }, ROLE, new Map(), 'denied'],
    [{ AWS: ROLE }, ROLE, new Map(), 'allowed'],
    [{ AWS: [ROLE, '333333333333'] }, 'arn:aws:iam::333333333333:user/Bob', new Map(), 'allowed'],
    [{ AWS: 'arn:aws:iam::222222222222:role/path/CI' }, ROLE, new Map(), 'denied'],
    [{ AWS: ROLE }, SESSION, asRole, 'allowed'],
    [{ AWS: SESSION }, SESSION, asRole, 'allowed'],
    [{ AWS: 'arn:aws:iam::222222222222:role/other/ci' }, SESSION, asRole, 'denied'],
    [{ AWS: ROLE }, SESSION, new Map(), 'unknown'],
    [{ AWS: 'arn:aws:iam::222222222222:role/path/cd' }, SESSION, new Map(), 'denied'],
    [{ AWS: 'arn:aws:iam::222222222222:role/path/ci' }, SESSION, new Map([['aws:principalarn', unknown('the role')]]), 'unknown'],
    [{ Service: 'ecs.amazonaws.com' }, 'ecs.amazonaws.com', new Map(), 'allowed'],
    [{ Service: 'ecs.amazonaws.com' }, ROLE, new Map(), 'denied'],
    [{ AWS: ROLE }, undefined, new Map(), 'unknown'],
    [{ AWS: ROLE }, '*', new Map(), 'denied'],
    [{ AWS: 'AROAEXAMPLE00000000A' }, ROLE, new Map(), 'unknown'],
    [{ CanonicalUser: 'abc' }, ROLE, new Map(), 'unknown'],
    [{ AWS: 'arn:aws:iam::*:role/ci' }, ROLE, new Map(), 'unknown'],
    [{ AWS: 'arn:aws:iam::222222222222:role/*' }, ROLE, new Map(), 'unknown'],
    [{ Service: '*' }, ROLE, new Map(), 'unknown'],
    [{ AWS: [] }, ROLE, new Map(), 'unknown'],
    [{}, ROLE, new Map(), 'unknown'],
    [undefined, ROLE, new Map(), 'unknown'],
    ['222222222222', ROLE, new Map(), 'unknown'],
  ] as const)('%j, asked by %s: %s', (Principal, principal, context, effect) => {
    expect(effectOf({ Effect: 'Allow', Action: '*', Resource: '*', Principal }, asked({ principal, context }), 'endpoint')).toBe(effect);
  });

  // https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html#vpc-endpoint-policies-gateway
  it('an account may be its root user alone where the endpoint may be a gateway', () => {
    const statement = { Effect: 'Allow', Action: '*', Resource: '*', Principal: { AWS: '222222222222' } };

    expect(effectOf(statement, asked({ action: 's3:GetObject', principal: ROLE }), 'endpoint')).toBe('unknown');
    expect(effectOf(statement, asked({ action: 's3:GetObject', principal: 'arn:aws:iam::222222222222:root' }), 'endpoint')).toBe('allowed');
    expect(effectOf({ ...statement, Principal: '*' }, asked({ action: 's3:GetObject', principal: ROLE }), 'endpoint')).toBe('allowed');
  });

  it.each([
    [{ AWS: ['222222222222', ROLE, SESSION] }, SESSION, 'allowed'],
    [{ AWS: ['222222222222', ROLE] }, SESSION, 'unknown'],
    [{ AWS: [ROLE, SESSION] }, SESSION, 'unknown'],
    [{ AWS: ['222222222222', ROLE] }, ROLE, 'allowed'],
    [{ AWS: ['222222222222', ROLE] }, 'arn:aws:iam::333333333333:user/Bob', 'denied'],
    [{ AWS: '222222222222' }, ROLE, 'unknown'],
    [{ AWS: '*' }, ROLE, 'allowed'],
    [{ AWS: ROLE }, undefined, 'unknown'],
    [{ Service: 'ecs.amazonaws.com' }, 'ecs.amazonaws.com', 'allowed'],
    [{ Service: 'ecs.amazonaws.com' }, ROLE, 'denied'],
  ] as const)('a denial of everyone but %j, asked by %s: %s', (NotPrincipal, principal, effect) => {
    const open = { Effect: 'Allow', Action: '*', Resource: '*', Principal: '*' };
    const document = { Version: '2012-10-17', Statement: [open, { Effect: 'Deny', Action: '*', Resource: '*', NotPrincipal }] };

    expect(evaluatePolicy([document], asked({ principal, context: asRole }), 'endpoint').effect).toBe(effect);
  });
});

describe('principals of SCPs and RCPs', () => {
  const statement = { Effect: 'Deny', Action: '*', Resource: '*' };

  it.each([
    ['scp', {}, 'denied'],
    ['scp', { Principal: '*' }, 'unknown'],
    ['scp', { NotPrincipal: { AWS: '222222222222' } }, 'unknown'],
    ['rcp', {}, 'unknown'],
    ['rcp', { Principal: '*' }, 'denied'],
    ['rcp', { Principal: { AWS: '*' } }, 'denied'],
    ['rcp', { Principal: { AWS: '222222222222' } }, 'unknown'],
    ['rcp', { NotPrincipal: { AWS: '222222222222' } }, 'unknown'],
  ] as const)('%s with %j: %s', (kind, element, effect) => {
    expect(effectOf({ ...statement, ...element }, asked(), kind)).toBe(effect);
  });
});

describe('documents that AWS would not take leave the answer open', () => {
  const statement = { Effect: 'Deny', Action: 'iam:*', Resource: '*' };
  const documents: readonly unknown[] = [
    null,
    'text',
    [],
    {},
    { Version: '2012-10-17' },
    { Version: '2012-10-17', Statement: [] },
    { Version: '2012-10-18', Statement: [statement] },
    { Version: '2012-10-17', Statement: ['${Statement}'] },
    { Version: '2012-10-17', Statement: [null] },
    { Version: '2012-10-17', Statement: [[statement]] },
    { Version: '2012-10-17', Statement: { ...statement, Effect: 'deny' } },
    { Version: '2012-10-17', Statement: { ...statement, Effect: undefined } },
    { Version: '2012-10-17', Statement: { ...statement, Action: [] } },
    { Version: '2012-10-17', Statement: { ...statement, Action: 'Subscribe' } },
    { Version: '2012-10-17', Statement: { ...statement, Action: '${Action}' } },
    { Version: '2012-10-17', Statement: { ...statement, Action: undefined } },
    { Version: '2012-10-17', Statement: { ...statement, Action: { a: 1 } } },
    { Version: '2012-10-17', Statement: { ...statement, NotAction: 'sns:*' } },
    { Version: '2012-10-17', Statement: { ...statement, Resource: undefined } },
    { Version: '2012-10-17', Statement: { ...statement, NotResource: '*' } },
    { Version: '2012-10-17', Statement: { ...statement, Resource: 'arn:${AWS::Partition}:sns:*' } },
  ];

  it.each(documents.map((document) => [JSON.stringify(document), document] as const))('%s', (_, document) => {
    expect(evaluatePolicy([document], asked(), 'scp')).toMatchObject({ effect: 'unknown', missing: [] });
  });

  it('unless another statement surely denies', () => {
    const sure = { Version: '2012-10-17', Statement: { Sid: 'Sure', Effect: 'Deny', Action: '*', Resource: '*' } };

    for (const document of documents) expect(evaluatePolicy([document, sure], asked(), 'scp')).toMatchObject({ effect: 'denied', statement: 'Sure' });
  });
});

it('every key that would decide is named, and the statement that would deny', () => {
  const Condition = { StringEquals: { 'aws:PrincipalTag/a': 'x' }, ArnNotLikeIfExists: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/b' } };
  const document = { Version: '2012-10-17', Statement: { Sid: 'Perhaps', Effect: 'Deny', Action: '*', Resource: '*', Condition } };
  const context = new Map([
    ['aws:principaltag/a', unknown('tag a')],
    ['aws:principalarn', unknown('the role')],
  ]);

  expect(evaluatePolicy([document], asked({ context }), 'scp')).toEqual({
    effect: 'unknown',
    statement: 'Perhaps',
    missing: ['aws:principaltag/a', 'aws:principalarn'],
    reason: 'Perhaps may deny sns:Subscribe: aws:principaltag/a, aws:principalarn are not known',
  });
});

it('no document allows nothing through an endpoint, and denies nothing elsewhere', () => {
  expect(evaluatePolicy([], asked(), 'endpoint')).toMatchObject({ effect: 'denied', statement: 'implicit' });
  expect(evaluatePolicy([], asked(), 'scp').effect).toBe('allowed');
});
