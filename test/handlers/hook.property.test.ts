/** A hook never throws: anything gets a reply that AWS understands, within its limits. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isObject, type Value } from '../../lib/core/value';
import { guardrails } from '../../lib/guardrails';
import { decodeSettings, encodeSettings } from '../../lib/handlers/settings';
import { jsonTree, properties, TYPES, text } from '../properties/inputs';
import { runs } from '../support/runs';
import { benchOf, cloudControlRequest, contractProblems, type Resource, resourceRequest } from './hook.support';

const own = { mode: 'enforce', undetermined: 'deny', existing: 'allow', response: 'undo' } as const;
const CONFIGURATION = {
  trust: {
    organizationId: 'o-exampleorgid',
    managementAccountId: '111111111111',
    accountIds: new Set(['222222222222', '333333333333']),
    trustedAccountIds: new Set(['444455556666']),
    trustedOrganizationIds: new Set(['o-partnerorg0']),
  },
  guardrails: {
    'lambda-permission': { ...own, settings: { trustedServices: ['s3.amazonaws.com'] } },
    'lambda-layer-permission': { ...own, settings: {} },
    'lambda-vpc': { ...own, settings: { allowedSubnetIds: ['subnet-1'] } },
    'sns-subscription': {
      ...own,
      settings: { trustedProtocols: ['https', 'email'], trustedHosts: ['api.example.com'], trustedEmailDomains: ['example.com'] },
    },
    'ecr-layer-access': { ...own, settings: { allowedRoles: ['ci-*'] } },
  },
  exemptions: [],
};

const hooks = guardrails.map((guardrail) => {
  const settings = encodeSettings(CONFIGURATION, guardrail.id, { docs: 'https://example.com' });
  const decoded = decodeSettings(settings);
  return { guardrail, ...benchOf(guardrail, settings, { settings: () => decoded, log: () => undefined }) };
});

/** Jest stops waiting for what is asynchronous: 100,000 runs take minutes. */
const PATIENCE_MS = 60_000 + 30 * runs;

async function problemsOf([surface, event]: Asked): Promise<readonly string[]> {
  const problems = await Promise.all(hooks.map(async ({ hook }) => contractProblems(await hook(event), surface)));
  return problems.flat();
}

/** Whoever asks without a stack cuts messages earlier. */
type Asked = readonly [surface: 'CloudFormation' | 'Cloud Control', request: Value];

/** A whole request in which any part may be replaced by anything. */
const request = fc
  .record({
    type: fc.constantFrom(...TYPES),
    properties,
    previous: fc.option(properties, { nil: undefined }),
    odd: fc.option(
      fc.record({ key: fc.constantFrom('requestData', 'stackId', 'awsAccountId', 'actionInvocationPoint', 'clientRequestToken'), value: jsonTree }),
    ),
  })
  .map(({ odd, ...resource }): Asked => ['CloudFormation', resourceRequest(resource, odd ? { [odd.key]: odd.value } : {})]);

/** As many statements as a policy holds, so that messages grow long. */
const statements = fc
  .array(fc.record({ Sid: fc.string(), Effect: fc.constantFrom('Allow', 'Deny'), Principal: text, Action: text }), { minLength: 8, maxLength: 60 })
  .map((Statement): Resource => ({ type: 'AWS::Lambda::ResourcePolicy', properties: { ResourceArn: 'f', PolicyDocument: { Statement } } }));
const cloudControl = fc
  .oneof(fc.record({ type: fc.constantFrom(...TYPES), properties }), statements)
  .map((resource): Asked => ['Cloud Control', cloudControlRequest(resource)]);
const anything = jsonTree.map((event): Asked => ['CloudFormation', event]);

it(
  'any request gets a reply within the limits',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof({ weight: 3, arbitrary: request }, cloudControl, anything), async (asked) => {
        assert.deepEqual(await problemsOf(asked), []);
      }),
      { numRuns: runs },
    );
  },
  PATIENCE_MS,
);

it(
  'the same request gets the same reply, and an update to what is there already is never refused for it',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...hooks), fc.nat(), properties, async ({ guardrail, hook }, pick, given) => {
        const type = guardrail.resources[pick % guardrail.resources.length] ?? '';
        const created = await hook(resourceRequest({ type, properties: given }));
        const updated = await hook(resourceRequest({ type, properties: given, previous: given }));

        assert.deepEqual(await hook(resourceRequest({ type, properties: given })), created);
        const refused = (updated.annotations ?? []).filter(({ status }) => status === 'FAILED').map(({ annotationName }) => annotationName);
        assert.deepEqual(new Set(refused), new Set(refused.length > 0 ? [`${guardrail.id}/undetermined`] : []));
      }),
      { numRuns: runs },
    );
  },
  PATIENCE_MS,
);

const deep = (levels: number): Value => JSON.parse(`${'{"Statement":['.repeat(levels)}1${']}'.repeat(levels)}`);
const trap = new Proxy(
  {},
  { get: () => raise(), ownKeys: () => raise(), has: () => raise(), getOwnPropertyDescriptor: () => raise(), getPrototypeOf: () => raise() },
);
const raise = (): never => {
  throw trap;
};
const withGetter = Object.defineProperty({ ...resourceRequest({ type: 'AWS::SNS::Topic', properties: {} }) }, 'requestData', {
  get: raise,
  enumerable: true,
});

it.each<[string, () => Value]>([
  ['nothing', () => JSON.parse('null')],
  ['deep nesting', () => deep(50_000)],
  ['deeply nested properties', () => resourceRequest({ type: 'AWS::Lambda::ResourcePolicy', properties: { PolicyDocument: deep(20_000) } })],
  [
    'a text of 1 MB',
    () => resourceRequest({ type: 'AWS::SNS::Subscription', properties: { TopicArn: 't', Protocol: 'https', Endpoint: 'x'.repeat(1_000_000) } }),
  ],
  [
    'a principal of 1 MB',
    () => resourceRequest({ type: 'AWS::Lambda::Permission', properties: { Principal: `arn:aws:iam::999999999999:role/${'😀'.repeat(250_000)}` } }),
  ],
  [
    '1 MB of keys',
    () =>
      resourceRequest({ type: 'AWS::Lambda::Function', properties: Object.fromEntries(Array.from({ length: 60_000 }, (_, i) => [`Key${i}`, '1'])) }),
  ],
  [
    'a key __proto__',
    () => JSON.parse('{"__proto__":{"requestData":1},"constructor":{"prototype":{}},"requestData":{"__proto__":{"targetName":"STACK"}}}'),
  ],
  ['a getter that throws', () => withGetter],
  ['a proxy that throws itself', () => trap],
])('%s gets a reply', async (_, event) => {
  const replies = await Promise.all(hooks.map(({ hook }) => hook(event())));

  expect(replies.flatMap((reply) => contractProblems(reply))).toEqual([]);
});

it('2,000 statements, far beyond what Lambda stores, are judged long before CloudFormation gives up', async () => {
  const Statement = Array.from({ length: 2_000 }, (_, index) => ({
    Sid: `s${index}`,
    Effect: index % 2 === 0 ? 'Allow' : 'Deny',
    Principal: { AWS: `arn:aws:iam::${String(index).padStart(12, '9')}:role/some/path/that/is/long` },
    Action: ['lambda:InvokeFunction', 'lambda:InvokeFunctionUrl'],
  }));
  const request = resourceRequest({ type: 'AWS::Lambda::ResourcePolicy', properties: { ResourceArn: 'f', PolicyDocument: { Statement } } });
  const hook = hooks.find(({ guardrail }) => guardrail.id === 'lambda-permission')?.hook;
  const started = performance.now();
  const reply = await hook?.(request);

  expect(isObject(reply) && reply.hookStatus).toBe('FAILED');
  expect(performance.now() - started).toBeLessThan(20_000);
});
