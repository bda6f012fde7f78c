/** Templates in the shapes that tools and people write: the CDK's, a StackSet's, macros. */
import { openTemplate } from '../../../lib/core/template';
import { NOWHERE, rootOf, SOMEWHERE, shapesOf } from './support';

const CDK = {
  Resources: {
    HandlerServiceRoleFCDC14AE: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {
          Statement: [{ Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' } }],
          Version: '2012-10-17',
        },
        ManagedPolicyArns: [{ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::aws:policy/service-role/AWSLambdaBasicExecutionRole']] }],
      },
      Metadata: { 'aws:cdk:path': 'Orders/Handler/ServiceRole/Resource' },
    },
    Handler886CB40B: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Code: { S3Bucket: { 'Fn::Sub': 'cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}' }, S3Key: '5f1e.zip' },
        Handler: 'index.handler',
        Role: { 'Fn::GetAtt': ['HandlerServiceRoleFCDC14AE', 'Arn'] },
        Runtime: 'nodejs22.x',
        VpcConfig: {
          SecurityGroupIds: [{ 'Fn::GetAtt': ['HandlerSecurityGroup4D0EC2C6', 'GroupId'] }],
          SubnetIds: [{ Ref: 'VpcPrivateSubnet1Subnet536B997A' }, { 'Fn::ImportValue': 'Network:ExportsOutputRefSubnet2' }],
        },
      },
      DependsOn: ['HandlerServiceRoleFCDC14AE'],
      Metadata: { 'aws:cdk:path': 'Orders/Handler/Resource', 'aws:asset:path': 'asset.5f1e' },
    },
    HandlerInvoke: {
      Type: 'AWS::Lambda::Permission',
      Properties: {
        Action: 'lambda:InvokeFunction',
        FunctionName: { 'Fn::GetAtt': ['Handler886CB40B', 'Arn'] },
        Principal: 'apigateway.amazonaws.com',
        SourceArn: {
          'Fn::Join': [
            '',
            [
              'arn:',
              { Ref: 'AWS::Partition' },
              ':execute-api:',
              { Ref: 'AWS::Region' },
              ':',
              { Ref: 'AWS::AccountId' },
              ':',
              { Ref: 'Api' },
              '/*/GET/',
            ],
          ],
        },
      },
    },
    Api: { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: 'orders' } },
    CDKMetadata: { Type: 'AWS::CDK::Metadata', Properties: { Analytics: 'v2:deflate64:H4s' }, Condition: 'CDKMetadataAvailable' },
  },
  Conditions: {
    CDKMetadataAvailable: {
      'Fn::Or': [
        { 'Fn::Or': [{ 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'af-south-1'] }, { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'eu-west-1'] }] },
        { 'Fn::Or': [{ 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'us-east-1'] }, { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'us-west-2'] }] },
      ],
    },
  },
  Parameters: {
    BootstrapVersion: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/cdk-bootstrap/hnb659fds/version' },
  },
  Rules: { CheckBootstrapVersion: { Assertions: [{ Assert: { 'Fn::Not': [{ 'Fn::Contains': [['1'], { Ref: 'BootstrapVersion' }] }] } }] } },
};

it('reads what the CDK synthesizes', () => {
  const text = JSON.stringify(CDK, null, 1);

  expect(shapesOf(text, 'Handler886CB40B')).toEqual([
    {
      branch: '',
      properties: {
        Code: { S3Bucket: 'cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}', S3Key: '5f1e.zip' },
        Handler: 'index.handler',
        Role: 'arn:${AWS::Partition}:iam::${AWS::AccountId}:role/${HandlerServiceRoleFCDC14AE}',
        Runtime: 'nodejs22.x',
        VpcConfig: {
          SecurityGroupIds: ['${HandlerSecurityGroup4D0EC2C6.GroupId}'],
          SubnetIds: ['${VpcPrivateSubnet1Subnet536B997A}', '${ImportValue Network:ExportsOutputRefSubnet2}'],
        },
      },
    },
  ]);
  expect(shapesOf(text, 'HandlerInvoke', { place: SOMEWHERE })).toEqual([
    {
      branch: '',
      properties: {
        Action: 'lambda:InvokeFunction',
        FunctionName: 'arn:aws:lambda:eu-west-1:111122223333:function:${Handler886CB40B}',
        Principal: 'apigateway.amazonaws.com',
        SourceArn: 'arn:aws:execute-api:eu-west-1:111122223333:${Api}/*/GET/',
      },
    },
  ]);
  expect(shapesOf(text, 'CDKMetadata', { place: { ...SOMEWHERE, region: 'eu-north-1' } })).toEqual([]);
});

it('reads what a StackSet rolls out', () => {
  const text = `
AWSTemplateFormatVersion: '2010-09-09'
Parameters:
  SecurityAccount: { Type: String, AllowedPattern: '^\\d{12}$' }
Conditions:
  HomeRegion: !Equals [!Ref AWS::Region, us-east-1]
  InSecurity: !Equals [!Ref AWS::AccountId, !Ref SecurityAccount]
Resources:
  Forward:
    Type: AWS::Lambda::Permission
    Condition: HomeRegion
    Properties:
      FunctionName: !Sub 'arn:\${AWS::Partition}:lambda:\${AWS::Region}:\${AWS::AccountId}:function:collector'
      Principal: !If [InSecurity, !Ref AWS::AccountId, !Ref SecurityAccount]
      Action: lambda:InvokeFunction`;

  expect(shapesOf(text, 'Forward', { place: SOMEWHERE })).toEqual([]);
  expect(shapesOf(text, 'Forward', { place: { ...SOMEWHERE, region: 'us-east-1' }, parameters: { SecurityAccount: '444455556666' } })).toEqual([
    {
      branch: 'HomeRegion=true, InSecurity=false',
      properties: {
        FunctionName: 'arn:aws:lambda:us-east-1:111122223333:function:collector',
        Principal: '444455556666',
        Action: 'lambda:InvokeFunction',
      },
    },
  ]);
  expect(shapesOf(text, 'Forward')).toMatchObject([
    { branch: 'HomeRegion=true, InSecurity=true', properties: { Principal: '${AWS::AccountId}' } },
    { branch: 'HomeRegion=true, InSecurity=false', properties: { Principal: '${SecurityAccount}' } },
  ]);
});

it('knows nothing of what a macro writes, and everything beside it', () => {
  const text = `
AWSTemplateFormatVersion: 2010-09-09
Resources:
  Whole: { Type: AWS::Lambda::Function, Properties: !Transform { Name: AWS::Include, Parameters: { Location: s3://b/k } } }
  Beside: { Type: AWS::Lambda::Function, Properties: { Handler: h, Fn::Transform: { Name: AWS::Include } } }
  Inside: { Type: AWS::Lambda::Function, Properties: { Handler: h, VpcConfig: { SubnetIds: [s], Fn::Transform: { Name: M } } } }
  Fn::Transform: { Name: AWS::Include, Parameters: { Location: s3://b/resources } }`;

  expect(shapesOf(text, 'Whole')).toBe('unknown');
  expect(shapesOf(text, 'Beside')).toBe('unknown');
  expect(shapesOf(text, 'Inside')).toMatchObject([{ properties: { Handler: 'h', VpcConfig: expect.stringMatching(/^\$\{Fn [^{}]*\}$/) } }]);
});

describe('a sibling', () => {
  const text = `
Parameters: { P: { Type: String }, Env: { AllowedValues: [a, b] } }
Conditions: { C: !Equals [!Ref P, x], D: !Equals [!Ref P, y], E: !Equals [!Ref P, z] }
Resources:
  S: { Type: AWS::Test::Subject, Properties: { V: !If [C, one, two] } }
  There: { Type: AWS::EC2::Subnet, Properties: { V: !If [C, one, two], W: !If [D, same, same], X: !If [E, one, two], Y: !Ref Env, Z: !Ref AWS::NoValue } }
  OnlyC: { Type: AWS::EC2::Subnet, Condition: C }
  OnlyE: { Type: AWS::EC2::Subnet, Condition: E, Properties: !Ref P }`;

  it('is resolved under the same conditions; what they leave open is unknown', () => {
    const [subject] = openTemplate(rootOf(text), { place: NOWHERE, parameters: {} }).resources(new Set(['AWS::Test::Subject']));
    const variants = subject?.variants() ?? [];
    const siblings = (id: string) => (typeof variants === 'string' ? [] : variants.map(({ input }) => input.sibling?.(id)));

    expect(siblings('There')).toEqual([
      { type: 'AWS::EC2::Subnet', properties: { V: 'one', W: 'same', X: 'two', Y: '${Env}' } },
      { type: 'AWS::EC2::Subnet', properties: { V: 'two', W: 'same', X: '${If E one two}', Y: '${Env}' } },
    ]);
    expect(siblings('OnlyC')).toEqual([{ type: 'AWS::EC2::Subnet', properties: {} }, undefined]);
    expect(siblings('OnlyE')).toEqual([undefined, undefined]);
    expect(siblings('Nobody')).toEqual([undefined, undefined]);
    expect(siblings('constructor')).toEqual([undefined, undefined]);
  });
});
