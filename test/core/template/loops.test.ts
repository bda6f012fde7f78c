import { openTemplate } from '../../../lib/core/template';
import { NOWHERE, rootOf, typesOf } from './support';

function unrolled(text: string) {
  const root = rootOf(text);
  return openTemplate(root, { place: NOWHERE, parameters: {} })
    .resources(new Set(typesOf(root)))
    .map(({ logicalId, writtenAs, variants }) => {
      const shapes = variants();
      return [logicalId, writtenAs, typeof shapes === 'string' ? shapes : shapes.map(({ input }) => input.properties)];
    });
}

it('makes a resource of each item', () => {
  expect(
    unrolled(`
Transform: AWS::LanguageExtensions
Resources:
  Fn::ForEach::Topics:
    - Name
    - [orders, us-east, a.b]
    - 'Topic&{Name}':
        Type: AWS::SNS::Topic
        Properties:
          TopicName: !Join ['.', [!Ref Name, fifo]]
          DisplayName: !Sub '\${Name} of \${AWS::AccountId}'
  Plain: { Type: AWS::SNS::Subscription, Properties: { TopicArn: !Ref Topicorders } }`),
  ).toEqual([
    ['Topicorders', 'Fn::ForEach::Topics', [{ TopicName: 'orders.fifo', DisplayName: 'orders of ${AWS::AccountId}' }]],
    ['Topicuseast', 'Fn::ForEach::Topics', [{ TopicName: 'us-east.fifo', DisplayName: 'us-east of ${AWS::AccountId}' }]],
    ['Topicab', 'Fn::ForEach::Topics', [{ TopicName: 'a.b.fifo', DisplayName: 'a.b of ${AWS::AccountId}' }]],
    ['Plain', 'Plain', [{ TopicArn: 'arn:${AWS::Partition}:sns:${AWS::Region}:${AWS::AccountId}:orders.fifo' }]],
  ]);
});

it('runs over a parameter, a mapping, and inside another loop', () => {
  expect(
    unrolled(`
Parameters: { Names: { Type: CommaDelimitedList, Default: 'A,B' } }
Mappings: { M: { A: { queues: [x, y] }, B: { queues: [z] } } }
Resources:
  Fn::ForEach::Outer:
    - Name
    - !Ref Names
    - Fn::ForEach::Inner:
        - Queue
        - !FindInMap [M, !Ref Name, queues]
        - 'Q\${Name}\${Queue}': { Type: AWS::SQS::Queue, Properties: { QueueName: !Sub '\${Name}-\${Queue}' } }`),
  ).toEqual([
    ['QAx', 'Fn::ForEach::Outer', [{ QueueName: 'A-x' }]],
    ['QAy', 'Fn::ForEach::Outer', [{ QueueName: 'A-y' }]],
    ['QBz', 'Fn::ForEach::Outer', [{ QueueName: 'B-z' }]],
  ]);
});

it('makes a resource of each item that is known, beside those that nobody knows', () => {
  expect(
    unrolled(`
Parameters: { Other: { Type: String } }
Resources:
  Fn::ForEach::Topics:
    - Name
    - [orders, !Ref Other, !ImportValue other]
    - 'Topic\${Name}': { Type: AWS::SNS::Topic, Properties: { TopicName: !Ref Name } }`),
  ).toEqual([
    ['Topicorders', 'Fn::ForEach::Topics', [{ TopicName: 'orders' }]],
    ['Topic${Name}', 'Fn::ForEach::Topics', [{ TopicName: '${Name}' }]],
  ]);
});

it('keeps one resource with a hole for items that nobody knows', () => {
  expect(
    unrolled(`
Parameters: { Names: { Type: CommaDelimitedList } }
Resources:
  Fn::ForEach::Topics: [Name, !Ref Names, { 'T\${Name}': { Type: AWS::SNS::Topic, Properties: { TopicName: !Ref Name, Fixed: x } } }]`),
  ).toEqual([['T${Name}', 'Fn::ForEach::Topics', [{ TopicName: '${Name}', Fixed: 'x' }]]]);
});

it('makes properties, and a hole where their items are unknown', () => {
  const text = (items: string) => `
Parameters: { Names: { Type: CommaDelimitedList } }
Resources:
  S:
    Type: AWS::Test::Subject
    Properties:
      Tags: { Fn::ForEach::Tag: [Name, ${items}, { 'tag\${Name}': !Sub 'value \${Name}' }], own: x }`;

  expect(unrolled(text('[A, B]'))).toEqual([['S', 'S', [{ Tags: { tagA: 'value A', tagB: 'value B', own: 'x' } }]]]);
  expect(unrolled(text('!Ref Names'))).toEqual([['S', 'S', [{ Tags: expect.stringMatching(/^\$\{ForEach [^{}]*\}$/) }]]]);
});

it('makes conditions', () => {
  expect(
    unrolled(`
Conditions:
  Fn::ForEach::Each: [Name, [A, B], { 'Is\${Name}': !Equals [!Ref Name, B] }]
Resources:
  S: { Type: AWS::Test::Subject, Properties: { V: [!If [IsA, 1, 0], !If [IsB, 1, 0]] } }`),
  ).toEqual([['S', 'S', [{ V: ['0', '1'] }]]]);
});

it.each(['text', '[Name]', '[Name, [A], text]', '[[Name], [A], { X: { Type: A::B } }]', '{}'])('gives nothing for what is no loop: %s', (loop) => {
  expect(unrolled(`AWSTemplateFormatVersion: 2010-09-09\nResources:\n  Fn::ForEach::X: ${loop}\n  P: { Type: AWS::Test::Subject }`)).toEqual([
    ['P', 'P', [{}]],
  ]);
});

it('does not multiply without end', () => {
  const items = `[${Array.from({ length: 50 }, (_, index) => `i${index}`).join(', ')}]`;
  const nest = (depth: number): string =>
    depth === 0
      ? "'R${N1}${N2}${N3}${N4}${N5}': { Type: AWS::Test::Subject }"
      : `Fn::ForEach::L${depth}: [N${depth}, ${items}, { ${nest(depth - 1)} }]`;
  const resources = unrolled(`AWSTemplateFormatVersion: 2010-09-09\nResources: { ${nest(5)} }`);

  expect(resources.length).toBeGreaterThan(0);
  expect(resources.length).toBeLessThan(100_000);
});
