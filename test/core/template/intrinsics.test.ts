import { readDocument } from '../../../lib/core/document';
import { rootOf, SOMEWHERE, shapesOf, valueIn } from './support';

const SECTIONS = `
Parameters:
  Env: { Type: String, Default: prod }
  Partner: { Type: String }
  Subnets: { Type: CommaDelimitedList, Default: "subnet-1, subnet-2" }
  Open: { Type: CommaDelimitedList }
  Some: { Type: List<AWS::EC2::Subnet::Id> }
Mappings:
  Accounts:
    prod: { id: "111111111111", zones: [a, b] }
    dev: { id: "222222222222", zones: [a, b] }
Resources:
  Role: { Type: AWS::IAM::Role }
  Queue: { Type: AWS::SQS::Queue, Properties: { QueueName: orders } }
  Fn: { Type: AWS::Lambda::Function }`;

const QUEUE_ARN = 'arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:orders';

describe.each([
  [
    'Ref',
    [
      ['!Ref Env', 'prod'],
      ['!Ref Partner', '${Partner}'],
      ['!Ref Subnets', ['subnet-1', 'subnet-2']],
      ['!Ref Open', '${Open}'],
      ['!Ref Some', ['${Some}']],
      ['[!Select [0, !Ref Some], !Select [1, !Ref Some]]', ['${Select 0 [Some]}', '${Select 1 [Some]}']],
      ['!Length { Ref: Some }', '${Length [Some]}'],
      ["!Join [',', !Ref Some]", '${Some}'],
      ['!Ref Nobody', '${Nobody}'],
      ['!Ref AWS::Region', '${AWS::Region}'],
      ['!Ref AWS::StackName', '${AWS::StackName}'],
      ['!Ref AWS::NotificationARNs', '${AWS::NotificationARNs}'],
      ['{ Ref: [Env] }', '${Ref [Env]}'],
      ['{ Ref: Env, Other: x }', { Ref: 'Env', Other: 'x' }],
    ],
  ],
  [
    'AWS::NoValue',
    [
      ['!Ref AWS::NoValue', undefined],
      ['[a, !Ref AWS::NoValue, b]', ['a', 'b']],
      ['{ a: 1, b: !Ref AWS::NoValue }', { a: '1' }],
      ["!Join ['-', [a, !Ref AWS::NoValue, b]]", 'a-b'],
    ],
  ],
  [
    'Fn::GetAtt',
    [
      ['!GetAtt Queue.Arn', QUEUE_ARN],
      ['!GetAtt [Queue, Arn]', QUEUE_ARN],
      ['{ "Fn::GetAtt": "Queue.Arn" }', QUEUE_ARN],
      ['{ "Fn::GetAtt": [Queue, !Ref Partner] }', '${Queue.Partner}'],
      ['!GetAtt Nobody.Arn', '${Nobody.Arn}'],
      ['!GetAtt Queue', '${GetAtt Queue}'],
    ],
  ],
  [
    'Fn::Sub',
    [
      ['!Sub "arn:aws:s3:::${Env}-data"', 'arn:aws:s3:::prod-data'],
      ['!Sub "${Queue.Arn}/x"', `${QUEUE_ARN}/x`],
      ['!Sub "${Partner}:${AWS::AccountId}"', '${Partner}:${AWS::AccountId}'],
      ['!Sub ["${Env}-${Name}", { Name: !Ref Partner, Env: dev }]', 'dev-${Partner}'],
      ['!Sub "${!Literal} $${Env} $ {Env}"', '${Literal} $prod $ {Env}'],
      ['!Sub "{{resolve:ssm:/${Partner}/key}}"', '{{resolve:ssm:/Partner/key}}'],
      ['!Sub "${Subnets}"', '${Subnets}'],
      ['!Sub { a: b }', '${Sub (a: b)}'],
      ['!Sub ""', ''],
      ['!Sub "${Unclosed"', '${Unclosed'],
    ],
  ],
  [
    'Fn::Join',
    [
      ["!Join ['', ['arn:', !Ref AWS::Partition, ':s3:::', !Ref Env]]", 'arn:${AWS::Partition}:s3:::prod'],
      ["!Join [',', !Ref Subnets]", 'subnet-1,subnet-2'],
      ["!Join [',', !Ref Open]", '${Join , Open}'],
      ["!Join [',', [a, [b]]]", '${Join , [a, [b]]}'],
      ["!Join [',', []]", ''],
      ['!Join [a]', '${Join a}'],
    ],
  ],
  [
    'Fn::Split',
    [
      ["!Split [',', 'a,b,,c']", ['a', 'b', '', 'c']],
      ["!Split [',', !Ref Partner]", ['${rest of Split , Partner}']],
      ["!Split [':', !GetAtt Queue.Arn]", ['arn', '${AWS::Partition}', 'sqs', '${AWS::Region}', '${AWS::AccountId}', 'orders']],
      ["!Split ['-', !Ref AWS::Region]", ['${rest of Split - AWS::Region}']],
      ["!Split [',', !Sub 'a,x${Partner}y,b']", ['a', '${rest of Split , a,xPartnery,b}']],
      ["!Split ['', 'ab']", '${Split [, ab]}'],
      ["!Split ['::', !Sub 'a::b::${Env}']", ['a', 'b', 'prod']],
      ["!Split ['::', !Sub 'a::b:${AWS::AccountId}']", ['a', '${rest of Split :: a::b:AWS::AccountId}']],
    ],
  ],
  [
    'Fn::Select',
    [
      ["!Select [4, !Split [':', !GetAtt Role.Arn]]", '${AWS::AccountId}'],
      ["!Select [5, !Split [':', !GetAtt Role.Arn]]", 'role/${Role}'],
      ["!Select [6, !Split [':', !GetAtt Fn.Arn]]", '${Fn}'],
      ["!Select [1, !Split ['/', !GetAtt Role.Arn]]", '${Role}'],
      ["!Select [0, !Split [',', !Sub 'a,x${Partner}y,b']]", 'a'],
      ["!Select [1, !Split [',', !Sub 'a,x${Partner}y,b']]", '${Select 1 [a, rest of Split , a,xPartnery,b]}'],
      ["!Select [2, !Split [',', !Sub 'a,x${Partner}y,b']]", '${Select 2 [a, rest of Split , a,xPartnery,b]}'],
      ["!Select ['1', [a, b]]", 'b'],
      ['!Select [2, [a, b]]', '${Select 2 [a, b]}'],
      ['!Select [-1, [a, b]]', '${Select -1 [a, b]}'],
      ['!Select [!Ref Partner, [a, b]]', '${Select Partner [a, b]}'],
      ['!Select [0, !Ref Open]', '${Select 0 Open}'],
      ['!Select [0, !GetAZs ""]', '${Select 0 GetAZs}'],
    ],
  ],
  [
    'Fn::FindInMap',
    [
      ['!FindInMap [Accounts, !Ref Env, id]', '111111111111'],
      ['!FindInMap [Accounts, dev, zones]', ['a', 'b']],
      ['!FindInMap [Accounts, !Ref Partner, id]', '${FindInMap Accounts Partner id}'],
      ['!FindInMap [Accounts, !Ref Partner, zones]', ['a', 'b']],
      ['!FindInMap [Accounts, stage, id]', '${FindInMap Accounts stage id}'],
      ['!FindInMap [Accounts, stage, id, { DefaultValue: !Ref Env }]', 'prod'],
      ['!FindInMap [Accounts, prod, id, { DefaultValue: x }]', '111111111111'],
      ['!FindInMap [Accounts, !Ref Partner, zones, { DefaultValue: [c] }]', '${FindInMap Accounts Partner zones}'],
      ['!FindInMap [Accounts, constructor, name]', '${FindInMap Accounts constructor name}'],
      ['!FindInMap Accounts', '${FindInMap}'],
    ],
  ],
  [
    'what is computed at deployment',
    [
      ['!Cidr [10.0.0.0/16, 2, 8]', '${Cidr [10.0.0.0/16, 2, 8]}'],
      ['!GetAZs us-east-1', '${GetAZs us-east-1}'],
      ['!ImportValue network-vpc', '${ImportValue network-vpc}'],
      ['!ImportValue { "Fn::Sub": "${Env}-vpc" }', '${ImportValue prod-vpc}'],
      ['!ImportValue { "Fn::Sub": "${Partner}-vpc" }', '${ImportValue Partner-vpc}'],
      [
        '!Transform { Name: AWS::Include, Parameters: { Location: s3://b/k } }',
        '${Transform (Name: AWS::Include, Parameters: (Location: s3://b/k))}',
      ],
      ['!GetStackOutput [net, vpc]', '${GetStackOutput [net, vpc]}'],
      ['"{{resolve:ssm:/partner}}"', '{{resolve:ssm:/partner}}'],
    ],
  ],
  [
    'Fn::Base64, Fn::Length, Fn::ToJsonString',
    [
      ['!Base64 hello', 'aGVsbG8='],
      ['!Base64 { "Fn::Sub": "${Partner}" }', '${Base64 Partner}'],
      ['!Length [a, b, !Ref AWS::NoValue]', 2],
      ['!Length { Ref: Subnets }', 2],
      ['!Length { Ref: Open }', '${Length Open}'],
      ["!Length { 'Fn::Split': [',', !Sub 'a,${Partner}'] }", '${Length [a, rest of Split , a,Partner]}'],
      ['!ToJsonString { a: !Ref Env, b: [!Ref Partner, true] }', '{"a":"prod","b":["${Partner}",true]}'],
      ['!ToJsonString { Ref: Open }', '${ToJsonString Open}'],
    ],
  ],
  [
    'values beside intrinsics',
    [
      ['012345678901', '012345678901'],
      ['2012-10-17', '2012-10-17'],
      ['1e3', '1e3'],
      ['0x1F', '0x1F'],
      ['true', true],
      ['"true"', 'true'],
      ['null', null],
      ['yes', 'yes'],
      ['{ "Fn::If": [A, b, c], Other: 1 }', '${Fn Fn::If (Fn::If: [A, b, c], Other: 1)}'],
      ['{ Name: x, "Fn::Transform": { Name: AWS::Include } }', '${Fn Fn::Transform (Fn::Transform: (Name: AWS::Include), Name: x)}'],
    ],
  ],
] as const)('%s', (_, cases) => {
  it.each(cases)('%s', (yaml, expected) => {
    expect(valueIn(yaml, SECTIONS)).toEqual(expected);
  });
});

it('knows the place where it is told', () => {
  const value = "!Sub '${AWS::AccountId} ${AWS::Region} ${AWS::Partition} ${AWS::URLSuffix} ${Queue.Arn}'";

  expect(valueIn(value, SECTIONS, { place: SOMEWHERE })).toBe('111122223333 eu-west-1 aws amazonaws.com arn:aws:sqs:eu-west-1:111122223333:orders');
  expect(valueIn(value, SECTIONS, { place: { ...SOMEWHERE, region: 'cn-north-1', partition: '${AWS::Partition}' } })).toBe(
    '111122223333 cn-north-1 aws-cn amazonaws.com.cn arn:aws-cn:sqs:cn-north-1:111122223333:orders',
  );
});

it('resolves short and long forms, YAML and JSON alike', () => {
  const yaml = `
Parameters: { Env: { Type: String, Default: prod }, P: { Type: String } }
Conditions: { IsProd: !And [!Equals [!Ref Env, prod], !Not [!Equals [!Ref P, x]], !Or [!Condition A, !Condition A]], A: !Equals [a, a] }
Resources:
  Subject:
    Type: AWS::Test::Subject
    Condition: IsProd
    Properties:
      A: !Join ['-', [!Ref Env, !Sub '\${P}']]
      B: !If [IsProd, !GetAtt R.Arn, !Ref AWS::NoValue]
      C: !Select [0, !Split [',', !FindInMap [M, a, b]]]
      D: !Sub
        - '\${X}'
        - X: !ImportValue net
      E: !Base64
        Fn::Sub: text
  R: { Type: AWS::IAM::Role }
Mappings: { M: { a: { b: 'x,y' } } }`;
  const root = rootOf(yaml);
  const json = JSON.stringify(root);
  const expected = [
    {
      branch: 'IsProd=true',
      properties: {
        A: 'prod-${P}',
        B: 'arn:${AWS::Partition}:iam::${AWS::AccountId}:role/${R}',
        C: 'x',
        D: '${ImportValue net}',
        E: 'dGV4dA==',
      },
    },
  ];

  expect(shapesOf(yaml, 'Subject')).toEqual(expected);
  expect(shapesOf(json, 'Subject')).toEqual(expected);
  expect(readDocument(json)).toMatchObject({ kind: 'cloudformation', root });
});

it('names different unknowns differently, the same ones alike', () => {
  const long = 'x'.repeat(300);

  expect(valueIn(`!ImportValue ${long}`)).toBe(valueIn(`!ImportValue ${long}`));
  expect(valueIn(`!ImportValue ${long}`)).not.toBe(valueIn(`!ImportValue ${long}y`));
  expect(String(valueIn(`!ImportValue ${long}`)).length).toBeLessThan(150);
});
