/** Configurations that load, and calls of all kinds as CloudTrail would record them: what is trusted, what is not, and what looks like it. */
import fc from 'fast-check';
import type { Value } from '../../lib/core/value';

export type Fields = { readonly [name: string]: Value };

const OWN = '222222222222';
const ACCOUNTS = [OWN, '333333333333', '444455556666', '999999999999', '111111111111', '555555555555'];
const account = fc.constantFrom(...ACCOUNTS);

const some = <T>(...items: readonly T[]) => fc.subarray([...items], { minLength: 1 });
/** Present or not. */
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const present = (fields: { readonly [name: string]: Value | undefined }): Fields =>
  Object.fromEntries(Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])));
/** Any of the texts, one after the other. */
const chain = (...parts: readonly (readonly string[])[]) => fc.tuple(...parts.map((part) => fc.constantFrom(...part))).map((texts) => texts.join(''));

// ---- Configurations

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

// ---- Callers

const roles = fc.constantFrom(
  'ci-build',
  'ci-build/other',
  'team/ci-build',
  'eks/node',
  'deploy',
  'x/deploy',
  'image-builder',
  'ops',
  'worker',
  'break-glass',
);

function sessionOf(id: string, role: string): Fields {
  const name = role.slice(role.lastIndexOf('/') + 1);
  const issuer = { type: 'Role', principalId: 'AROAEXAMPLEEXAMPLE123', arn: `arn:aws:iam::${id}:role/${role}`, accountId: id, userName: name };
  const arn = `arn:aws:sts::${id}:assumed-role/${name}/session`;
  return { type: 'AssumedRole', principalId: 'AROAEXAMPLEEXAMPLE123:session', arn, accountId: id, sessionContext: { sessionIssuer: issuer } };
}

const callers = fc.oneof(
  { weight: 6, arbitrary: roles.map((role) => sessionOf(OWN, role)) },
  fc.tuple(account, roles).map(([id, role]) => sessionOf(id, role)),
  fc
    .constantFrom('user/build/ada', 'user/ada', 'root', 'user/emergency')
    .map((user) => ({ type: 'IAMUser', arn: `arn:aws:iam::${OWN}:${user}`, accountId: OWN })),
);

const call = (eventSource: string, eventName: string, requestParameters: Value, more: Fields = {}): Fields => ({
  eventSource,
  eventName,
  requestParameters,
  responseElements: null,
  ...more,
});

// ---- Lambda

const services = fc.constantFrom(
  's3.amazonaws.com',
  'S3.amazonaws.com',
  's3.eu-west-1.amazonaws.com',
  's3.amazonaws.com.cn',
  'events.amazonaws.com',
  'logs.amazonaws.com',
  'logs.eu-central-1.amazonaws.com',
  'iot.amazonaws.com',
  'alexa-appkit.amazon.com',
  'cognito-idp.amazonaws.com',
  's3.amazonaws.com.evil.example',
  'evils3.amazonaws.com',
);

const PATHS = ['', 'eng/', '/', 'x::222222222222:y/', ':iam::222222222222:/', 'a:b/', 's3.amazonaws.com/'];

const grantees = fc.oneof(
  account,
  account.map((id) => `arn:aws:iam::${id}:root`),
  fc
    .tuple(
      fc.constantFrom('aws', 'aws-cn', 'aws-us-gov'),
      account,
      fc.constantFrom('role', 'user'),
      fc.constantFrom(...PATHS),
      fc.constantFrom('ci', 's3.amazonaws.com', OWN),
    )
    .map(([partition, id, kind, path, name]) => `arn:${partition}:iam::${id}:${kind}/${path}${name}`),
  account.map((id) => `arn:aws:sts::${id}:assumed-role/ci/${OWN}`),
  account.map((id) => `arn:aws:iam::${id}:saml-provider/corp`),
  services,
  fc.constantFrom(
    '*',
    'AROAEXAMPLEEXAMPLE123',
    'somebody',
    '2222222222222',
    '22222222222',
    'arn:aws:s3:::bucket',
    'arn:',
    '222222222222.',
    'a'.repeat(64),
  ),
);

const functions = fc.constantFrom('orders', 'orders:live', `arn:aws:lambda:eu-west-1:${OWN}:function:orders`, 'billing', 'perimeter-sweep');

const statements = fc.tuple(fc.constantFrom('*', OWN, '999999999999'), fc.boolean()).map(([principal, limited]) => ({
  Effect: 'Allow',
  Principal: principal === '*' ? '*' : { AWS: principal },
  Action: 'lambda:InvokeFunction',
  Resource: `arn:aws:lambda:eu-west-1:${OWN}:function:orders`,
  ...(limited && { Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-exampleorgid' } } }),
}));

const permissions = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .record({
        functionName: functions,
        principal: grantees,
        action: fc.constantFrom('lambda:InvokeFunction', 'lambda:InvokeFunctionUrl', 'lambda:GetFunction'),
        functionUrlAuthType: maybe(fc.constantFrom('NONE', 'AWS_IAM')),
        principalOrgID: maybe(fc.constantFrom('o-exampleorgid', 'o-strangers00')),
        sourceAccount: maybe(account),
        eventSourceToken: maybe(fc.constant('amzn1.ask.skill.1')),
        statementId: fc.constant('Perm'),
      })
      .map((parameters) => call('lambda.amazonaws.com', 'AddPermission20150331v2', present(parameters))),
  },
  fc
    .tuple(fc.constantFrom('CreateFunctionUrlConfig', 'UpdateFunctionUrlConfig20211031'), functions, maybe(fc.constantFrom('NONE', 'AWS_IAM')))
    .map(([name, functionName, authType]) => call('lambda.amazonaws.com', name, present({ functionName, authType }))),
  fc.array(statements, { maxLength: 2 }).map((list) =>
    call('lambda.amazonaws.com', 'PutResourcePolicy', {
      resourceArn: `arn:aws:lambda:eu-west-1:${OWN}:function:orders`,
      policy: JSON.stringify({ Version: '2012-10-17', Statement: list }),
    }),
  ),
);

const layers = fc
  .record({
    layerName: fc.constantFrom('shared', 'other', `arn:aws:lambda:eu-west-1:${OWN}:layer:shared`),
    versionNumber: fc.constantFrom('1', '7'),
    principal: fc.oneof(account, fc.constant('*')),
    organizationId: maybe(fc.constantFrom('o-exampleorgid', 'o-strangers00')),
    action: fc.constant('lambda:GetLayerVersion'),
    statementId: fc.constant('share'),
  })
  .map((parameters) => call('lambda.amazonaws.com', 'AddLayerVersionPermission20181031', present(parameters)));

const VPCS = [
  ['vpc-0123456789abcdef0', 'subnet-0123456789abcdef0', 'sg-0123456789abcdef0'],
  ['vpc-0fedcba9876543210', 'subnet-0fedcba9876543210', 'sg-0fedcba9876543210'],
] as const;

const networks = fc.oneof(
  fc.tuple(fc.constantFrom(...VPCS), fc.boolean(), fc.boolean()).map(([[vpcId, subnet, group], hasSubnet, hasGroup]) => ({
    vpcId: hasSubnet && hasGroup ? vpcId : '',
    subnetIds: hasSubnet ? [subnet] : [],
    securityGroupIds: hasGroup ? [group] : [],
  })),
  fc.constantFrom(...VPCS).map(([vpcId, subnet, group]) => ({ vpcId, subnetIds: [subnet, 'subnet-0aaaaaaaaaaaaaaa0'], securityGroupIds: [group] })),
);

const PROVIDER = 'arn:aws:lambda:eu-west-1:222222222222:capacity-provider:shared';

const compute = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .record({
        name: functions,
        create: fc.boolean(),
        network: maybe(networks),
        told: fc.boolean(),
        provided: fc.nat({ max: 5 }).map((n) => n === 0),
      })
      .map(({ name, create, network, told, provided }) => {
        const provider = { capacityProviderConfig: { lambdaManagedInstancesCapacityProviderConfig: { capacityProviderArn: PROVIDER } } };
        const shape: Fields = provided ? provider : network ? { vpcConfig: network } : {};
        const response = { functionName: 'orders', ...shape };
        const request = { functionName: name, ...(create || told ? shape : { memorySize: 512 }) };
        return call('lambda.amazonaws.com', create ? 'CreateFunction20150331' : 'UpdateFunctionConfiguration20150331v2', request, {
          responseElements: response,
        });
      }),
  },
  networks.map(({ subnetIds, securityGroupIds }) =>
    call('lambda.amazonaws.com', 'CreateCapacityProvider', { capacityProviderName: 'shared', vpcConfig: { subnetIds, securityGroupIds } }),
  ),
  networks.map(({ subnetIds, securityGroupIds }) =>
    call('lambda.amazonaws.com', 'CreateNetworkConnector', {
      name: 'egress',
      configuration: { vpcEgressConfiguration: { subnetIds, securityGroupIds } },
    }),
  ),
);

// ---- SNS

const HOSTS = [
  'api.example.com',
  'API.Example.com',
  'api.example.com.',
  'a.hooks.example.com',
  'hooks.example.com',
  'example.net',
  'x.example.net',
  'evil.example',
  'evilapi.example.com',
  'api.example.com.evil.example',
  'api.example.com.example.net',
  'xn--bcher-kva.example',
  'bücher.example',
  '127.0.0.1',
  '[::1]',
  'evil.example/.hooks.example.com',
  'evil.example%2f.hooks.example.com',
  'evil.example?.example.net',
  'evil.example#.example.net',
  'evil.example\\.hooks.example.com',
];

const urls = chain(
  ['https://', 'https://', 'http://', 'HTTPS://', 'https:', 'https:/', 'https:///', ' https://', 'https:\\\\'],
  ['', '', '', 'user:secret@', 'api.example.com@', 'api.example.com:443@', 'evil.example@', 'a@b@'],
  HOSTS,
  ['', '', ':443', ':80', ':8443', ':443443', ':', ':443@evil.example', ':@evil.example', '\\@evil.example', '@evil.example', '\t', '%2e', '。'],
  [
    '',
    '/',
    '/hook',
    '/@evil.example/',
    '?a=b',
    '#part',
    '//evil.example/',
    '/?next=https://api.example.com/',
    '/.hooks.example.com/',
    '\n',
    '/..;/',
    ' ',
  ],
);

const mails = chain(
  ['', '', 'x@evil.example,', '"x"@evil.example,', 'User <'],
  ['user', 'user+tag', '"a@b"', '"user', '', ' user', 'u..r'],
  ['@', '@', '@@', '＠'],
  [
    'example.com',
    'EXAMPLE.com',
    'example.com.',
    'a.example.org',
    'example.org',
    'mail.example.org',
    'evil.example',
    'example.com.evil.example',
    'evilexample.com',
    '[192.0.2.1]',
    'exаmple.com',
  ],
  ['', '', '', '>', '\n', ',x@evil.example', '(comment)', '@example.com'],
);

const phones = chain(
  ['+', '', '(', '00'],
  ['49', '4930', '49 30', '4-9', '1', '48', '154930'],
  ['123456', ' 123456', ')123456', 'abc', '1234567890123456'],
);

const arns = chain(
  ['arn:aws:', 'arn:aws-cn:', 'arn:evil:', 'ARN:aws:', ''],
  ['sqs', 'lambda', 'firehose', 'sns', 'iam'],
  [':eu-west-1:', '::', `:${OWN}:`],
  [...ACCOUNTS, '', '22222222222'],
  [
    ':orders',
    ':function:orders',
    ':function:orders:live',
    `:function:${OWN}`,
    `:function:${OWN}:live`,
    ':deliverystream/x',
    ':endpoint/GCM/app/x',
    `:${OWN}:x`,
    `:function:${OWN}:function:x`,
    '',
  ],
);

const ENDPOINTS: { readonly [protocol: string]: fc.Arbitrary<string> } = {
  https: urls,
  http: urls,
  email: mails,
  'email-json': mails,
  sms: phones,
  sqs: arns,
  lambda: arns,
  firehose: arns,
  application: arns,
};

export const subscriptions = fc
  .constantFrom(...Object.keys(ENDPOINTS), 'https', 'https', 'https', 'email', 'email', 'lambda')
  .chain((protocol) =>
    (ENDPOINTS[protocol] ?? urls).map((endpoint) =>
      call(
        'sns.amazonaws.com',
        'Subscribe',
        { topicArn: `arn:aws:sns:eu-west-1:${OWN}:orders`, protocol, endpoint, returnSubscriptionArn: true },
        { responseElements: { subscriptionArn: `arn:aws:sns:eu-west-1:${OWN}:orders:6f7a8b9c` } },
      ),
    ),
  );

// ---- ECR

const pulls = fc
  .record({
    name: fc.constantFrom('BatchGetImage', 'GetDownloadUrlForLayer'),
    owner: fc.oneof({ weight: 4, arbitrary: fc.constant(OWN) }, account),
    repository: fc.constantFrom('app', 'team/app', 'other'),
    address: fc.constantFrom('203.0.113.9', '198.51.100.7', '198.51.100.8', '2001:db8::5', '2001:db9::5'),
    behind: maybe(
      fc.tuple(fc.constantFrom('10.20.1.2', '10.30.1.2', '203.0.113.9'), fc.constantFrom('vpce-0123456789abcdef0', 'vpce-0fffffffffffffff0')),
    ),
  })
  .map(({ name, owner, repository, address, behind }) =>
    call(
      'ecr.amazonaws.com',
      name,
      { repositoryName: repository },
      {
        readOnly: true,
        resources: [{ ARN: `arn:aws:ecr:eu-west-1:${owner}:repository/${repository}`, accountId: owner, type: 'AWS::ECR::Repository' }],
        sourceIPAddress: behind ? behind[0] : address,
        ...(behind && { vpcEndpointId: behind[1] }),
        recipientAccountId: owner,
      },
    ),
  );

const CALLS: { readonly [guardrail: string]: fc.Arbitrary<Fields> } = {
  'lambda-permission': permissions,
  'lambda-layer-permission': layers,
  'lambda-vpc': compute,
  'sns-subscription': subscriptions,
  'ecr-layer-access': pulls,
};

/** Records of one guardrail's calls, by whoever makes them. */
export const records = (guardrail: string): fc.Arbitrary<Fields> =>
  fc.tuple(CALLS[guardrail] ?? fc.constant({}), callers).map(([fields, userIdentity]) => ({ ...fields, userIdentity }));
