/** Packed and unpacked decide alike; what does not fit is refused with the sizes; the bytes are the same each time. */
import fc from 'fast-check';
import { UsageError } from '../../lib/core/errors';
import { evaluatePolicy, type PolicyRequest, type PolicyStatement } from '../../lib/core/policy';
import { guardrails } from '../../lib/guardrails';
import { renderPolicies } from '../../lib/policies';
import { minified, packPolicies } from '../../lib/policies/pack';
import { isSparing } from '../../lib/policies/words';
import { costlyRuns } from '../support/runs';
import { configurationFor, ORGANIZATION } from './configuration';

const account = (index: number): string => String(200_000_000_000 + index);

interface Sizes {
  readonly accounts: number;
  readonly domains: number;
  readonly endpoints: number;
  readonly tag: boolean;
  readonly characters: number;
}

/** A configuration of some size, with everything enforced. */
const configurationOf = ({ accounts, domains, endpoints, tag, characters }: Sizes) =>
  configurationFor({
    organization: {
      ...ORGANIZATION,
      ...(accounts > 0 ? { accountIds: Array.from({ length: accounts }, (_, index) => account(index)) } : { accountIds: undefined }),
    },
    guardrails: {
      'lambda-permission': { mode: 'enforce', trustedServices: ['s3.amazonaws.com'] },
      'lambda-layer-permission': { mode: 'enforce' },
      'lambda-vpc': { mode: 'enforce', allowedVpcIds: ['vpc-0123456789abcdef0'] },
      'sns-subscription': {
        mode: 'enforce',
        trustedHosts: Array.from({ length: Math.max(1, endpoints) }, (_, index) => `hooks-${index}.partner-${index % 40}.example.com`),
        trustedEmailDomains: Array.from({ length: Math.max(1, domains) }, (_, index) => `team-${index}.example.org`),
      },
      'ecr-layer-access': { mode: 'enforce', allowedRoles: ['ci-*'], allowedNetworks: ['203.0.113.0/24'] },
    },
    spared: { principalArns: ['arn:aws:iam::*:role/break-glass'], ...(tag && { principalTag: { key: 'perimeter-spared', value: 'true' } }) },
    scp: { maxCharacters: characters, denyLayerSharing: true },
  });

const sizes: fc.Arbitrary<Sizes> = fc.record({
  accounts: fc.constantFrom(0, 1, 20, 300),
  domains: fc.constantFrom(1, 5, 60),
  endpoints: fc.constantFrom(1, 5, 60),
  tag: fc.boolean(),
  characters: fc.constantFrom(5120, 10_240),
});

const request: fc.Arbitrary<PolicyRequest> = fc
  .record({
    call: fc.constantFrom(
      ['lambda:AddPermission', 'arn:aws:lambda:eu-west-1:200000000001:function:f'],
      ['lambda:CreateFunctionUrlConfig', 'arn:aws:lambda:eu-west-1:200000000001:function:f'],
      ['lambda:UpdateFunctionCode', 'arn:aws:lambda:eu-west-1:200000000001:function:perimeter-sweep'],
      ['lambda:CreateFunction', 'arn:aws:lambda:eu-west-1:200000000001:function:f'],
      ['sns:Subscribe', 'arn:aws:sns:eu-west-1:200000000001:t'],
      ['ecr:BatchGetImage', 'arn:aws:ecr:eu-west-1:200000000001:repository/r'],
      ['cloudformation:SetTypeConfiguration', '*'],
      ['iam:CreateRole', 'arn:aws:iam::200000000001:role/perimeter-x'],
      ['iam:TagRole', 'arn:aws:iam::200000000001:role/x'],
      ['sqs:ReceiveMessage', 'arn:aws:sqs:eu-west-1:200000000001:perimeter-q'],
      ['s3:GetObject', 'arn:aws:s3:::b/k'],
    ),
    role: fc.constantFrom('app', 'break-glass', 'stacksets-exec-1', 'perimeter-lambda-permission-remediator-eu-west-1', 'ci-1'),
    principal: fc.constantFrom('*', 's3.amazonaws.com', 'sns.amazonaws.com', '200000000000', '999999999999', 'arn:aws:iam::999999999999:role/r'),
    protocol: fc.constantFrom('https', 'email', 'sqs', 'http'),
    endpoint: fc.constantFrom(
      'https://hooks-0.partner-0.example.com/x',
      'https://evil.example',
      'a@team-0.example.org',
      'arn:aws:sqs:eu-west-1:999999999999:q',
    ),
    vpc: fc.constantFrom(undefined, 'vpc-0123456789abcdef0', 'vpc-0fedcba9876543210'),
    tags: fc.constantFrom(undefined, ['PERIMETER-spared'], ['team']),
    ip: fc.constantFrom('203.0.113.9', '198.51.100.1'),
  })
  .map(({ call: [action, resource], role, principal, protocol, endpoint, vpc, tags, ip }) => ({
    action: action as string,
    resource: resource as string,
    context: new Map<string, readonly string[]>([
      ['aws:principalarn', [`arn:aws:iam::200000000001:role/${role}`]],
      ['aws:principalaccount', ['200000000001']],
      ['aws:sourceip', [ip]],
      ['lambda:principal', [principal]],
      ['lambda:functionurlauthtype', ['NONE']],
      ['sns:protocol', [protocol]],
      ['sns:endpoint', [endpoint]],
      ...(vpc ? [['lambda:vpcids', [vpc]] as const] : []),
      ...(tags ? [['aws:tagkeys', tags] as const] : []),
    ]),
  }));

const packed = (configuration: ReturnType<typeof configurationOf>, policies = renderPolicies(configuration, guardrails)) => {
  try {
    return packPolicies(policies, configuration.scp);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    expect(error.message).toMatch(/^the policies do not fit: .*\(characters: .*tamper-protection \d+\)/);
    return undefined;
  }
};

it('packed and unpacked decide alike, in the same bytes each time', () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(sizes, fc.array(request, { minLength: 20, maxLength: 60 }), (size, requests) => {
      const configuration = configurationOf(size);
      const policies = renderPolicies(configuration, guardrails);
      const result = packed(configuration, policies);
      if (!result) return;
      const [apart, together] = [
        policies.filter(({ kind }) => kind === 'scp').map(({ document }) => document),
        result.map(({ document }) => document),
      ];
      for (const each of requests) {
        const [one, other] = [evaluatePolicy(apart, each, 'scp').effect, evaluatePolicy(together, each, 'scp').effect];
        seen.add(one);
        expect([each, other]).toEqual([each, one]);
      }
      for (const { document } of result) expect(minified(document).length).toBeLessThanOrEqual(size.characters);
      expect(packed(configurationOf(size))?.map(({ document }) => minified(document))).toEqual(result.map(({ document }) => minified(document)));
    }),
    { numRuns: Math.ceil(costlyRuns / 100), endOnFailure: true },
  );
  expect([...seen].sort()).toEqual(['allowed', 'denied']);
});

/** With everything else of a large configuration: five guardrails, the tamper protection, a tag and a role that are spared. */
describe('a large configuration', () => {
  const large = { accounts: 0, domains: 1, endpoints: 1, tag: true, characters: 10_240 };
  const sizesOf = (policies: ReturnType<typeof packed>) => policies?.map(({ document }) => minified(document).length);
  const notesOf = (size: Sizes) => renderPolicies(configurationOf(size), guardrails).flatMap(({ notes }) => notes);

  it.each<readonly [string, Partial<Sizes>, number]>([
    ['a thousand accounts', { accounts: 1000 }, 2],
    ['two hundred domains', { domains: 200 }, 3],
    ['three hundred endpoints', { endpoints: 300 }, 8],
    ['a thousand accounts, two hundred domains and three hundred endpoints', { accounts: 1000, domains: 200, endpoints: 300 }, 9],
  ])('%s fit', (_, more, count) => {
    const sizes = sizesOf(packed(configurationOf({ ...large, ...more })));

    expect(sizes).toHaveLength(count);
    expect(sizes?.filter((size) => size > 10_240)).toEqual([]);
  });

  it('says what is lost where a thousand accounts do not fit', () => {
    const lost = (size: Sizes) => notesOf(size).filter((note) => note.includes('1001 accounts do not fit'));

    expect(lost({ ...large, accounts: 1000 })).toEqual([
      expect.stringMatching(/^grants on functions are not held to accounts: .*; the hook and the remediator do$/),
      expect.stringMatching(/^subscribed queues, functions and streams are not held to accounts: .*; the hook and the remediator do$/),
    ]);
    expect(lost({ ...large, accounts: 20 })).toEqual([]);
  });

  it('exemptions with more ends than fit hold until the policies are rendered again, which the notes say; those that fit end by themselves', () => {
    const withEnds = (count: number) => ({
      ...configurationOf(large),
      exemptions: Array.from({ length: count }, (_, index) => ({
        guardrails: ['sns-subscription'],
        resources: [`arn:aws:sns:*:*:legacy-${index}`],
        reason: 'it is replaced',
        expires: `2031-01-${String(index + 1).padStart(2, '0')}`,
      })),
    });
    const endsIn = (count: number) => {
      const policies = renderPolicies(withEnds(count), guardrails);
      const statements = packed(withEnds(count), policies)?.flatMap(({ document }) => document.Statement);
      const excused = statements?.filter(({ NotResource = [] }) => NotResource.includes(`arn:aws:sns:*:*:legacy-${count - 1}`));
      return {
        isExcused: (excused ?? []).length > 0,
        ends: statements?.some(({ Sid }) => /Ended/.test(Sid ?? '')),
        told: policies
          .flatMap(({ notes }) => notes)
          .filter((note) => note.endsWith('the ends of exemptions do not fit: render the policies again when one has ended')).length,
      };
    };

    expect(endsIn(2)).toEqual({ isExcused: true, ends: true, told: 0 });
    expect(endsIn(30)).toEqual({ isExcused: true, ends: false, told: 1 });
  });

  it.each<readonly [string, Partial<Sizes>, RegExp]>([
    [
      'more hosts than all policies hold',
      { endpoints: 400 },
      /they need 1\d policies of 10240 characters, and a target may have 9 \(characters: .*sns-subscription \d{5,6}, .*tamper-protection \d+\); shorten the lists of the largest/,
    ],
    [
      'more domains than one policy holds',
      { domains: 500 },
      /the statement SnsEmail has \d{5} characters, and a policy may have 10240 .*sns-subscription \d{5}/,
    ],
    [
      'the smaller quota of before',
      { accounts: 1000, domains: 200, endpoints: 300, characters: 5120 },
      /a policy may have 5120 .*raise scp\.maxCharacters or scp\.maxPoliciesPerTarget if AWS has raised your quota/,
    ],
  ])('%s are refused with the sizes and a way out', (_, more, message) => {
    const configuration = configurationOf({ ...large, ...more });

    expect(() => packPolicies(renderPolicies(configuration, guardrails), configuration.scp)).toThrow(message);
  });
});

it('no denial is without a condition that spares', () => {
  fc.assert(
    fc.property(sizes, (size) => {
      const policies = renderPolicies(configurationOf(size), guardrails).filter(({ kind }) => kind === 'scp');
      const bare = policies
        .flatMap(({ document }) => document.Statement)
        .filter(
          ({ Condition = {} }) => !Object.entries(Condition).some(([operator, keys]) => Object.keys(keys).some((key) => isSparing(operator, key))),
        );
      expect(bare).toEqual([]);
    }),
    { numRuns: 40 },
  );
});

describe('merging and splitting', () => {
  const statement = (Sid: string, over: Partial<PolicyStatement>): PolicyStatement => ({
    Sid,
    Effect: 'Deny',
    Action: ['a:B'],
    Resource: ['*'],
    Condition: { Bool: { 'aws:ViaAWSService': 'false' } },
    ...over,
  });
  const pack = (statements: readonly PolicyStatement[], maxCharacters = 10_240, maxPoliciesPerTarget = 9) =>
    packPolicies([{ name: 'p', kind: 'scp', document: { Version: '2012-10-17', Statement: statements }, notes: [] }], {
      maxCharacters,
      maxPoliciesPerTarget,
    }).map(({ document }) => document.Statement);

  it('says together what differs in its actions, or its resources, alone', () => {
    expect(pack([statement('A', {}), statement('B', { Action: ['a:C'] })])).toEqual([[statement('AAndB', { Action: ['a:B', 'a:C'] })]]);
    expect(pack([statement('A', { Resource: ['r1'] }), statement('B', { Resource: ['r2'] })])).toEqual([
      [statement('AAndB', { Resource: ['r1', 'r2'] })],
    ]);
  });

  it('keeps apart what is not the same: conditions, both lists, and lists of what is left out', () => {
    const apart = [statement('A', { Condition: {} }), statement('B', { Action: ['a:C'] })];
    expect(pack(apart)).toEqual([apart]);
    const crossed = [statement('A', { Action: ['a:B'], Resource: ['r1'] }), statement('B', { Action: ['a:C'], Resource: ['r2'] })];
    expect(pack(crossed)).toEqual([crossed]);
    const negated = [statement('A', { Action: undefined, NotAction: ['a:B'] }), statement('B', { Action: undefined, NotAction: ['a:C'] })];
    expect(pack(negated)).toEqual([negated]);
  });

  it('splits a statement of many resources, and refuses one of many conditions', () => {
    const resources = Array.from({ length: 60 }, (_, index) => `arn:aws:sns:eu-west-1:222222222222:topic-${index}`);
    const parts = pack([statement('A', { Resource: resources })], 1500);
    expect(parts.flat().flatMap(({ Resource = [] }) => Resource)).toEqual(resources);
    expect(parts.flat().map(({ Sid }) => Sid)).toEqual(parts.flat().map((_, index) => `A${index + 1}`));
    expect(() => pack([statement('A', { Condition: { StringNotLike: { 'sns:Endpoint': resources } } })], 1500)).toThrow(
      /the statement A has \d+ characters, and a policy may have 1500/,
    );
  });

  it('finds the fewest policies where taking the largest first does not', () => {
    const of = (Sid: string, length: number) => {
      const bare = JSON.stringify(statement(Sid, { Condition: { StringLike: { k: '' } } })).length + 1;
      return statement(Sid, { Condition: { StringLike: { k: 'x'.repeat(length - bare) } } });
    };
    // Into 1,000: 500 and 500, 340 and 330 and 330; the largest first needs three.
    const room = 1000 + '{"Version":"2012-10-17","Statement":[]}'.length - 1;
    expect(pack([of('A', 440), of('B', 350), of('C', 280), of('D', 280), of('E', 360), of('F', 290)], room)).toHaveLength(2);
  });
});
