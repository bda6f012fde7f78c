/**
 * The Serverless Application Model, as far as it decides what is judged: defaults from `Globals`, and the resources that a
 * function's URL and events make.
 * https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources-function.html
 */
import { asText, isList, isObject, property, type Value } from '../value';
import type { Entry } from './model';
import { DEEPEST } from './model';

const SAM = 'AWS::Serverless-2016-10-31';
const FUNCTION = 'AWS::Serverless::Function';

/** The entries with their `Globals`, each function followed by what SAM makes of it; unchanged without the transform. */
export function expandServerless(template: { readonly [key: string]: Value }, entries: readonly Entry[]): readonly Entry[] {
  const transform = property(template, 'Transform');
  if (!(isList(transform) ? transform.includes(SAM) : transform === SAM)) return entries;
  const globals = property(template, 'Globals');
  return entries.flatMap((entry) => {
    if (!entry.type.startsWith('AWS::Serverless::')) return [entry];
    const merged = withGlobals(entry, property(globals, entry.type.slice('AWS::Serverless::'.length)));
    return merged.type === FUNCTION ? [merged, ...urlOf(merged), ...roleOf(merged), ...eventsOf(merged)] : [merged];
  });
}

function withGlobals(entry: Entry, globals: Value | undefined): Entry {
  if (!isObject(globals) || entry.ignoreGlobals === '*') return entry;
  const ignored = isList(entry.ignoreGlobals) ? entry.ignoreGlobals : [];
  const inherited = Object.fromEntries(Object.entries(globals).filter(([name]) => !ignored.includes(name)));
  return { ...entry, properties: entry.properties === undefined ? inherited : merge(inherited, entry.properties, 0) };
}

/**
 * Objects are merged, lists joined (the global items first), anything else is overridden; an intrinsic function counts as one value.
 * https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-template-anatomy-globals.html
 */
function merge(global: Value, local: Value, depth: number): Value {
  if (depth > DEEPEST) return local;
  if (isList(global) && isList(local)) return [...global, ...local];
  if (!isObject(global) || !isObject(local) || isIntrinsic(global) || isIntrinsic(local)) return local;
  const merged = new Map(Object.entries(global));
  for (const [name, value] of Object.entries(local)) {
    const inherited = merged.get(name);
    merged.set(name, inherited === undefined ? value : merge(inherited, value, depth + 1));
  }
  return Object.fromEntries(merged);
}

function isIntrinsic(value: { readonly [key: string]: Value }): boolean {
  const names = Object.keys(value);
  return names.length === 1 && (names[0] === 'Ref' || names[0] === 'Condition' || names[0]?.startsWith('Fn::') === true);
}

const arnOf = (entry: Entry): Value => ({ 'Fn::GetAtt': [entry.logicalId, 'Arn'] });

/** A resource that SAM makes of another: there under the same condition, written at the same place. */
const made = (entry: Entry, suffix: string, type: string, properties: Value): Entry => ({
  logicalId: `${entry.logicalId}${suffix}`,
  writtenAs: entry.writtenAs,
  type,
  condition: entry.condition,
  properties,
});

function urlOf(entry: Entry): readonly Entry[] {
  const url = property(entry.properties, 'FunctionUrlConfig');
  if (url === undefined) return [];
  const properties = throughBranches(url, (config) => (isObject(config) ? { ...config, TargetFunctionArn: arnOf(entry) } : config), 0);
  return [made(entry, 'Url', 'AWS::Lambda::Url', properties)];
}

/** `{ Fn::If: [Name, a, b] }` with both branches changed, `AWS::NoValue` and other functions as they are. */
function throughBranches(value: Value, change: (value: Value) => Value, depth: number): Value {
  if (!isObject(value) || !isIntrinsic(value)) return change(value);
  const branches = property(value, 'Fn::If');
  if (!isList(branches) || depth > DEEPEST) return value;
  const [condition = null, ...values] = branches;
  return { 'Fn::If': [condition, ...values.map((branch) => throughBranches(branch, change, depth + 1))] };
}

function roleOf(entry: Entry): readonly Entry[] {
  const path = property(entry.properties, 'RolePath');
  if (property(entry.properties, 'Role') !== undefined) return [];
  return [made(entry, 'Role', 'AWS::IAM::Role', path === undefined ? {} : { Path: path })];
}

function eventsOf(entry: Entry): readonly Entry[] {
  const events = property(entry.properties, 'Events');
  if (!isObject(events)) return [];
  return Object.entries(events).flatMap(([name, event]) => {
    const properties = property(event, 'Properties');
    switch (asText(property(event, 'Type'))) {
      case 'AlexaSkill':
        return [permission(entry, name, { Principal: 'alexa-appkit.amazon.com', ...renamed(properties, { SkillId: 'EventSourceToken' }) })];
      case 'SNS':
        return topicOf(entry, name, properties);
      default:
        return [];
    }
  });
}

const permission = (entry: Entry, event: string, properties: { readonly [name: string]: Value }): Entry =>
  made(entry, `${event}Permission`, 'AWS::Lambda::Permission', { Action: 'lambda:InvokeFunction', FunctionName: arnOf(entry), ...properties });

/** A topic reaches the function itself, or a queue in between: its own or one that SAM makes. */
function topicOf(entry: Entry, name: string, properties: Value | undefined): readonly Entry[] {
  const common = renamed(properties, SUBSCRIPTION_PROPERTIES);
  const queue = property(properties, 'SqsSubscription');
  if (queue === undefined || asText(queue) === 'false') {
    const subscription = { Protocol: 'lambda', Endpoint: arnOf(entry), ...common };
    return [
      made(entry, name, 'AWS::SNS::Subscription', subscription),
      permission(entry, name, { Principal: 'sns.amazonaws.com', ...renamed(properties, { Topic: 'SourceArn' }) }),
    ];
  }
  const given = property(queue, 'QueueArn');
  const endpoint = given ?? { 'Fn::GetAtt': [`${entry.logicalId}${name}Queue`, 'Arn'] };
  return [
    made(entry, name, 'AWS::SNS::Subscription', { Protocol: 'sqs', Endpoint: endpoint, ...common }),
    ...(given === undefined ? [made(entry, `${name}Queue`, 'AWS::SQS::Queue', {})] : []),
  ];
}

const SUBSCRIPTION_PROPERTIES = {
  Topic: 'TopicArn',
  FilterPolicy: 'FilterPolicy',
  FilterPolicyScope: 'FilterPolicyScope',
  Region: 'Region',
  RedrivePolicy: 'RedrivePolicy',
};

function renamed(properties: Value | undefined, names: { readonly [from: string]: string }): { readonly [name: string]: Value } {
  return Object.fromEntries(
    Object.entries(names).flatMap(([from, to]) => {
      const value = property(properties, from);
      return value === undefined ? [] : [[to, value] as const];
    }),
  );
}
