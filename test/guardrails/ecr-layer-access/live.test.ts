/** Policies, replication and endpoints as they are when somebody looks, what is done then, and what puts them back. */
import fc from 'fast-check';
import type { Value } from '../../../lib/core/value';
import guardrail from '../../../lib/guardrails/ecr-layer-access';
import { type Account, judgeMended, judgeNow, keyOf, look, recordOf } from '../../support/live';
import { costlyRuns } from '../../support/runs';
import { benchOf, rawRecord } from './support';

const OWN = '222222222222';
const MEMBER = '333333333333';
const FOREIGN = '999999999999';
const ECR = 'ecr.amazonaws.com';
const EC2 = 'ec2.amazonaws.com';
const REPOSITORY = `arn:aws:ecr:eu-west-1:${OWN}:repository/team/app`;
const REGISTRY = `arn:aws:ecr:eu-west-1:${OWN}:registry`;
const ENDPOINT = 'vpce-0123456789abcdef0';

const READS = {
  repository: keyOf('ecr:GetRepositoryPolicy', { repositoryName: 'team/app', registryId: OWN }),
  registry: keyOf('ecr:GetRegistryPolicy'),
  replication: keyOf('ecr:DescribeRegistry'),
  template: keyOf('ecr:DescribeRepositoryCreationTemplates', { prefixes: ['team'] }),
  endpoint: keyOf('ec2:DescribeVpcEndpoints', { VpcEndpointIds: [ENDPOINT] }),
};

const grant = (Sid: string, account: string): Value => ({
  Sid,
  Effect: 'Allow',
  Principal: { AWS: `arn:aws:iam::${account}:root` },
  Action: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
});
const documentOf = (...Statement: readonly Value[]): Value => ({ Version: '2012-10-17', Statement });
const textOf = (...statements: readonly Value[]): string => JSON.stringify(documentOf(...statements));

const ours = grant('ours', MEMBER);
const first = grant('first', FOREIGN);
const second = grant('second', '888888888888');

const eventOf = (eventName: string, requestParameters: Value, more: { readonly [name: string]: Value } = {}): Value =>
  rawRecord({
    eventSource: eventName.endsWith('VpcEndpoint') || eventName.endsWith('VpcEndpoints') ? EC2 : ECR,
    eventName,
    requestParameters,
    ...more,
  });

const now = (event: Value, account: Account) => judgeNow(guardrail, benchOf({ settings: {} }), event, account);
const verdicts = (event: Value, account: Account) => now(event, account).assessments.map(({ code, verdict }) => code ?? verdict);

const policySet = eventOf('SetRepositoryPolicy', { repositoryName: 'team/app', policyText: textOf(first) });
const registrySet = eventOf('PutRegistryPolicy', { policyText: textOf(first) });
const templateSet = eventOf('UpdateRepositoryCreationTemplate', { prefix: 'team', repositoryPolicy: textOf(first) });
const to = (...destinations: readonly Value[]) => ({ destinations, repositoryFilters: [{ filter: 'prod', filterType: 'PREFIX_MATCH' }] });
const inside = { region: 'us-east-1', registryId: OWN };
const outside = { region: 'eu-west-1', registryId: FOREIGN };
const replicationSet = eventOf('PutReplicationConfiguration', { replicationConfiguration: { rules: [to(outside)] } });

describe('the policy of a repository', () => {
  const answer = (policyText: string): Account => ({ [READS.repository]: { registryId: OWN, repositoryName: 'team/app', policyText } });
  const named = { registryId: OWN, repositoryName: 'team/app' };

  it('loses every statement that violates now, and is put back whole', () => {
    const { calls, assessments } = now(policySet, answer(textOf(ours, second, first)));

    const plan = {
      calls: [{ action: 'ecr:SetRepositoryPolicy', input: { ...named, policyText: textOf(ours) } }],
      restore: [{ action: 'ecr:SetRepositoryPolicy', input: { ...named, policyText: textOf(ours, second, first) } }],
    };
    expect(calls).toEqual([READS.repository]);
    expect(assessments.map(({ resource, statement, code, plan: planned }) => [resource.id, statement, code, planned])).toEqual([
      [REPOSITORY, 'second', 'untrusted-account', plan],
      [REPOSITORY, 'first', 'untrusted-account', plan],
    ]);
  });

  it('is deleted when nothing is left, and put back', () => {
    expect(now(policySet, answer(textOf(first))).assessments.map(({ plan }) => plan)).toEqual([
      {
        calls: [{ action: 'ecr:DeleteRepositoryPolicy', input: named }],
        restore: [{ action: 'ecr:SetRepositoryPolicy', input: { ...named, policyText: textOf(first) } }],
      },
    ]);
  });

  it.each<[string, Account, readonly string[]]>([
    ['was corrected under the same Sid', answer(textOf(grant('first', MEMBER))), ['compliant']],
    ['is gone, or its repository', {}, []],
    ['lets nobody in', answer(textOf()), ['compliant']],
    ['cannot be read', answer('{"Version":'), ['undetermined']],
  ])('that %s', (_name, account, expected) => {
    expect(verdicts(policySet, account)).toEqual(expected);
  });

  it('is that of the account that owns it, whoever asked', () => {
    const foreign = `arn:aws:ecr:eu-west-1:${MEMBER}:repository/team/app`;
    const event = eventOf(
      'SetRepositoryPolicy',
      { registryId: MEMBER, repositoryName: 'team/app', policyText: textOf(first) },
      { recipientAccountId: MEMBER, resources: [{ ARN: foreign, accountId: MEMBER }] },
    );

    expect(now(event, {}).calls).toEqual([keyOf('ecr:GetRepositoryPolicy', { repositoryName: 'team/app', registryId: MEMBER })]);
  });
});

describe('the policy of a registry', () => {
  const answer = (policyText: string): Account => ({ [READS.registry]: { registryId: OWN, policyText } });

  it('loses what violates, and is put back', () => {
    const plans = [textOf(ours, first), textOf(first)].map((text) => now(registrySet, answer(text)).assessments.map(({ plan }) => plan));

    expect(plans).toEqual([
      [
        {
          calls: [{ action: 'ecr:PutRegistryPolicy', input: { policyText: textOf(ours) } }],
          restore: [{ action: 'ecr:PutRegistryPolicy', input: { policyText: textOf(ours, first) } }],
        },
      ],
      [
        {
          calls: [{ action: 'ecr:DeleteRegistryPolicy', input: {} }],
          restore: [{ action: 'ecr:PutRegistryPolicy', input: { policyText: textOf(first) } }],
        },
      ],
    ]);
  });

  it('is gone, or corrected', () => {
    expect([verdicts(registrySet, {}), verdicts(registrySet, answer(textOf(ours)))]).toEqual([[], ['compliant']]);
  });
});

describe('a creation template', () => {
  const template = (prefix: string, repositoryPolicy: string) => ({
    prefix,
    imageTagMutability: 'IMMUTABLE',
    appliedFor: ['REPLICATION'],
    repositoryPolicy,
  });
  const answer = (...repositoryCreationTemplates: readonly Value[]): Account => ({
    [READS.template]: { registryId: OWN, repositoryCreationTemplates },
  });
  const update = (repositoryPolicy: string) => ({
    action: 'ecr:UpdateRepositoryCreationTemplate',
    input: { prefix: 'team', imageTagMutability: 'IMMUTABLE', repositoryPolicy },
  });

  it('loses what violates, keeps the rest, and is put back', () => {
    const others = template('other', textOf(second));
    const plans = [textOf(ours, first), textOf(first)].map((text) =>
      now(templateSet, answer(others, template('team', text))).assessments.map(({ plan }) => plan),
    );

    expect(plans).toEqual([
      [{ calls: [update(textOf(ours))], restore: [update(textOf(ours, first))] }],
      [{ calls: [update('')], restore: [update(textOf(first))] }],
    ]);
  });

  it.each<[string, Account, readonly string[]]>([
    ['is gone', {}, []],
    ['is not in the answer', answer(template('other', textOf(first))), []],
    ['has no policy any more', answer(template('team', '')), ['compliant']],
    ['was corrected', answer(template('team', textOf(ours))), ['compliant']],
  ])('that %s', (_name, account, expected) => {
    expect(verdicts(templateSet, account)).toEqual(expected);
  });
});

describe('replication', () => {
  const answer = (...rules: readonly Value[]): Account => ({ [READS.replication]: { registryId: OWN, replicationConfiguration: { rules } } });
  const put = (...rules: readonly Value[]) => ({ action: 'ecr:PutReplicationConfiguration', input: { replicationConfiguration: { rules } } });

  it('loses every foreign destination that there is now, and is put back', () => {
    const rules = [to(inside, outside), to({ region: 'us-west-2', registryId: FOREIGN })];
    const { calls, assessments } = now(replicationSet, answer(...rules));

    const plan = { calls: [put(to(inside))], restore: [put(...rules)] };
    expect(calls).toEqual([READS.replication]);
    expect(assessments.map(({ statement, code, plan: planned }) => [statement, code, planned])).toEqual([
      [`${FOREIGN} eu-west-1`, 'untrusted-destination', plan],
      [`${FOREIGN} us-west-2`, 'untrusted-destination', plan],
    ]);
  });

  it.each<[string, Account, readonly string[]]>([
    ['was switched off', answer(), ['compliant']],
    ['was corrected', answer(to(inside)), ['compliant']],
    ['cannot be read', { [READS.replication]: { registryId: OWN } }, ['undetermined']],
  ])('that %s', (_name, account, expected) => {
    expect(verdicts(replicationSet, account)).toEqual(expected);
  });
});

describe('an endpoint', () => {
  const everyone = documentOf({ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' });
  const organization = documentOf({
    Effect: 'Allow',
    Principal: '*',
    Action: '*',
    Resource: '*',
    Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-exampleorgid' } },
  });
  const answer = (ServiceName: string, policy: Value | undefined, State = 'available'): Account => ({
    [READS.endpoint]: {
      VpcEndpoints: [
        {
          VpcEndpointId: ENDPOINT,
          VpcEndpointType: 'Interface',
          ServiceName,
          State,
          ...(policy !== undefined && { PolicyDocument: JSON.stringify(policy) }),
        },
      ],
    },
  });
  const event = eventOf('ModifyVpcEndpoint', { ModifyVpcEndpointRequest: { VpcEndpointId: ENDPOINT, PolicyDocument: JSON.stringify(everyone) } });

  it.each<[string, Account, readonly string[]]>([
    ['is of ECR and open', answer('com.amazonaws.eu-west-1.ecr.dkr', everyone), ['open-endpoint-policy']],
    ['has no policy', answer('com.amazonaws.eu-west-1.ecr.api', undefined), ['open-endpoint-policy']],
    ['was corrected', answer('com.amazonaws.eu-west-1.ecr.dkr', organization), ['compliant']],
    ['is of another service', answer('com.amazonaws.eu-west-1.sqs', everyone), []],
    ['is going', answer('com.amazonaws.eu-west-1.ecr.dkr', everyone, 'deleting'), []],
    ['is gone', {}, []],
    ['does not tell its service', { [READS.endpoint]: { VpcEndpoints: [{ VpcEndpointId: ENDPOINT }] } }, ['undetermined']],
  ])('that %s', (_name, account, expected) => {
    const { calls, assessments } = now(event, account);

    expect(calls).toEqual([READS.endpoint]);
    expect(assessments.map(({ code, verdict }) => code ?? verdict)).toEqual(expected);
    expect(assessments.flatMap(({ plan }) => plan?.calls ?? [])).toEqual([]);
  });
});

describe('what cannot be looked up', () => {
  it('a pull has happened: there is nothing to read', () => {
    const record = recordOf(
      eventOf('BatchGetImage', { repositoryName: 'team/app' }, { resources: [{ ARN: REPOSITORY, accountId: OWN }], readOnly: true }),
    );
    const [fact] = guardrail.fromRecord(record);
    if (!fact) throw new Error('a pull is a fact');

    expect(look(guardrail, fact, {})).toEqual({ calls: [], facts: [fact] });
  });

  it.each<[string, Value]>([
    ['SetRepositoryPolicy', { policyText: textOf(first) }],
    ['UpdateRepositoryCreationTemplate', { repositoryPolicy: textOf(first) }],
    ['ModifyVpcEndpoint', { ModifyVpcEndpointRequest: { ResetPolicy: true } }],
  ])('%s of nothing that has a name is not acted on', (eventName, request) => {
    const { calls, assessments } = now(eventOf(eventName, request), {});

    expect(calls).toEqual([]);
    expect(assessments.map(({ verdict, reason }) => [verdict, reason])).toEqual([
      ['undetermined', 'it cannot be looked up: the record does not name it'],
    ]);
  });
});

describe('what closes', () => {
  const mended = (event: Value, account: Account = {}) => judgeMended(guardrail, benchOf({ settings: {} }), event, account);
  const repository = { about: `AWS::ECR::Repository ${REPOSITORY}`, calls: [READS.repository], now: [] };
  const registry = { about: `AWS::ECR::RegistryPolicy ${REGISTRY}/policy`, calls: [READS.registry], now: [] };
  const template = { about: `AWS::ECR::RepositoryCreationTemplate ${REGISTRY}/creation-template/team`, calls: [READS.template], now: [] };
  const endpoint = (id: string) => ({
    about: `AWS::EC2::VPCEndpoint arn:aws:ec2:eu-west-1:${OWN}:vpc-endpoint/${id}`,
    calls: [keyOf('ec2:DescribeVpcEndpoints', { VpcEndpointIds: [id] })],
    now: [],
  });

  it.each<[string, Value, readonly Value[]]>([
    ['DeleteRepositoryPolicy', { repositoryName: 'team/app' }, [repository]],
    ['DeleteRepository', { repositoryName: 'team/app', force: true }, [repository]],
    ['SetRepositoryPolicy', { repositoryName: 'team/app', policyText: textOf(ours, first) }, [repository]],
    ['DeleteRegistryPolicy', null, [registry]],
    ['PutRegistryPolicy', { policyText: textOf(ours) }, [registry]],
    [
      'PutReplicationConfiguration',
      { replicationConfiguration: { rules: [] } },
      [{ about: `AWS::ECR::ReplicationConfiguration ${REGISTRY}/replication`, calls: [READS.replication], now: [] }],
    ],
    ['DeleteRepositoryCreationTemplate', { prefix: 'team' }, [template]],
    ['UpdateRepositoryCreationTemplate', { prefix: 'team' }, [template]],
    ['ModifyVpcEndpoint', { ModifyVpcEndpointRequest: { VpcEndpointId: ENDPOINT } }, [endpoint(ENDPOINT)]],
    ['DeleteVpcEndpoints', { DeleteVpcEndpointsRequest: { VpcEndpointId: { tag: 1, content: ENDPOINT } } }, [endpoint(ENDPOINT)]],
    [
      'DeleteVpcEndpoints',
      {
        DeleteVpcEndpointsRequest: {
          VpcEndpointId: [
            { tag: 1, content: ENDPOINT },
            { tag: 2, content: 'vpce-2' },
          ],
        },
      },
      [endpoint(ENDPOINT), endpoint('vpce-2')],
    ],
    ['BatchGetImage', { repositoryName: 'team/app' }, []],
  ])('%s %j', (eventName, requestParameters, expected) => {
    expect(mended(eventOf(eventName, requestParameters))).toEqual(expected);
  });

  it('names what still stands as its finding does', () => {
    const account = { [READS.repository]: { policyText: textOf(ours, first) } };

    expect(mended(eventOf('SetRepositoryPolicy', { repositoryName: 'team/app' }), account)).toEqual([
      { ...repository, now: [`${REPOSITORY} first violation`] },
    ]);
  });

  it('counts the copy of the owner alone, and has an answer for every event that closes', () => {
    const events = guardrail.events.filter(({ effect, mends }) => effect === 'close' || mends).map(({ name }) => name);
    const request = { registryId: OWN, repositoryName: 'team/app', prefix: 'team', VpcEndpointId: ENDPOINT };
    const seenBy = (recipientAccountId: string) =>
      events.filter((eventName) => mended(eventOf(eventName, request, { recipientAccountId })).length > 0);

    expect(seenBy(OWN)).toEqual(events);
    // EC2 has no call across accounts: whoever gets the record owns the endpoint.
    expect(seenBy(MEMBER)).toEqual(events.filter((name) => name.includes('VpcEndpoint')));
  });

  it('survives what is no request', () => {
    const deep = JSON.parse(`${'{"a":'.repeat(500)}"vpce-1"${'}'.repeat(500)}`);

    expect([deep, [], 'text', { VpcEndpointId: 7 }].map((request) => mended(eventOf('DeleteVpcEndpoints', request)))).toEqual([[], [], [], []]);
  });
});

it('whatever AWS answers, nothing breaks, and what cannot be read is not condemned', () => {
  const value = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Value>;
  const item = fc.record({ prefix: fc.constant('team'), VpcEndpointId: fc.constant(ENDPOINT), repositoryPolicy: value, PolicyDocument: value });
  const answer = fc.dictionary(
    fc.constantFrom('policyText', 'replicationConfiguration', 'repositoryCreationTemplates', 'VpcEndpoints', '__proto__'),
    fc.oneof(value, fc.array(item)),
  );
  fc.assert(
    fc.property(fc.constantFrom(policySet, registrySet, templateSet, replicationSet), answer, (event, output) => {
      const account = Object.fromEntries(Object.values(READS).map((key) => [key, output]));

      expect(verdicts(event, account).filter((verdict) => verdict !== 'compliant' && verdict !== 'undetermined')).toEqual([]);
    }),
    { numRuns: costlyRuns },
  );
});
