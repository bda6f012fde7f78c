/** Configurations that load, around one guardrail. */
import fc from 'fast-check';
import { type Fields, maybe, OWN, present, some } from './parts';

const PROTOCOLS_OF: readonly (readonly [list: string, protocols: readonly string[]])[] = [
  ['trustedHosts', ['https', 'http']],
  ['trustedEmailDomains', ['email', 'email-json']],
  ['trustedPhonePrefixes', ['sms']],
];

const snsLists = fc
  .record({
    trustedHosts: maybe(
      some('api.example.com', '*.hooks.example.com', 'example.net', '*.example.net', 'xn--bcher-kva.example', 'api.example.com.example.net'),
    ),
    trustedEmailDomains: maybe(some('example.com', '*.example.org', 'mail.example.org', 'example.net')),
    trustedPhonePrefixes: maybe(some('+49', '+4930', '+1')),
    named: maybe(some('https', 'http', 'email', 'email-json', 'sms', 'sqs', 'lambda', 'firehose', 'application')),
  })
  .map(({ named, ...lists }) => {
    const missing = PROTOCOLS_OF.flatMap(([list, protocols]) => (present(lists)[list] === undefined ? protocols : []));
    const trustedProtocols = named?.filter((protocol) => !missing.includes(protocol));
    return present({ ...lists, ...(trustedProtocols?.length ? { trustedProtocols } : {}) });
  });

const LISTS: { readonly [guardrail: string]: fc.Arbitrary<Fields> } = {
  'lambda-permission': fc
    .record({
      trustedServices: maybe(some('s3.amazonaws.com', 'events.amazonaws.com', 'logs.us-east-1.amazonaws.com', 'edgelambda.amazonaws.com')),
      unscopedServices: maybe(some('alexa-appkit.amazon.com', 'cognito-idp.amazonaws.com')),
      allowedActions: maybe(some('lambda:InvokeFunction', 'lambda:Get*')),
    })
    .map(present),
  'lambda-layer-permission': fc.constant({}),
  'lambda-vpc': fc
    .record({
      allowedVpcIds: maybe(some('vpc-0123456789abcdef0', 'vpc-0fedcba9876543210')),
      allowedSubnetIds: maybe(some('subnet-0123456789abcdef0', 'subnet-0fedcba9876543210')),
      allowedSecurityGroupIds: maybe(some('sg-0123456789abcdef0', 'sg-0fedcba9876543210')),
    })
    .map(present),
  'sns-subscription': snsLists,
  'ecr-layer-access': fc
    .record({
      allowedRoles: maybe(some('ci-*', 'eks/*', 'arn:aws:iam::*:role/eks/*', 'deploy', '*-builder', `arn:aws:iam::${OWN}:user/build/*`)),
      allowedNetworks: maybe(some('203.0.113.0/24', '198.51.100.7', '10.20.0.0/16', '2001:db8::/32')),
      allowedVpcEndpoints: maybe(some('vpce-0123456789abcdef0', 'vpce-0aaaaaaaaaaaaaaa0')),
    })
    .map((lists) => (Object.values(lists).some((list) => list !== undefined) ? present(lists) : { allowedRoles: ['ci-*'] })),
};

const RESOURCES = [
  `arn:aws:lambda:eu-west-1:${OWN}:function:orders`,
  `arn:aws:lambda:*:${OWN}:function:ord*`,
  `arn:aws:lambda:eu-west-1:${OWN}:function:*`,
  `arn:aws:lambda:eu-west-1:${OWN}:layer:shared`,
  `arn:aws:sns:eu-west-1:${OWN}:orders`,
  `arn:aws:sns:*:${OWN}:ord*`,
  `arn:aws:ecr:eu-west-1:${OWN}:repository/app`,
  `arn:aws:ecr:*:${OWN}:repository/team/*`,
];

/** Sections of `perimeter.yaml` around one guardrail. */
export const configurations = (guardrail: string): fc.Arbitrary<Fields> =>
  fc
    .record({
      lists: LISTS[guardrail] ?? fc.constant({}),
      members: maybe(some(OWN, '333333333333', '555555555555')),
      third: maybe(some('444455556666', '666677778888')),
      exemptions: fc.array(
        fc.record({ resources: some(...RESOURCES), expires: fc.constantFrom('2025-12-31', '2026-11-22', '2026-11-23', '2027-03-31', '2099-12-31') }),
        { maxLength: 2 },
      ),
      arns: maybe(some('arn:aws:iam::*:role/break-glass', `arn:aws:iam::${OWN}:user/emergency`)),
      tag: fc.boolean(),
      denyLayerSharing: fc.boolean(),
    })
    .map(({ lists, members, third, exemptions, arns, tag, denyLayerSharing }) => ({
      version: 1,
      organization: { id: 'o-exampleorgid', managementAccountId: '111111111111', ...present({ accountIds: members }) },
      ...(third && { trusted: { accountIds: third } }),
      guardrails: { [guardrail]: { mode: 'enforce', ...lists } },
      ...(exemptions.length > 0 && { exemptions: exemptions.map((each) => ({ guardrails: [guardrail], reason: 'a pilot', ...each })) }),
      spared: { ...present({ principalArns: arns }), ...(tag && { principalTag: { key: 'perimeter-spared', value: 'true' } }) },
      scp: { denyLayerSharing },
    }));
