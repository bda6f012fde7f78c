/** Whole assessments, as a surface gets them. */
import { decodeRecord, isRecordProblem } from '../../../lib/core/cloudtrail';
import { judgeFacts, judgeRecord } from '../../../lib/core/judge';
import type { Value } from '../../../lib/core/value';
import type { Assessment } from '../../../lib/core/verdict';
import guardrail from '../../../lib/guardrails/ecr-layer-access';
import { sparedService } from '../../../lib/guardrails/ecr-layer-access/caller';
import { serviceOf } from '../../../lib/guardrails/ecr-layer-access/resources';
import { benchOf, PLACE, rawRecord } from './support';

const OWN = '222222222222';
const FOREIGN = '999999999999';

function judge(raw: { readonly [name: string]: Value }): readonly Assessment[] {
  const record = decodeRecord(rawRecord(raw));
  if (isRecordProblem(record)) throw new Error(record.problem);
  return judgeRecord(benchOf({}), guardrail, record);
}

const pulled = { eventSource: 'ecr.amazonaws.com', requestParameters: { repositoryName: 'team/app', registryId: OWN }, responseElements: null };
const VIOLATION = { guardrail: 'ecr-layer-access', mode: 'enforce', verdict: 'violation' };

describe('a pull', () => {
  it('names every fault, the principal and the repository, and that nothing can be undone', () => {
    const assessments = judge({
      ...pulled,
      eventName: 'BatchGetImage',
      sourceIPAddress: '198.51.100.7',
      userIdentity: { type: 'IAMUser', accountId: OWN, arn: `arn:aws:iam::${OWN}:user/eve`, userName: 'eve' },
    });

    expect(assessments).toEqual([
      {
        ...VIOLATION,
        code: 'untrusted-identity',
        severity: 'MEDIUM',
        resource: { type: 'AWS::ECR::Repository', id: `arn:aws:ecr:eu-west-1:${OWN}:repository/team/app` },
        statement: `arn:aws:iam::${OWN}:user/eve`,
        reason: `arn:aws:iam::${OWN}:user/eve pulled, which allowedRoles leaves out; the pull came from 198.51.100.7 through no VPC endpoint, which allowedNetworks and allowedVpcEndpoints leave out`,
        fix: `pull with an allowed role, or add arn:aws:iam::${OWN}:user/eve to allowedRoles; pull from an allowed network or endpoint, or add its network to allowedNetworks`,
        plan: { calls: [], why: 'a pull cannot be undone: what was fetched is out' },
      },
    ]);
  });

  it('has one key for all sessions of a role and both events', () => {
    const session = (name: string) => ({ type: 'AssumedRole', accountId: OWN, arn: `arn:aws:sts::${OWN}:assumed-role/deploy/${name}` });

    const assessments = ['BatchGetImage', 'GetDownloadUrlForLayer'].flatMap((eventName) =>
      judge({ ...pulled, eventName, userIdentity: session(eventName) }),
    );

    expect(assessments.map(({ statement, resource }) => [statement, resource.id])).toEqual(
      Array(2).fill([`arn:aws:sts::${OWN}:assumed-role/deploy`, `arn:aws:ecr:eu-west-1:${OWN}:repository/team/app`]),
    );
  });
});

describe('plans', () => {
  it('keep what a rule of replication says besides its destinations', () => {
    const rule = (destinations: readonly Value[]) => ({ destinations, repositoryFilters: [], deleteReplication: { enabled: true } });
    const ours = { region: 'us-east-1', registryId: OWN };
    const replicationConfiguration = { rules: [rule([ours, { region: 'eu-west-1', registryId: FOREIGN }])] };

    const assessments = judge({
      eventSource: 'ecr.amazonaws.com',
      eventName: 'PutReplicationConfiguration',
      requestParameters: { replicationConfiguration },
    });

    expect(assessments).toEqual([
      {
        ...VIOLATION,
        code: 'untrusted-destination',
        severity: 'HIGH',
        resource: { type: 'AWS::ECR::ReplicationConfiguration', id: `arn:aws:ecr:eu-west-1:${OWN}:registry/replication` },
        statement: `${FOREIGN} eu-west-1`,
        reason: `images are replicated to registry ${FOREIGN} in eu-west-1, which is neither in the organization nor trusted`,
        fix: `remove the destination, or add ${FOREIGN} to trusted.accountIds`,
        plan: {
          calls: [{ action: 'ecr:PutReplicationConfiguration', input: { replicationConfiguration: { rules: [rule([ours])] } } }],
          restore: [{ action: 'ecr:PutReplicationConfiguration', input: { replicationConfiguration } }],
        },
      },
    ]);
  });

  it('are written in the field names of the API, whatever wrote the configuration', () => {
    const properties = {
      ReplicationConfiguration: {
        Rules: [
          {
            Destinations: [
              { Region: 'eu-west-1', RegistryId: FOREIGN },
              { Region: 'us-east-1', RegistryId: OWN },
            ],
            RepositoryFilters: [{ Filter: 'prod', FilterType: 'PREFIX_MATCH' }],
          },
        ],
      },
    };
    const facts = guardrail.fromResource({ type: 'AWS::ECR::ReplicationConfiguration', properties, logicalId: 'Replication', place: PLACE });

    const [assessment] = judgeFacts(benchOf({}), guardrail, facts);

    const rule = { destinations: [{ region: 'us-east-1', registryId: OWN }], repositoryFilters: [{ filter: 'prod', filterType: 'PREFIX_MATCH' }] };
    expect(assessment?.plan?.calls).toEqual([{ action: 'ecr:PutReplicationConfiguration', input: { replicationConfiguration: { rules: [rule] } } }]);
  });

  it('leave the policy of an endpoint to its owner', () => {
    const facts = guardrail.fromResource({
      type: 'AWS::EC2::VPCEndpoint',
      properties: { ServiceName: 'com.amazonaws.eu-west-1.ecr.dkr' },
      logicalId: 'Endpoint',
      place: PLACE,
    });

    expect(judgeFacts(benchOf({}), guardrail, facts).map(({ plan }) => plan)).toEqual([
      { calls: [], why: 'which policy is right for the endpoint is for its owner to say' },
    ]);
  });
});

describe('reads that would settle what a record leaves open', () => {
  it.each([
    ['SetRepositoryPolicy', { repositoryName: 'app' }, { action: 'ecr:GetRepositoryPolicy', input: { repositoryName: 'app', registryId: OWN } }],
    ['PutRegistryPolicy', null, { action: 'ecr:GetRegistryPolicy', input: {} }],
    ['PutReplicationConfiguration', null, { action: 'ecr:DescribeRegistry', input: {} }],
    ['SetRepositoryPolicy', { omitted: true, originalSize: 120_000, reason: 'too large' }, undefined],
  ])('%s %j', (eventName, requestParameters, read) => {
    expect(
      judge({ eventSource: 'ecr.amazonaws.com', eventName, requestParameters }).map((assessment) => [assessment.verdict, assessment.read]),
    ).toEqual([['undetermined', read]]);
  });

  it('ModifyVpcEndpoint', () => {
    const requestParameters = { ModifyVpcEndpointRequest: { VpcEndpointId: 'vpce-0aaaaaaaaaaaaaaa0', ResetPolicy: 'true' } };

    expect(
      judge({ eventSource: 'ec2.amazonaws.com', eventName: 'ModifyVpcEndpoint', requestParameters }).map(({ verdict, read }) => [verdict, read]),
    ).toEqual([['undetermined', { action: 'ec2:DescribeVpcEndpoints', input: { VpcEndpointIds: ['vpce-0aaaaaaaaaaaaaaa0'] } }]]);
  });
});

it.each([
  ['com.amazonaws.eu-west-1.ecr.api', 'ecr'],
  ['com.amazonaws.eu-west-1.ecr.dkr', 'ecr'],
  ['com.amazonaws.us-gov-west-1.ecr-fips.api', 'ecr'],
  ['cn.com.amazonaws.cn-north-1.ecr.dkr', 'ecr'],
  ['COM.AMAZONAWS.EU-WEST-1.ECR.API', 'ecr'],
  ['com.amazonaws.${AWS::Region}.ecr.dkr', 'ecr'],
  ['com.amazonaws.eu-west-1.${Service}', 'unknown'],
  ['com.amazonaws.eu-west-1.ecr.${Kind}', 'unknown'],
  ['${Service}', 'unknown'],
  ['com.amazonaws.${AWS::Region}.s3', 'other'],
  ['com.amazonaws.eu-west-1.ecr-public.api', 'other'],
  ['com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0', 'other'],
  [undefined, 'other'],
])('the service %s is %s', (name, expected) => {
  expect(serviceOf(name)).toBe(expected);
});

it.each(['constructor', '__proto__', 'toString', ''])('the service %j is not spared', (host) => {
  expect(sparedService(host)).toBeUndefined();
});
