/** What only a template shows: inline subscriptions, dead-letter queues as objects, references, parameters, conditions. */
import { bad, type Case, FOREIGN, MEMBER, OWN, ok, open, type Properties } from '../../core/case';
import { exempted, TOPIC_ARN, template } from './cases.make';

const host = bad('untrusted-host');
const letter = bad('untrusted-dead-letter');

const topic = (name: string, subscriptions: readonly Properties[], expect: Case['expect'], scp: Case['scp']): Case => ({
  class: 'S10',
  name,
  resource: { type: 'AWS::SNS::Topic', properties: { TopicName: 'orders', Subscription: subscriptions } },
  expect,
  scp,
});

const right = { Protocol: 'https', Endpoint: 'https://api.example.com/' };
const wrong = { Protocol: 'https', Endpoint: 'https://evil.example/' };
const mail = { Protocol: 'email', Endpoint: 'user@evil.example' };

const many: readonly Properties[] = Array.from({ length: 300 }, (_, index) =>
  index % 100 === 50
    ? { Protocol: 'https', Endpoint: `https://evil.example/${index}` }
    : { Protocol: 'https', Endpoint: `https://api.example.com/${index}` },
);

const inline: readonly Case[] = [
  {
    class: 'S10',
    name: 'a topic without subscriptions',
    resource: { type: 'AWS::SNS::Topic', properties: { TopicName: 'orders' } },
    expect: [],
    scp: 'allow',
  },
  topic('an empty list', [], [], 'allow'),
  topic('one that is trusted', [right], ok, 'allow'),
  topic('one that is not', [wrong], host, 'deny'),
  topic('both', [right, wrong], host, 'deny'),
  topic('two that are not', [right, wrong, mail], [host, bad('untrusted-email-domain')], 'deny'),
  topic('a queue of ours', [{ Protocol: 'sqs', Endpoint: `arn:aws:sqs:eu-west-1:${OWN}:orders` }], ok, 'allow'),
  topic('no endpoint', [{ Protocol: 'sqs' }], bad('invalid-endpoint'), 'unseen'),
  topic('no protocol', [{ Endpoint: 'https://api.example.com/' }], bad('invalid-endpoint'), 'unseen'),
  { ...topic('three among many', many, [host, host, host], 'deny'), class: 'S12' },
];

const withQueue = (name: string, RedrivePolicy: Properties | string, expect: Case['expect'], endpoint: Properties = right): Case => ({
  class: 'S11',
  name,
  resource: { type: 'AWS::SNS::Subscription', properties: { TopicArn: TOPIC_ARN, ...endpoint, RedrivePolicy } },
  terraform: {
    type: 'aws_sns_topic_subscription',
    attributes: {
      topic_arn: TOPIC_ARN,
      protocol: endpoint.Protocol ?? null,
      endpoint: endpoint.Endpoint ?? null,
      redrive_policy: typeof RedrivePolicy === 'string' ? RedrivePolicy : JSON.stringify(RedrivePolicy),
    },
  },
  expect,
  scp: endpoint === right ? 'unseen' : 'deny',
});

const dead = (account: string) => ({ deadLetterTargetArn: `arn:aws:sqs:eu-west-1:${account}:dead` });

const deadLetters: readonly Case[] = [
  withQueue('our own', dead(OWN), ok),
  withQueue('one of the organization', dead(MEMBER), ok),
  withQueue('a foreign one', dead(FOREIGN), letter),
  withQueue('a foreign one as text', JSON.stringify(dead(FOREIGN)), letter),
  withQueue('a foreign one behind a foreign host', dead(FOREIGN), letter, wrong),
  withQueue('our own behind a foreign host', dead(OWN), host, wrong),
  withQueue('no queue', {}, ok),
  withQueue('no ARN', { deadLetterTargetArn: 'dead' }, bad('invalid-endpoint')),
  withQueue('no JSON', 'dead', bad('invalid-endpoint')),
];

/** A subscription with a parameter and a condition around it. */
const parameterised = (endpoint: string, { protocol = 'https', parameter = '' } = {}): string => `
Parameters:
  X: { Type: String${parameter} }
  Production: { Type: String }
Conditions:
  IsProduction: !Equals [!Ref Production, 'true']
Resources:
  Topic: { Type: AWS::SNS::Topic, Properties: { TopicName: orders } }
  Queue: { Type: AWS::SQS::Queue }
  Function: { Type: AWS::Lambda::Function, Properties: { Handler: index.handler } }
  Subscription:
    Type: AWS::SNS::Subscription
    Properties:
      TopicArn: !Ref Topic
      Protocol: ${protocol}
      Endpoint: ${endpoint}
`;

const holes: readonly Case[] = [
  template('G12', 'a path that is not known', parameterised("!Sub 'https://api.example.com/${X}'"), ok),
  template('G12', 'a query that is not known', parameterised("!Sub 'https://api.example.com?${X}'"), ok),
  template('G12', 'the rest is not known, and may go on with the host', parameterised("!Sub 'https://api.example.com${X}'"), open),
  template('G12', 'a host that is not known', parameterised("!Sub 'https://${X}/api.example.com'"), open),
  template('G12', 'what stands before a trusted host may end it', parameterised("!Sub 'https://${X}.hooks.example.com/'"), open),
  template('G12', 'user info may end the host', parameterised("!Sub 'https://${X}@api.example.com/'"), open),
  template('G12', 'a port may be user info', parameterised("!Sub 'https://api.example.com:${X}/'"), open),
  template('G12', 'a foreign host with a path that is not known', parameterised("!Sub 'https://evil.example/${X}'"), host),
  template('G12', 'all of it', parameterised('!Ref X'), open),
  template('G12', 'an import', parameterised("!ImportValue 'endpoint'"), open),
  template('G12', 'a dynamic reference', parameterised("'https://{{resolve:ssm:host}}/'"), open),
  template('G12', 'a dynamic reference in the path', parameterised("'https://api.example.com/{{resolve:ssm:path}}'"), ok),
  template('G12', 'a default', parameterised('!Ref X', { parameter: ", Default: 'https://evil.example/'" }), host, 'deny'),
  template('G12', 'a default that is trusted', parameterised('!Ref X', { parameter: ", Default: 'https://api.example.com/'" }), ok),
  template('G12', 'a user that is not known', parameterised("!Sub '${X}@example.com'", { protocol: 'email' }), open),
  template(
    'G12',
    'a user that is not known, of a foreign domain',
    parameterised("!Sub '${X}@evil.example'", { protocol: 'email' }),
    bad('untrusted-email-domain'),
  ),
  template('G12', 'a user named by the stack', parameterised("!Sub 'alarms-${AWS::StackName}@example.com'", { protocol: 'email' }), ok),
  template('G12', 'a domain that is not known', parameterised("!Sub 'user@${X}'", { protocol: 'email' }), open),
  template('G12', 'a subdomain that is not known', parameterised("!Sub 'user@${X}.example.org'", { protocol: 'email' }), open),
  template('G12', 'the rest of a number', parameterised("!Sub '+49${X}'", { protocol: 'sms' }), open),
  template('G12', 'the rest of a foreign number', parameterised("!Sub '+1555${X}'", { protocol: 'sms' }), bad('untrusted-phone')),
  template('G12', 'a queue of the template', parameterised('!GetAtt Queue.Arn', { protocol: 'sqs' }), ok),
  template('G12', 'a function of the template', parameterised('!GetAtt Function.Arn', { protocol: 'lambda' }), ok),
  template('G12', 'a function under the protocol of a queue', parameterised('!GetAtt Function.Arn', { protocol: 'sqs' }), bad('invalid-endpoint')),
  template(
    'G12',
    'our own account',
    parameterised("!Sub 'arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:orders'", { protocol: 'sqs' }),
    ok,
  ),
  template('G12', 'an account that is not known', parameterised("!Sub 'arn:aws:sqs:eu-west-1:${X}:orders'", { protocol: 'sqs' }), open),
  template('G12', 'a name that is not known', parameterised("!Sub 'arn:aws:sqs:eu-west-1:222222222222:${X}'", { protocol: 'sqs' }), ok),
  template(
    'G12',
    'a foreign queue with a name that is not known',
    parameterised("!Sub 'arn:aws:sqs:eu-west-1:999999999999:${X}'", { protocol: 'sqs' }),
    bad('untrusted-account'),
  ),
  template('G12', 'a protocol that is not known', parameterised("'https://api.example.com/'", { protocol: '!Ref X' }), open),
  template(
    'G12',
    'a protocol that is not known, of an endpoint that none makes right',
    parameterised("'https://evil.example/'", { protocol: '!Ref X' }),
    host,
  ),
  template('G12', 'one branch is foreign', parameterised("!If [IsProduction, 'https://evil.example/', 'https://api.example.com/']"), host, 'deny'),
  template('G12', 'both branches are trusted', parameterised("!If [IsProduction, 'https://api.example.com/a', 'https://api.example.com/b']"), ok),
  template('G12', 'a policy that is not known', policyOf('!Ref X'), open),
  template(
    'G12',
    'a principal that is not known',
    policyOf('{ Statement: [{ Effect: Allow, Principal: { AWS: !Ref X }, Action: sns:Subscribe, Resource: "*" }] }'),
    open,
  ),
  template('G12', 'an action that is not known', policyOf('{ Statement: [{ Effect: Allow, Principal: "*", Action: !Ref X, Resource: "*" }] }'), open),
  ...['!Ref X', '{ StringEquals: !Ref X }'].map((condition) =>
    template('G12', `anyone, under a condition that is not known: ${condition}`, policyOf(granting('"*"', condition)), open),
  ),
  template('G12', 'a stranger, under a condition that is not known', policyOf(granting(`{ AWS: "${FOREIGN}" }`, '!Ref X')), open),
  template('G12', 'a service, under a condition that is not known', policyOf(granting('{ Service: s3.amazonaws.com }', '!Ref X')), open),
  template(
    'G12',
    'a foreign principal for topics that are not known',
    policyOf('{ Statement: [{ Effect: Allow, Principal: "*", Action: sns:*, Resource: "*" }] }'),
    bad('public-topic'),
  ),
];

function granting(principal: string, condition: string): string {
  return `{ Statement: [{ Effect: Allow, Principal: ${principal}, Action: sns:Subscribe, Resource: "*", Condition: ${condition} }] }`;
}

function policyOf(document: string): string {
  return `
Parameters:
  X: { Type: String }
Resources:
  Topic: { Type: AWS::SNS::Topic }
  Policy:
    Type: AWS::SNS::TopicPolicy
    Properties:
      Topics: [!Ref Topic]
      PolicyDocument: ${document}
`;
}

const excused = exempted(`${TOPIC_ARN}:*`, '2027-03-31', 'allow');

const exemptions: readonly Case[] = [
  {
    class: 'G14',
    name: 'every subscription of the topic is exempt, of its own',
    resource: { type: 'AWS::SNS::Subscription', properties: { TopicArn: TOPIC_ARN, ...wrong } },
    expect: { verdict: 'exempt' },
    ...excused,
  },
  { ...topic('every subscription of the topic is exempt, inline', [wrong], { verdict: 'exempt' }, 'allow'), class: 'G14', ...excused },
];

export const templateCases: readonly Case[] = [...exemptions, ...inline, ...deadLetters, ...holes];
