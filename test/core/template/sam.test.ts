import { openTemplate } from '../../../lib/core/template';
import { NOWHERE, rootOf, typesOf } from './support';

function resourcesOf(text: string) {
  const root = rootOf(text);
  const resources = openTemplate(root, { place: NOWHERE, parameters: {} }).resources(new Set(typesOf(root)));
  return Object.fromEntries(
    resources.map(({ logicalId, writtenAs, type, variants }) => {
      const shapes = variants();
      return [logicalId, { type, writtenAs, shapes: typeof shapes === 'string' ? shapes : shapes.map(({ input }) => input.properties) }];
    }),
  );
}

const sam = (body: string) => `Transform: AWS::Serverless-2016-10-31\n${body}`;
const FN_ARN = 'arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:${Fn}';

describe('Globals', () => {
  const globals = `
Globals:
  Function:
    Timeout: 30
    VpcConfig: { SecurityGroupIds: [sg-global], SubnetIds: [subnet-global] }
    Environment: { Variables: { STAGE: dev, TABLE: t } }
`;
  const merged = (properties: string, extra = '') =>
    resourcesOf(sam(`${globals}Resources: { Fn: { Type: AWS::Serverless::Function, ${extra} Properties: ${properties} } }`)).Fn?.shapes;

  it('are merged: objects by name, lists one after the other, anything else overridden', () => {
    expect(merged('{ Timeout: 5, VpcConfig: { SubnetIds: [subnet-own] }, Environment: { Variables: { TABLE: own } } }')).toEqual([
      {
        Timeout: '5',
        VpcConfig: { SecurityGroupIds: ['sg-global'], SubnetIds: ['subnet-global', 'subnet-own'] },
        Environment: { Variables: { STAGE: 'dev', TABLE: 'own' } },
      },
    ]);
  });

  it('are overridden as a whole by an intrinsic function', () => {
    expect(merged('{ VpcConfig: { "Fn::If": [C, x, y] } }')).toEqual(
      ['x', 'y'].map((VpcConfig) => ({ Timeout: '30', VpcConfig, Environment: { Variables: { STAGE: 'dev', TABLE: 't' } } })),
    );
    expect(merged('{ VpcConfig: !Ref AWS::NoValue, Environment: { Variables: !Ref P } }')).toEqual([
      { Timeout: '30', Environment: { Variables: '${P}' } },
    ]);
  });

  it('are left out where the resource says so', () => {
    expect(merged('{ Timeout: 5 }', 'IgnoreGlobals: "*",')).toEqual([{ Timeout: '5' }]);
    expect(merged('{}', 'IgnoreGlobals: [VpcConfig, Environment],')).toEqual([{ Timeout: '30' }]);
  });

  it('hold for a function without properties, not for other types or without the transform', () => {
    const functions = `${globals}Resources: { Fn: { Type: AWS::Serverless::Function }, Plain: { Type: AWS::Lambda::Function } }`;

    expect(resourcesOf(sam(functions)).Fn?.shapes).toMatchObject([{ Timeout: '30' }]);
    expect(resourcesOf(sam(functions)).Plain?.shapes).toEqual([{}]);
    expect(resourcesOf(`Transform: [Other, AWS::Serverless-2016-10-31]\n${functions}`).Fn?.shapes).toMatchObject([{ Timeout: '30' }]);
    expect(resourcesOf(functions)).toEqual({
      Fn: { type: 'AWS::Serverless::Function', writtenAs: 'Fn', shapes: [{}] },
      Plain: { type: 'AWS::Lambda::Function', writtenAs: 'Plain', shapes: [{}] },
    });
  });
});

describe('a function', () => {
  it('makes a URL', () => {
    const resources = resourcesOf(
      sam(
        'Resources: { Fn: { Type: AWS::Serverless::Function, Properties: { Role: r, AutoPublishAlias: live, FunctionUrlConfig: { AuthType: NONE, InvokeMode: BUFFERED } } } }',
      ),
    );

    expect(Object.keys(resources)).toEqual(['Fn', 'FnUrl']);
    expect(resources.FnUrl).toEqual({
      type: 'AWS::Lambda::Url',
      writtenAs: 'Fn',
      shapes: [{ AuthType: 'NONE', InvokeMode: 'BUFFERED', TargetFunctionArn: FN_ARN }],
    });
  });

  it('makes a URL only in the branch that has one', () => {
    const resources = resourcesOf(
      sam(`
Parameters: { P: { Type: String } }
Conditions: { Open: !Equals [!Ref P, x], There: !Equals [!Ref P, y] }
Resources:
  Fn: { Type: AWS::Serverless::Function, Properties: { FunctionUrlConfig: !If [Open, { AuthType: NONE }, !Ref AWS::NoValue] } }
  Gone: { Type: AWS::Serverless::Function, Condition: There, Properties: { FunctionUrlConfig: { AuthType: !Ref P } } }`),
    );

    expect(resources.FnUrl?.shapes).toEqual([{ AuthType: 'NONE', TargetFunctionArn: FN_ARN }]);
    expect(resources.GoneUrl?.shapes).toHaveLength(1);
  });

  it('makes permissions and subscriptions of its events', () => {
    const resources = resourcesOf(
      sam(`
Resources:
  Topic: { Type: AWS::SNS::Topic }
  Fn:
    Type: AWS::Serverless::Function
    Properties:
      Role: arn
      Events:
        Ask: { Type: AlexaSkill, Properties: { SkillId: amzn1.ask.skill.x } }
        AskAnyone: { Type: AlexaSkill }
        Told: { Type: SNS, Properties: { Topic: !Ref Topic, RedrivePolicy: { deadLetterTargetArn: dlq }, FilterPolicy: { a: [b] } } }
        Queued: { Type: SNS, Properties: { Topic: arn:aws:sns:eu-west-1:444455556666:t, SqsSubscription: true } }
        Given: { Type: SNS, Properties: { Topic: !Ref Topic, SqsSubscription: { QueueArn: arn:aws:sqs:eu-west-1:444455556666:q } } }
        Timer: { Type: Schedule, Properties: { Schedule: rate(1 hour) } }
        Odd: text`),
    );
    const topic = 'arn:${AWS::Partition}:sns:${AWS::Region}:${AWS::AccountId}:${Topic}';
    const invoke = { Action: 'lambda:InvokeFunction', FunctionName: FN_ARN };
    const made = Object.entries(resources).map(([id, { type, writtenAs, shapes }]) => [id, type, writtenAs, shapes]);

    expect(made.slice(2)).toEqual([
      [
        'FnAskPermission',
        'AWS::Lambda::Permission',
        'Fn',
        [{ ...invoke, Principal: 'alexa-appkit.amazon.com', EventSourceToken: 'amzn1.ask.skill.x' }],
      ],
      ['FnAskAnyonePermission', 'AWS::Lambda::Permission', 'Fn', [{ ...invoke, Principal: 'alexa-appkit.amazon.com' }]],
      [
        'FnTold',
        'AWS::SNS::Subscription',
        'Fn',
        [{ Protocol: 'lambda', Endpoint: FN_ARN, TopicArn: topic, FilterPolicy: { a: ['b'] }, RedrivePolicy: { deadLetterTargetArn: 'dlq' } }],
      ],
      ['FnToldPermission', 'AWS::Lambda::Permission', 'Fn', [{ ...invoke, Principal: 'sns.amazonaws.com', SourceArn: topic }]],
      [
        'FnQueued',
        'AWS::SNS::Subscription',
        'Fn',
        [
          {
            Protocol: 'sqs',
            Endpoint: 'arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:${FnQueuedQueue}',
            TopicArn: 'arn:aws:sns:eu-west-1:444455556666:t',
          },
        ],
      ],
      ['FnQueuedQueue', 'AWS::SQS::Queue', 'Fn', [{}]],
      ['FnGiven', 'AWS::SNS::Subscription', 'Fn', [{ Protocol: 'sqs', Endpoint: 'arn:aws:sqs:eu-west-1:444455556666:q', TopicArn: topic }]],
    ]);
  });

  it('makes a role, where none is given, that is of the own account', () => {
    const text = sam(`
Resources:
  Fn: { Type: AWS::Serverless::Function, Properties: {} }
  P: { Type: AWS::Lambda::Permission, Properties: { Principal: !GetAtt FnRole.Arn } }`);

    expect(resourcesOf(text).P?.shapes).toEqual([{ Principal: 'arn:${AWS::Partition}:iam::${AWS::AccountId}:role/${FnRole}' }]);
  });

  it('leaves a resource alone that is written under the name of one it would make', () => {
    const text = sam(`
Resources:
  FnUrl: { Type: AWS::SQS::Queue }
  Fn: { Type: AWS::Serverless::Function, Properties: { FunctionUrlConfig: { AuthType: AWS_IAM } } }`);

    expect(resourcesOf(text).FnUrl?.type).toBe('AWS::SQS::Queue');
  });
});
