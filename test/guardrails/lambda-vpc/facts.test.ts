import { judgeEvent, judgeIn } from './support';

const SUBNET = 'subnet-0123456789abcdef0';
const OTHER_SUBNET = 'subnet-0fedcba9876543210';
const GROUP = 'sg-0123456789abcdef0';
const VPC = 'vpc-0123456789abcdef0';
const PROVIDER = 'arn:aws:lambda:eu-west-1:222222222222:capacity-provider:shared';

const fn = (properties: object) => ({ type: 'AWS::Lambda::Function', properties: { FunctionName: 'orders', ...properties } });
const onProvider = (arn: string) => ({ CapacityProviderConfig: { LambdaManagedInstancesCapacityProviderConfig: { CapacityProviderArn: arn } } });
const pool = (subnet: string) => ({
  type: 'AWS::Lambda::CapacityProvider',
  properties: { VpcConfig: { SubnetIds: [subnet], SecurityGroupIds: [GROUP] } },
});

const common = { guardrail: 'lambda-vpc', mode: 'enforce' } as const;
const orders = { type: 'AWS::Lambda::Function', id: 'arn:aws:lambda:eu-west-1:222222222222:function:orders' };

describe('what it says', () => {
  it('names the function, what is wrong and the way out, and plans nothing that could break it', () => {
    expect(judgeIn({ Orders: fn({}) }, 'Orders')).toEqual([
      {
        ...common,
        resource: orders,
        verdict: 'violation',
        code: 'no-vpc',
        severity: 'LOW',
        reason: 'function orders is not in a VPC: it has no VPC configuration',
        fix: 'give function orders subnets and security groups in VpcConfig, or exempt it',
        plan: {
          calls: [],
          why: expect.stringContaining('`response: quarantine` stops it by a reserved concurrency of zero, which is reversible and has to be chosen'),
        },
      },
    ]);
  });

  it('names every foreign subnet and group, the gravest code first', () => {
    const network = { SubnetIds: [SUBNET, OTHER_SUBNET], SecurityGroupIds: ['sg-0fedcba9876543210'] };

    const [assessment] = judgeIn({ Orders: fn({ VpcConfig: network }) }, 'Orders', { allowedSubnetIds: [SUBNET], allowedSecurityGroupIds: [GROUP] });

    expect(assessment).toMatchObject({
      code: 'unapproved-subnet',
      reason:
        'function orders uses subnet subnet-0fedcba9876543210, which guardrails.lambda-vpc.allowedSubnetIds does not list; ' +
        'function orders uses security group sg-0fedcba9876543210, which guardrails.lambda-vpc.allowedSecurityGroupIds does not list',
    });
  });

  it('keeps a long list short', () => {
    const ids = Array.from({ length: 1000 }, (_, index) => `subnet-${index}`);

    const [assessment] = judgeIn({ Orders: fn({ VpcConfig: { SubnetIds: ids, SecurityGroupIds: [GROUP] } }) }, 'Orders', {
      allowedSubnetIds: [SUBNET],
    });

    expect(assessment?.reason).toBe(
      'function orders uses subnet subnet-0, subnet-1, subnet-2, subnet-3, subnet-4 and 995 more, which guardrails.lambda-vpc.allowedSubnetIds does not list',
    );
  });
});

describe('in a template', () => {
  it('gives a function without a name the hole of its logical id', () => {
    const [assessment] = judgeIn({ Orders: { type: 'AWS::Lambda::Function', properties: {} } }, 'Orders');

    expect(assessment?.resource.id).toBe('arn:aws:lambda:eu-west-1:222222222222:function:${Orders}');
    expect(assessment?.reason).toBe('function Orders is not in a VPC: it has no VPC configuration');
  });

  it.each([
    ['AWS::Lambda::CapacityProvider', { CapacityProviderName: 'pool' }, 'capacity-provider:pool'],
    ['AWS::Lambda::CapacityProvider', {}, 'capacity-provider:${Thing}'],
    ['AWS::Serverless::CapacityProvider', {}, 'capacity-provider:${Thing}'],
    ['AWS::Lambda::NetworkConnector', { Name: 'egress' }, 'network-connector:${Thing}'],
    ['AWS::Lambda::WebFunctionRevision', { FunctionName: 'shop' }, 'web-function/shop/revision/${Thing}'],
    [
      'AWS::Lambda::WebFunctionRevision',
      { FunctionName: 'arn:aws:lambda:eu-west-1:222222222222:web-function/shop' },
      'web-function/shop/revision/${Thing}',
    ],
    ['AWS::Serverless::Function', { FunctionName: 'orders' }, 'function:orders'],
  ])('%s %j is %s', (type, properties, resource) => {
    const [assessment] = judgeIn({ Thing: { type, properties } }, 'Thing');

    expect(assessment?.resource).toEqual({
      type: type.replace('Serverless', 'Lambda'),
      id: `arn:aws:lambda:eu-west-1:222222222222:${resource}`,
    });
    expect(assessment?.verdict).toBe('violation');
  });

  it.each(['${Pool.Arn}', '${Pool}', 'arn:aws:lambda:eu-west-1:222222222222:capacity-provider:${Pool}'])(
    'judges a function by its capacity provider, referred to as %s',
    (arn) => {
      const template = { Orders: fn(onProvider(arn)), Pool: pool(OTHER_SUBNET) };

      expect(judgeIn(template, 'Orders', { allowedSubnetIds: [OTHER_SUBNET] })).toMatchObject([{ verdict: 'compliant' }]);
      expect(judgeIn(template, 'Orders', { allowedSubnetIds: [SUBNET] })).toMatchObject([
        {
          code: 'unapproved-subnet',
          reason: 'capacity provider Pool uses subnet subnet-0fedcba9876543210, which guardrails.lambda-vpc.allowedSubnetIds does not list',
        },
      ]);
    },
  );

  it('judges the VPC of a function too that runs on a capacity provider', () => {
    const own = { VpcConfig: { SubnetIds: [OTHER_SUBNET], SecurityGroupIds: [GROUP] } };
    const template = { Orders: fn({ ...onProvider('${Pool.Arn}'), ...own }), Pool: pool(SUBNET) };

    expect(judgeIn(template, 'Orders', { allowedSubnetIds: [SUBNET] })).toMatchObject([{ code: 'unapproved-subnet' }]);
  });

  it('reads the spelling of SAM', () => {
    const template = {
      Orders: { type: 'AWS::Serverless::Function', properties: { CapacityProviderConfig: { Arn: '${Pool.Arn}' } } },
      Pool: { ...pool(OTHER_SUBNET), type: 'AWS::Serverless::CapacityProvider' },
      Shop: { type: 'AWS::Serverless::WebFunction', properties: { EgressNetworkConnectorArn: '${Egress.LatestVersionArn}' } },
      Egress: { type: 'AWS::Serverless::NetworkConnector', properties: { VpcConfig: { SubnetIds: [OTHER_SUBNET], SecurityGroupIds: [GROUP] } } },
    };

    for (const logicalId of Object.keys(template)) {
      expect(judgeIn(template, logicalId)).toMatchObject([{ verdict: 'compliant' }]);
      expect(judgeIn(template, logicalId, { allowedSubnetIds: [SUBNET] })).toMatchObject([{ code: 'unapproved-subnet' }]);
    }
  });

  it.each([
    ['a parameter of the same name as nothing', '${Elsewhere}'],
    ['a resource of another type', '${Orders.Arn}'],
    ['a name that only contains the reference', 'arn:aws:lambda:eu-west-1:222222222222:capacity-provider:${Pool}-blue'],
  ])('does not take %s for the provider', (_, arn) => {
    const template = { Orders: fn(onProvider(arn)), Pool: pool(SUBNET) };

    expect(judgeIn(template, 'Orders', { allowedSubnetIds: [SUBNET] })).toMatchObject([{ verdict: 'undetermined' }]);
  });

  it('tells the VPC by one known subnet, since all lie in one', () => {
    const template = {
      Orders: fn({ VpcConfig: { SubnetIds: ['${Private}', '${Imported}'], SecurityGroupIds: [GROUP] } }),
      Private: { type: 'AWS::EC2::Subnet', properties: { VpcId: VPC } },
    };

    expect(judgeIn(template, 'Orders', { allowedVpcIds: [VPC] })).toMatchObject([{ verdict: 'compliant' }]);
    expect(judgeIn(template, 'Orders', { allowedVpcIds: ['vpc-0fedcba9876543210'] })).toMatchObject([{ code: 'unapproved-vpc' }]);
  });
});

describe('the read that would settle it', () => {
  const lists = { allowedVpcIds: [VPC] };

  it('is of the subnets that are named', () => {
    const network = { SubnetIds: [SUBNET, '${Imported}'], SecurityGroupIds: [GROUP] };

    expect(judgeIn({ Orders: fn({ VpcConfig: network }) }, 'Orders', lists)).toEqual([
      {
        ...common,
        resource: orders,
        verdict: 'undetermined',
        reason: 'the VPC of function orders cannot be told from its subnets (subnet-0123456789abcdef0, ${Imported})',
        read: { action: 'ec2:DescribeSubnets', input: { SubnetIds: [SUBNET] } },
      },
    ]);
  });

  it('is none where no id is known', () => {
    const [assessment] = judgeIn({ Orders: fn({ VpcConfig: { SubnetIds: '${Subnets}', SecurityGroupIds: '${Groups}' } }) }, 'Orders');

    expect(assessment).toEqual({
      ...common,
      resource: orders,
      verdict: 'undetermined',
      reason:
        'the subnet ids of function orders (${Subnets}) are only known at deployment; the security group ids of function orders (${Groups}) are only known at deployment',
    });
  });

  it('is of the capacity provider', () => {
    const [assessment] = judgeIn({ Orders: fn(onProvider(PROVIDER)) }, 'Orders', lists);

    expect(assessment?.read).toEqual({ action: 'lambda:GetCapacityProvider', input: { CapacityProviderName: PROVIDER } });
  });

  it.each(['orders', 'orders:live', '222222222222:function:orders:live', 'arn:aws:lambda:eu-west-1:222222222222:function:orders:7'])(
    'is of the function, which the record names %s',
    (functionName) => {
      const assessments = judgeEvent({
        eventName: 'UpdateFunctionConfiguration20150331v2',
        requestParameters: { functionName, memorySize: 256 },
        responseElements: null,
      });

      expect(assessments).toEqual([
        {
          ...common,
          resource: orders,
          verdict: 'undetermined',
          reason: 'the update of function orders does not mention its VPC, and the record holds no answer',
          read: { action: 'lambda:GetFunctionConfiguration', input: { FunctionName: orders.id } },
        },
      ]);
    },
  );

  it('is of the connector, by its ARN without the version', () => {
    const [assessment] = judgeEvent(
      {
        eventName: 'UpdateNetworkConnector',
        requestParameters: { identifier: 'egress', operatorRole: 'arn:aws:iam::222222222222:role/operator' },
        responseElements: { arn: 'arn:aws:lambda:eu-west-1:222222222222:network-connector:nc-1:3' },
      },
      lists,
    );

    expect(assessment).toMatchObject({
      resource: { type: 'AWS::Lambda::NetworkConnector', id: 'arn:aws:lambda:eu-west-1:222222222222:network-connector:nc-1' },
      read: { action: 'lambda:GetNetworkConnector', input: { Identifier: 'arn:aws:lambda:eu-west-1:222222222222:network-connector:nc-1' } },
    });
  });
});

describe('in a record', () => {
  it('tells functions of one name apart by Region, account and partition', () => {
    const ids = ['arn:aws:lambda:us-east-1:222222222222', 'arn:aws:lambda:eu-west-1:333333333333', 'arn:aws-cn:lambda:cn-north-1:222222222222'].map(
      (prefix) => {
        const functionArn = `${prefix}:function:orders`;
        const [assessment] = judgeEvent({ eventName: 'CreateFunction20150331', requestParameters: {}, responseElements: { functionArn } });
        return assessment?.resource.id;
      },
    );

    expect(new Set(ids).size).toBe(3);
  });

  it('takes a VPC that Lambda answers with for one, whatever lists the answer leaves out', () => {
    const event = {
      eventName: 'CreateFunction20150331',
      requestParameters: {},
      responseElements: { functionName: 'orders', vpcConfig: { vpcId: VPC } },
    };

    expect(judgeEvent(event)).toMatchObject([{ verdict: 'compliant' }]);
    expect(judgeEvent(event, { allowedVpcIds: [VPC] })).toMatchObject([{ verdict: 'compliant' }]);
    expect(judgeEvent(event, { allowedSubnetIds: [SUBNET] })).toMatchObject([{ verdict: 'undetermined' }]);
  });

  it('takes a VPC that is masked for no VPC that is known', () => {
    const hidden = 'HIDDEN_DUE_TO_SECURITY_REASONS';
    const event = {
      eventName: 'CreateFunction20150331',
      responseElements: { functionName: 'orders', vpcConfig: { vpcId: hidden, subnetIds: hidden } },
    };

    expect(judgeEvent(event)).toMatchObject([{ verdict: 'undetermined' }]);
    expect(judgeEvent(event, { allowedVpcIds: [VPC] })).toMatchObject([{ verdict: 'undetermined' }]);
  });

  it('holds nothing to judge where a web function is made without a revision', () => {
    const event = { eventName: 'CreateWebFunction', requestParameters: { functionName: 'shop' }, responseElements: null };

    expect(judgeEvent(event)).toEqual([]);
  });

  it('does not condemn a web function whose configuration the record hides', () => {
    const event = {
      eventName: 'CreateWebFunctionRevision',
      requestParameters: { functionName: 'shop', serviceConfig: 'HIDDEN' },
      responseElements: null,
    };

    expect(judgeEvent(event)).toMatchObject([{ verdict: 'undetermined' }]);
  });

  it('names the revision, and the web function where the record names no revision', () => {
    const event = { eventName: 'CreateWebFunctionRevision', requestParameters: { functionName: 'shop' } };
    const revisionArn = 'arn:aws:lambda:eu-west-1:222222222222:web-function/shop/revision/r1';

    expect(judgeEvent({ ...event, responseElements: { revisionArn } })[0]?.resource.id).toBe(revisionArn);
    expect(judgeEvent(event)[0]?.resource.id).toBe('arn:aws:lambda:eu-west-1:222222222222:web-function/shop');
  });
});
