/** References to other resources of the same template. */
import { arnAt } from '../../core/arn';
import type { ResourceInput } from '../../core/guardrail';
import { hole, isObject } from '../../core/value';
import { TOPIC } from './facts';
import { nameIn } from './names';

/** What a reference to a resource of the same template stands for: something of the account that the template is deployed in. */
const SIBLINGS: { readonly [type: string]: { readonly attributes: readonly string[]; readonly arn: (name: string) => readonly [string, string] } } = {
  'AWS::SQS::Queue': { attributes: ['Arn'], arn: (name) => ['sqs', name] },
  'AWS::Lambda::Function': { attributes: ['Arn'], arn: (name) => ['lambda', `function:${name}`] },
  'AWS::Serverless::Function': { attributes: ['Arn'], arn: (name) => ['lambda', `function:${name}`] },
  'AWS::Lambda::Alias': { attributes: ['', 'AliasArn'], arn: (name) => ['lambda', `function:${name}`] },
  'AWS::Lambda::Version': { attributes: ['', 'FunctionArn'], arn: (name) => ['lambda', `function:${name}`] },
  'AWS::KinesisFirehose::DeliveryStream': { attributes: ['Arn'], arn: (name) => ['firehose', `deliverystream/${name}`] },
  [TOPIC]: { attributes: ['', 'TopicArn'], arn: (name) => ['sns', name] },
};

const NAMES = ['QueueName', 'FunctionName', 'DeliveryStreamName', 'TopicName'];

/** `${Queue.Arn}` and `${Topic}` are ARNs of our own when the template makes the queue and the topic. */
export function resolved(text: string, resource: ResourceInput): string {
  const [, logicalId, attribute = ''] = /^\$\{([A-Za-z0-9]+)(?:\.([A-Za-z]+))?\}$/.exec(text) ?? [];
  const sibling = logicalId === undefined ? undefined : resource.sibling?.(logicalId);
  if (logicalId === undefined || !isObject(sibling) || !Object.hasOwn(SIBLINGS, sibling.type)) return text;
  const known = SIBLINGS[sibling.type];
  if (!known?.attributes.includes(attribute)) return text;
  const isAlias = sibling.type === 'AWS::Lambda::Alias' || sibling.type === 'AWS::Lambda::Version';
  const name = isAlias ? undefined : NAMES.map((key) => nameIn(sibling.properties, key)).find((found) => found !== undefined);
  return arnAt(resource.place, ...known.arn(name ?? hole(logicalId)));
}
