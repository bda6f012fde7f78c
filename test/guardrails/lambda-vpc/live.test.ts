/** A function, a provider, a connector or a revision as it is when somebody looks, and what is done then. */
import fc from 'fast-check';
import { configurationOf } from '../../../lib/core/configuration';
import type { Settings } from '../../../lib/core/guardrail';
import type { Value } from '../../../lib/core/value';
import guardrail from '../../../lib/guardrails/lambda-vpc';
import { type Account, judgeMended, judgeNow, keyOf } from '../../support/live';
import { costlyRuns } from '../../support/runs';
import { benchOf } from './support';

const FUNCTION = 'arn:aws:lambda:eu-west-1:222222222222:function:orders';
const CONFIGURATION = keyOf('lambda:GetFunctionConfiguration', { FunctionName: FUNCTION });
const CONCURRENCY = keyOf('lambda:GetFunctionConcurrency', { FunctionName: FUNCTION });
const PROVIDER = 'arn:aws:lambda:eu-west-1:222222222222:capacity-provider:pool';
const CONNECTOR = 'arn:aws:lambda:eu-west-1:222222222222:network-connector:nc-1';
const SUBNETS = keyOf('ec2:DescribeSubnets', { SubnetIds: ['subnet-1'] });

/** As https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionConfiguration.html answers. */
const configuration = (more: { readonly [name: string]: Value } = {}) => ({
  FunctionName: 'orders',
  FunctionArn: FUNCTION,
  Runtime: 'nodejs24.x',
  State: 'Active',
  LastUpdateStatus: 'Successful',
  RevisionId: 'd9d4f9a2-4b6f-4a52-9e0e-000000000000',
  ...more,
});
const inVpc = { VpcConfig: { SubnetIds: ['subnet-1'], SecurityGroupIds: ['sg-1'], VpcId: 'vpc-1', Ipv6AllowedForDualStack: false } };
const detached = { VpcConfig: { SubnetIds: [], SecurityGroupIds: [], VpcId: '', Ipv6AllowedForDualStack: false } };

const eventOf = (eventName: string, more: { readonly [name: string]: Value }) => ({
  eventVersion: '1.11',
  eventID: '00000000-0000-4000-8000-000000000000',
  eventTime: '2026-11-20T09:15:27Z',
  eventSource: 'lambda.amazonaws.com',
  awsRegion: 'eu-west-1',
  recipientAccountId: '222222222222',
  userIdentity: { type: 'AssumedRole', accountId: '222222222222', arn: 'arn:aws:sts::222222222222:assumed-role/ci-deploy/session' },
  eventName,
  ...more,
});

const created = eventOf('CreateFunction20150331', {
  requestParameters: { functionName: 'orders' },
  responseElements: { functionName: 'orders', functionArn: FUNCTION },
});

const now = (account: Account, event: Value = created, settings: Settings = {}, response: 'undo' | 'quarantine' = 'undo') => {
  const bench = benchOf(settings);
  const { guardrails } = bench.configuration;
  const chosen = { ...guardrails, 'lambda-vpc': { ...configurationOf(bench.configuration, 'lambda-vpc'), response } };
  return judgeNow(guardrail, { ...bench, configuration: { ...bench.configuration, guardrails: chosen } }, event, account);
};

describe('a function', () => {
  it('that is still outside any VPC is reported, and left alone', () => {
    const { calls, assessments } = now({ [CONFIGURATION]: configuration(detached), [CONCURRENCY]: {} });

    expect(calls).toEqual([CONFIGURATION, CONCURRENCY]);
    expect(assessments).toEqual([
      {
        guardrail: 'lambda-vpc',
        mode: 'enforce',
        resource: { type: 'AWS::Lambda::Function', id: FUNCTION },
        verdict: 'violation',
        code: 'no-vpc',
        severity: 'LOW',
        reason: 'function orders is not in a VPC: its VPC configuration lists no subnet',
        fix: 'give function orders subnets and security groups in VpcConfig, or exempt it',
        plan: { calls: [], why: expect.stringContaining('response: quarantine') },
      },
    ]);
  });

  it.each<[string, Account, readonly string[]]>([
    ['was corrected', { [CONFIGURATION]: configuration(inVpc), [CONCURRENCY]: {} }, ['compliant']],
    ['is gone', {}, []],
    ['is going', { [CONFIGURATION]: configuration({ State: 'Deleting' }), [CONCURRENCY]: {} }, []],
    [
      'is a replica of Lambda@Edge',
      { [CONFIGURATION]: configuration({ MasterArn: 'arn:aws:lambda:us-east-1:222222222222:function:orders:1' }) },
      ['exempt'],
    ],
    ['lost its VPC altogether', { [CONFIGURATION]: configuration(), [CONCURRENCY]: {} }, ['violation']],
    ['shows a VPC that cannot be read', { [CONFIGURATION]: configuration({ VpcConfig: 'somewhere' }), [CONCURRENCY]: {} }, ['undetermined']],
  ])('that %s', (_name, account, verdicts) => {
    expect(now(account).assessments.map(({ verdict }) => verdict)).toEqual(verdicts);
  });

  it('is judged by the event where its name is not known, and nothing is done', () => {
    const nameless = eventOf('CreateFunction', { requestParameters: {}, responseElements: { description: '' } });

    expect(now({}, nameless, {}, 'quarantine')).toEqual({
      calls: [],
      assessments: [expect.objectContaining({ verdict: 'violation', plan: { calls: [], why: 'the function has no name yet' } })],
    });
  });

  it('on a capacity provider is in the network, and the VPC, of the provider', () => {
    const onPool = configuration({ CapacityProviderConfig: { LambdaManagedInstancesCapacityProviderConfig: { CapacityProviderArn: PROVIDER } } });
    const pool = keyOf('lambda:GetCapacityProvider', { CapacityProviderName: PROVIDER });
    const account = (VpcId: string): Account => ({
      [CONFIGURATION]: onPool,
      [CONCURRENCY]: {},
      [pool]: {
        CapacityProvider: { CapacityProviderArn: PROVIDER, State: 'Active', VpcConfig: { SubnetIds: ['subnet-1'], SecurityGroupIds: ['sg-1'] } },
      },
      [SUBNETS]: { Subnets: [{ SubnetId: 'subnet-1', VpcId }] },
    });

    const [right, wrong] = ['vpc-1', 'vpc-2'].map((id) => now(account(id), created, { allowedVpcIds: ['vpc-1'] }));

    expect(right?.calls).toEqual([CONFIGURATION, CONCURRENCY, pool, SUBNETS]);
    expect([right, wrong].map((seen) => seen?.assessments.map(({ code, verdict }) => code ?? verdict))).toEqual([['compliant'], ['unapproved-vpc']]);
    const { [pool]: _, ...unseen } = account('vpc-1');
    expect(now(unseen, created, { allowedVpcIds: ['vpc-1'] }).assessments.map(({ verdict }) => verdict)).toEqual(['undetermined']);
  });
});

describe('a quarantine', () => {
  const stop = { action: 'lambda:PutFunctionConcurrency', input: { FunctionName: FUNCTION, ReservedConcurrentExecutions: 0 } };

  it.each<[string, Account[string], Value]>([
    ['had none of its own', {}, { action: 'lambda:DeleteFunctionConcurrency', input: { FunctionName: FUNCTION } }],
    [
      'had some',
      { ReservedConcurrentExecutions: 7 },
      { action: 'lambda:PutFunctionConcurrency', input: { FunctionName: FUNCTION, ReservedConcurrentExecutions: 7 } },
    ],
  ])('stops the function, and puts back the concurrency that it had: %s', (_name, concurrency, restore) => {
    const { assessments } = now({ [CONFIGURATION]: configuration(), [CONCURRENCY]: concurrency }, created, {}, 'quarantine');

    expect(assessments.map(({ plan }) => plan)).toEqual([
      { calls: [stop], restore: [restore], note: expect.stringContaining('stopped, not mended'), isContainment: true },
    ]);
  });

  it('is not imposed twice, so that what was there before is not forgotten', () => {
    const stopped = { [CONFIGURATION]: configuration(), [CONCURRENCY]: { ReservedConcurrentExecutions: 0 } };

    expect(now(stopped, created, {}, 'quarantine').assessments.map(({ plan }) => plan)).toEqual([
      {
        calls: [],
        why: 'it is stopped already: its reserved concurrency is zero',
        note: expect.stringMatching(/^it is stopped, not mended: /),
        isContainment: true,
      },
    ]);
  });

  it('is for functions alone', () => {
    const connector = { Arn: `${CONNECTOR}:1`, Id: 'nc-1', State: 'ACTIVE', Configuration: { VpcEgressConfiguration: { SubnetIds: [] } } };
    const event = eventOf('UpdateNetworkConnector', { requestParameters: { identifier: 'nc-1' } });
    const account = { [keyOf('lambda:GetNetworkConnector', { Identifier: CONNECTOR })]: connector };

    const { assessments } = now(account, event, {}, 'quarantine');

    expect(assessments.map(({ verdict, plan }) => [verdict, plan?.calls])).toEqual([['violation', []]]);
  });
});

describe('a connector and a revision', () => {
  it('are read by the names that their answers have', () => {
    const event = eventOf('UpdateNetworkConnector', { requestParameters: { identifier: CONNECTOR } });
    const read = keyOf('lambda:GetNetworkConnector', { Identifier: CONNECTOR });
    const connector = (SubnetIds: readonly string[]) => ({
      Arn: CONNECTOR,
      Configuration: { VpcEgressConfiguration: { SubnetIds, SecurityGroupIds: ['sg-1'] } },
    });
    const settings = { allowedSubnetIds: ['subnet-1'] };

    const seen = [['subnet-1'], ['subnet-2']].map((ids) => now({ [read]: connector(ids) }, event, settings));

    expect(seen.map(({ assessments }) => assessments.map(({ code, verdict }) => code ?? verdict))).toEqual([['compliant'], ['unapproved-subnet']]);
  });

  it('stay what the event says where a revision, which never changes, does not tell', () => {
    const revisionArn = 'arn:aws:lambda:eu-west-1:222222222222:web-function/shop/revision/1';
    const event = eventOf('CreateWebFunctionRevision', {
      requestParameters: { functionName: 'shop', serviceConfig: { port: 8080 } },
      responseElements: { revisionArn },
    });
    const read = keyOf('lambda:GetWebFunctionRevision', { functionName: 'shop', revisionId: revisionArn });
    const through = { serviceConfig: { egressNetworkConnectorArn: CONNECTOR } };

    const seen = [{ revisionArn }, { revisionArn, ...through }].map((output) => now({ [read]: output }, event));

    expect(seen.map(({ assessments }) => assessments.map(({ code, verdict }) => code ?? verdict))).toEqual([
      ['direct-internet-egress'],
      ['compliant'],
    ]);
    expect(now({}, event)).toEqual({ calls: [read], assessments: [] });
  });
});

describe('what closes', () => {
  const mended = (event: Value, account: Account = {}) => judgeMended(guardrail, benchOf({}), event, account);

  it.each<[string, { readonly [name: string]: Value }, string, readonly string[]]>([
    ['DeleteFunction20150331', { functionName: 'orders' }, `AWS::Lambda::Function ${FUNCTION}`, [CONFIGURATION, CONCURRENCY]],
    ['DeleteFunction20150331', { functionName: `${FUNCTION}:7`, qualifier: '7' }, `AWS::Lambda::Function ${FUNCTION}`, [CONFIGURATION, CONCURRENCY]],
    [
      'DeleteCapacityProvider',
      { capacityProviderName: 'pool' },
      `AWS::Lambda::CapacityProvider ${PROVIDER}`,
      [keyOf('lambda:GetCapacityProvider', { CapacityProviderName: PROVIDER })],
    ],
    [
      'DeleteNetworkConnector',
      { identifier: 'nc-1' },
      `AWS::Lambda::NetworkConnector ${CONNECTOR}`,
      [keyOf('lambda:GetNetworkConnector', { Identifier: CONNECTOR })],
    ],
    [
      'DeleteWebFunctionRevision',
      { functionName: 'shop', revisionId: '1' },
      'AWS::Lambda::WebFunctionRevision arn:aws:lambda:eu-west-1:222222222222:web-function/shop/revision/1',
      [keyOf('lambda:GetWebFunctionRevision', { functionName: 'shop', revisionId: '1' })],
    ],
    [
      'DeleteWebFunction',
      { functionName: 'shop' },
      'AWS::Lambda::WebFunctionRevision arn:aws:lambda:eu-west-1:222222222222:web-function/shop/revision/*',
      [],
    ],
  ])('%s %j', (eventName, requestParameters, about, calls) => {
    expect(mended(eventOf(eventName, { requestParameters }))).toEqual([{ about, calls, now: [] }]);
  });

  it('does not close a function of which a version alone was deleted', () => {
    const event = eventOf('DeleteFunction20150331', { requestParameters: { functionName: 'orders', qualifier: '7' } });

    expect(mended(event, { [CONFIGURATION]: configuration(), [CONCURRENCY]: {} })).toEqual([
      { about: `AWS::Lambda::Function ${FUNCTION}`, calls: [CONFIGURATION, CONCURRENCY], now: [`${FUNCTION}  violation`] },
    ]);
  });

  it('is looked for where a network was set', () => {
    const event = eventOf('UpdateFunctionConfiguration20150331v2', { requestParameters: { functionName: 'orders' }, responseElements: null });

    expect(mended(event, { [CONFIGURATION]: configuration(inVpc), [CONCURRENCY]: {} })).toEqual([
      { about: `AWS::Lambda::Function ${FUNCTION}`, calls: [CONFIGURATION, CONCURRENCY], now: [`${FUNCTION}  compliant`] },
    ]);
  });

  it.each(['DeleteFunction', 'DeleteCapacityProvider', 'DeleteNetworkConnector', 'DeleteWebFunction', 'DeleteWebFunctionRevision'])(
    'is no copy of the caller: %s',
    (eventName) => {
      const requestParameters = { functionName: FUNCTION, capacityProviderName: PROVIDER, identifier: CONNECTOR };

      const own = { functionName: 'arn:aws:lambda:eu-west-1:222222222222:web-function/shop', revisionId: '1' };
      const named = eventName.includes('Web') ? own : requestParameters;
      expect(mended(eventOf(eventName, { recipientAccountId: '333333333333', requestParameters: named }))).toEqual([]);
    },
  );

  it('has an answer for every event that closes', () => {
    const closing = guardrail.events.filter(({ effect }) => effect === 'close').map(({ name }) => name);
    const named = { functionName: 'shop', capacityProviderName: 'pool', identifier: 'nc-1', revisionId: '1' };

    expect(closing.filter((eventName) => mended(eventOf(eventName, { requestParameters: named })).length === 0)).toEqual([]);
  });
});

it('whatever AWS answers, nothing breaks, and nothing but a function of a known name is stopped', () => {
  const value = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Value>;
  const answer = fc.dictionary(fc.constantFrom('VpcConfig', 'CapacityProviderConfig', 'CapacityProvider', 'State', 'MasterArn', '__proto__'), value);
  fc.assert(
    fc.property(answer, value, (output, reserved) => {
      const account = { [CONFIGURATION]: output, [CONCURRENCY]: { ReservedConcurrentExecutions: reserved } };

      const calls = now(account, created, {}, 'quarantine').assessments.flatMap(({ plan }) => plan?.calls ?? []);

      expect(calls.filter(({ input }) => input.FunctionName !== FUNCTION || input.ReservedConcurrentExecutions !== 0)).toEqual([]);
    }),
    { numRuns: costlyRuns },
  );
});
