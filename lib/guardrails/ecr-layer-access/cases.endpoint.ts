/** Replication, and the policies of VPC endpoints. */
import { bad, type Case, FOREIGN, MEMBER, OWN, ok, open, type Properties, TRUSTED } from '../../core/case';
import type { Value } from '../../core/value';

const SERVICE = 'com.amazonaws.eu-west-1.ecr.api';

const DESTINATION = bad('untrusted-destination');
const OPEN = bad('open-endpoint-policy');
const scpOf = (expect: Case['expect']): Case['scp'] => ('verdict' in expect && expect.verdict === 'compliant' ? 'allow' : 'unseen');

type Destination = readonly [registryId: string, region: string];

const filters = [{ filter: 'prod', filterType: 'PREFIX_MATCH' }];
const rulesOf = (rules: readonly (readonly Destination[])[]): readonly Properties[] =>
  rules.map((destinations) => ({ destinations: destinations.map(([registryId, region]) => ({ region, registryId })), repositoryFilters: filters }));

function replication(
  label: string,
  name: string,
  rules: readonly (readonly Destination[])[],
  expect: Case['expect'],
  more: Partial<Case> = {},
): Case {
  const replicationConfiguration = { rules: rulesOf(rules) };
  const written = rules.map((destinations) => ({
    Destinations: destinations.map(([RegistryId, Region]) => ({ Region, RegistryId })),
    RepositoryFilters: [{ Filter: 'prod', FilterType: 'PREFIX_MATCH' }],
  }));
  const blocks = rules.map((destinations) => ({
    destination: destinations.map(([registry_id, region]) => ({ region, registry_id })),
    repository_filter: [{ filter: 'prod', filter_type: 'PREFIX_MATCH' }],
  }));
  return {
    class: label,
    name,
    resource: { type: 'AWS::ECR::ReplicationConfiguration', properties: { ReplicationConfiguration: { Rules: written } } },
    terraform: { type: 'aws_ecr_replication_configuration', attributes: { replication_configuration: [{ rule: blocks }] } },
    record: {
      eventSource: 'ecr.amazonaws.com',
      eventName: 'PutReplicationConfiguration',
      requestParameters: { replicationConfiguration },
      responseElements: { replicationConfiguration },
    },
    expect,
    scp: scpOf(expect),
    ...more,
  };
}

const documentOf = (statements: readonly Properties[]): Properties => ({ Version: '2012-10-17', Statement: statements });
const through = (more: Properties = {}): Properties => ({ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*', ...more });
const when = (operator: string, key: string, value: Value): Properties => ({ Condition: { [operator]: { [key]: value } } });
const repositories = (account: string): string => `arn:aws:ecr:eu-west-1:${account}:repository/*`;

/** An endpoint as every source writes it: EC2's records wrap the request, and hold the policy as text. */
function endpoint(label: string, name: string, statements: readonly Properties[], expect: Case['expect'], service = SERVICE): Case {
  const policy = JSON.stringify(documentOf(statements));
  return {
    class: label,
    name,
    resource: {
      type: 'AWS::EC2::VPCEndpoint',
      properties: { VpcId: 'vpc-0123456789abcdef0', VpcEndpointType: 'Interface', ServiceName: service, PolicyDocument: documentOf(statements) },
    },
    terraform: { type: 'aws_vpc_endpoint', attributes: { service_name: service, vpc_endpoint_type: 'Interface', policy } },
    record: created({ ServiceName: service, VpcEndpointType: 'Interface', PolicyDocument: policy }),
    expect,
    scp: scpOf(expect),
  };
}

const created = (request: Properties): Properties => ({
  eventSource: 'ec2.amazonaws.com',
  eventName: 'CreateVpcEndpoint',
  requestParameters: { CreateVpcEndpointRequest: { VpcId: 'vpc-0123456789abcdef0', ...request } },
  responseElements: { CreateVpcEndpointResponse: { vpcEndpoint: { vpcEndpointId: 'vpce-0aaaaaaaaaaaaaaa0', ownerId: OWN } } },
});

const modified = (request: Properties): Properties => ({
  eventSource: 'ec2.amazonaws.com',
  eventName: 'ModifyVpcEndpoint',
  requestParameters: { ModifyVpcEndpointRequest: { VpcEndpointId: 'vpce-0aaaaaaaaaaaaaaa0', ...request } },
  responseElements: { ModifyVpcEndpointResponse: { return: true } },
});

const single = (label: string, name: string, seen: Pick<Case, 'resource' | 'terraform' | 'record'>, expect: Case['expect']): Case => ({
  class: label,
  name,
  ...seen,
  expect,
  scp: scpOf(expect),
});

const EVERYTHING = JSON.stringify(documentOf([through()]));
const CLOSED = JSON.stringify(documentOf([through(when('StringEquals', 'aws:PrincipalOrgID', 'o-exampleorgid'))]));

export const endpointCases: readonly Case[] = [
  replication('E10', 'to our own registry in another Region', [[[OWN, 'us-east-1']]], ok),
  replication('E10', 'to a registry of the organization', [[[MEMBER, 'eu-west-1']]], ok),
  replication('E10', 'to a trusted registry', [[[TRUSTED, 'eu-west-1']]], ok),
  replication('E10', 'to a foreign registry', [[[FOREIGN, 'eu-west-1']]], DESTINATION, {
    plan: [{ action: 'ecr:PutReplicationConfiguration', input: { replicationConfiguration: { rules: [] } } }],
  }),
  replication(
    'E10',
    'to foreign registries among our own: one assessment for each',
    [
      [
        [MEMBER, 'eu-west-1'],
        [FOREIGN, 'eu-west-1'],
        [FOREIGN, 'us-east-1'],
      ],
      [[FOREIGN, 'eu-west-1']],
    ],
    [DESTINATION, DESTINATION],
    { plan: [{ action: 'ecr:PutReplicationConfiguration', input: { replicationConfiguration: { rules: rulesOf([[[MEMBER, 'eu-west-1']]]) } } }] },
  ),
  replication('E10', 'to nowhere', [], ok),
  replication('G2', 'to an account, and no member is listed', [[[MEMBER, 'eu-west-1']]], open, {
    configuration: { organization: { id: 'o-exampleorgid', managementAccountId: '111111111111' } },
  }),
  single(
    'G6',
    'a replication without its record of it',
    { record: { eventSource: 'ecr.amazonaws.com', eventName: 'PutReplicationConfiguration', requestParameters: null, responseElements: null } },
    open,
  ),
  single(
    'G12',
    'a destination that is only known at deployment',
    {
      terraform: {
        type: 'aws_ecr_replication_configuration',
        attributes: { replication_configuration: [{ rule: [{ destination: [{ region: 'eu-west-1' }], repository_filter: [] }] }] },
      },
    },
    open,
  ),

  endpoint('E10', 'an endpoint for everyone and everything', [through()], OPEN),
  endpoint('E10', 'an endpoint for everyone and all of ECR', [through({ Action: 'ecr:*' })], OPEN),
  endpoint('E10', 'an endpoint through which anyone may push', [through({ Action: ['ecr:PutImage', 'ecr:UploadLayerPart'] })], OPEN),
  endpoint(
    'E10',
    'an endpoint through which anyone may pull',
    [through({ Action: ['ecr:GetAuthorizationToken', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'] })],
    ok,
  ),
  endpoint('E10', 'an endpoint for the organization', [through(when('StringEquals', 'aws:PrincipalOrgID', 'o-exampleorgid'))], ok),
  endpoint('E10', 'an endpoint for one of our accounts', [through({ Principal: { AWS: `arn:aws:iam::${OWN}:root` } })], ok),
  endpoint('E10', 'an endpoint for a foreign account', [through({ Principal: { AWS: FOREIGN } })], bad('untrusted-account')),
  endpoint(
    'E10',
    'an endpoint for a foreign organization',
    [through(when('StringEquals', 'aws:PrincipalOrgID', 'o-strangers0'))],
    bad('untrusted-organization'),
  ),
  endpoint('E10', 'an endpoint to the registries of the organization', [through(when('StringEquals', 'aws:ResourceOrgID', 'o-exampleorgid'))], ok),
  endpoint('E10', 'an endpoint to the registries of trusted accounts', [through(when('StringEquals', 'aws:ResourceAccount', [OWN, TRUSTED]))], ok),
  endpoint('E10', 'an endpoint to the registries of a foreign account', [through(when('StringEquals', 'aws:ResourceAccount', FOREIGN))], OPEN),
  endpoint('E10', 'an endpoint to our own repositories', [through({ Resource: [repositories(OWN), repositories(MEMBER)] })], ok),
  endpoint('E10', 'an endpoint to our own repositories and foreign ones', [through({ Resource: [repositories(OWN), repositories(FOREIGN)] })], OPEN),
  endpoint('E10', 'an endpoint to the repositories of any account', [through({ Resource: repositories('*') })], OPEN),
  endpoint(
    'E10',
    'an endpoint to all but some repositories',
    [{ Effect: 'Allow', Principal: '*', Action: '*', NotResource: repositories(FOREIGN) }],
    OPEN,
  ),
  endpoint(
    'E10',
    'an endpoint whose policy denies all but the organization',
    [through(), { ...through(when('StringNotEquals', 'aws:PrincipalOrgID', 'o-exampleorgid')), Effect: 'Deny' }],
    ok,
  ),
  endpoint(
    'E10',
    'an endpoint whose policy denies all but our registries',
    [through(), { ...through(when('StringNotEquals', 'aws:ResourceOrgID', 'o-exampleorgid')), Effect: 'Deny' }],
    ok,
  ),
  endpoint(
    'E10',
    'an endpoint whose policy denies a deletion',
    [through(), { ...through({ Action: 'ecr:DeleteRepository' }), Effect: 'Deny' }],
    OPEN,
  ),
  endpoint('E10', 'an endpoint for Docker, under its FIPS name', [through()], OPEN, 'com.amazonaws.us-east-1.ecr-fips.dkr'),
  endpoint('E10', 'an endpoint for another service', [through()], [], 'com.amazonaws.eu-west-1.s3'),
  endpoint('E10', 'an endpoint for another service of ECR', [through()], [], 'com.amazonaws.eu-west-1.ecr-public.api'),
  endpoint('G4', 'an endpoint in China', [through()], OPEN, 'cn.com.amazonaws.cn-north-1.ecr.dkr'),
  endpoint(
    'G10',
    'an endpoint for all but one',
    [{ Effect: 'Allow', NotPrincipal: { AWS: FOREIGN }, NotAction: 'ecr:DeleteRepository', Resource: '*' }],
    OPEN,
  ),
  endpoint(
    'G11',
    'an endpoint that compares the request with itself',
    [through(when('StringEquals', 'aws:ResourceOrgID', '${aws:PrincipalOrgID}'))],
    OPEN,
  ),
  endpoint(
    'G11',
    'an endpoint that compares the other way round',
    [through(when('StringEquals', 'aws:PrincipalAccount', '${aws:ResourceAccount}'))],
    OPEN,
  ),
  endpoint(
    'G11',
    'an endpoint with a condition that restricts nothing',
    [through(when('StringEqualsIfExists', 'aws:ResourceOrgID', 'o-exampleorgid'))],
    OPEN,
  ),
  endpoint(
    'G11',
    'an endpoint whose Deny compares the request with itself',
    [through(), { ...through(when('StringNotEquals', 'aws:ResourceOrgID', '${aws:PrincipalOrgID}')), Effect: 'Deny' }],
    OPEN,
  ),
  single(
    'E10',
    'an endpoint without a policy',
    {
      resource: { type: 'AWS::EC2::VPCEndpoint', properties: { VpcId: 'vpc-0123456789abcdef0', ServiceName: SERVICE } },
      record: created({ ServiceName: SERVICE }),
    },
    OPEN,
  ),
  single(
    'E10',
    'an endpoint, in a record that wraps nothing',
    {
      record: {
        eventSource: 'ec2.amazonaws.com',
        eventName: 'CreateVpcEndpoint',
        requestParameters: { serviceName: SERVICE, policyDocument: EVERYTHING },
        responseElements: { vpcEndpoint: { vpcEndpointId: 'vpce-0aaaaaaaaaaaaaaa0' } },
      },
    },
    OPEN,
  ),
  single(
    'E10',
    'an endpoint to no service',
    {
      resource: {
        type: 'AWS::EC2::VPCEndpoint',
        properties: {
          VpcId: 'vpc-0123456789abcdef0',
          ResourceConfigurationArn: 'arn:aws:vpc-lattice:eu-west-1:222222222222:resourceconfiguration/rcfg-0',
        },
      },
    },
    [],
  ),
  single(
    'E10',
    'an endpoint gets a policy for everyone: of which service is not in the record',
    { record: modified({ PolicyDocument: EVERYTHING }) },
    open,
  ),
  single('E10', 'an endpoint gets a policy for the organization', { record: modified({ PolicyDocument: CLOSED }) }, ok),
  single('E10', 'the policy of an endpoint is reset', { record: modified({ ResetPolicy: true }) }, open),
  single('E10', 'an endpoint gets another subnet', { record: modified({ AddSubnetId: { tag: 1, content: 'subnet-0123456789abcdef0' } }) }, []),
  single('G6', 'an endpoint that was refused', { record: { ...created({ ServiceName: SERVICE }), errorCode: 'Client.UnauthorizedOperation' } }, []),
  single(
    'G6',
    'an endpoint without its record of it',
    { record: { eventSource: 'ec2.amazonaws.com', eventName: 'CreateVpcEndpoint', requestParameters: null, responseElements: null } },
    open,
  ),
  single(
    'G12',
    'an endpoint whose policy Terraform knows after apply',
    { terraform: { type: 'aws_vpc_endpoint', attributes: { service_name: SERVICE }, unknown: { policy: true } } },
    open,
  ),
  single(
    'G12',
    'a policy for everyone on an endpoint that is named alone',
    { terraform: { type: 'aws_vpc_endpoint_policy', attributes: { vpc_endpoint_id: 'vpce-0aaaaaaaaaaaaaaa0', policy: EVERYTHING } } },
    open,
  ),
  single(
    'G12',
    'a policy for the organization on an endpoint that is named alone',
    { terraform: { type: 'aws_vpc_endpoint_policy', attributes: { vpc_endpoint_id: 'vpce-0aaaaaaaaaaaaaaa0', policy: CLOSED } } },
    ok,
  ),
  {
    class: 'G12',
    name: 'an endpoint whose service is named with the Region of the deployment',
    template: `
Resources:
  Endpoint:
    Type: AWS::EC2::VPCEndpoint
    Properties: { VpcId: vpc-0123456789abcdef0, ServiceName: !Sub "com.amazonaws.\${AWS::Region}.ecr.api" }
`,
    expect: OPEN,
    scp: 'unseen',
  },
  {
    class: 'G12',
    name: 'an endpoint whose service is only known at deployment',
    template: `
Parameters: { Service: { Type: String } }
Resources:
  Endpoint:
    Type: AWS::EC2::VPCEndpoint
    Properties: { VpcId: vpc-0123456789abcdef0, ServiceName: !Sub "com.amazonaws.eu-west-1.\${Service}" }
`,
    expect: open,
    scp: 'unseen',
  },
];
