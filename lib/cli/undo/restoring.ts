/** How a call that puts something back is compared with what stands there now: by the call that puts it there. */
import { asList, asText, isList, isObject, property, propertyIgnoringCase, type Value } from '../../core/value';
import type { Call } from '../../core/verdict';
import { keptSettings } from '../../guardrails/ecr-layer-access/documents';

type Input = Call['input'];

/** What stands in the place of what would be put back. */
export type State =
  /** Nothing, or exactly what the remediation left. */
  | { readonly kind: 'free'; readonly revisionId?: string; readonly input?: Input }
  /** What would be put back. */
  | { readonly kind: 'there'; readonly isPending?: true }
  /** Something else. */
  | { readonly kind: 'moved'; readonly what: string }
  /** What it would be put back to does not exist any more. */
  | { readonly kind: 'gone' };

interface Restoring {
  readonly read: (input: Input) => Call;
  /** `output`: of the read; undefined where AWS says that there is nothing. `removing`: what removed it, where that is known. */
  readonly compare: (input: Input, output: Value | undefined, removing: readonly Call[] | undefined) => State;
  /** What the call would set besides, as it is now: whatever was changed since stays. */
  readonly asNow?: (input: Input, output: Value) => Input;
}

const FREE: State = { kind: 'free' };
const THERE: State = { kind: 'there' };
const GONE: State = { kind: 'gone' };
const moved = (what: string): State => ({ kind: 'moved', what });
const shown = (value: Value): string => {
  const text = JSON.stringify(value);
  return text.length > 400 ? `${text.slice(0, 399)}…` : text;
};

/** A statement with a name of its own among others. */
const statement = (read: Restoring['read'], nameOf: (input: Input) => string, documentOf: (output: Value) => Value | undefined): Restoring => ({
  read,
  compare: (input, output) => {
    const name = nameOf(input);
    const known = statementsOf(output && documentOf(output)).find((each) => isObject(each) && asText(propertyIgnoringCase(each, 'Sid')) === name);
    if (known === undefined) return FREE;
    return sameGrant(known, input) ? THERE : moved(`there is another statement ${name} now: ${shown(known)}`);
  },
});

/** A document, or a value, that the call sets as a whole. */
interface Whole {
  readonly what: string;
  readonly read: Restoring['read'];
  readonly nowIn: (output: Value, input: Input) => Value | undefined;
  /** What a call of this kind sets; undefined: that there be nothing. */
  readonly setBy: (input: Input) => Value | undefined;
  /** What is compared: the statements of a document, the rules of a configuration. */
  readonly partsOf: (value: Value | undefined) => Value;
}

const whole = ({ what, read, nowIn, setBy, partsOf }: Whole): Restoring => ({
  read,
  compare: (input, output, removing) => {
    const now = partsOf(output === undefined ? undefined : nowIn(output, input));
    const asked = partsOf(setBy(input));
    if (canonical(now) === canonical(asked)) return THERE;
    if (removing) {
      const left = leftBy(removing, asked) ?? partsOf(removing.map((call) => setBy(call.input)).find((set) => set !== undefined));
      return canonical(now) === canonical(left) ? FREE : moved(`${what} was changed since: ${shown(now)}`);
    }
    // Without the undo log: what stands there now was there before, too.
    const before = new Set(asList(asked).map(canonical));
    return asList(now).every((each) => before.has(canonical(each))) ? FREE : moved(`${what} is not what the remediation left: ${shown(now)}`);
  },
});

/** What is read is what it belongs to: without it there is nothing to put it back to. */
const ofOwn = (restoring: Restoring, ownIn = (output: Value | undefined): Value | undefined => output): Restoring => ({
  ...restoring,
  compare: (input, output, removing) => (ownIn(output) === undefined ? GONE : restoring.compare(input, output, removing)),
});

/** Statements that were removed one by one from a document that is put back whole; undefined: they were not. */
function leftBy(removing: readonly Call[], asked: Value): Value | undefined {
  if (!isList(asked) || removing.some(({ action }) => !action.endsWith(':RemovePermission'))) return undefined;
  const sids = removing.map(({ input }) => asText(input.StatementId ?? input.Label));
  return asked.filter((each) => !isObject(each) || !sids.includes(asText(propertyIgnoringCase(each, 'Sid'))));
}

const named = ({ FunctionName = '', Qualifier }: Input): Input => ({ FunctionName, ...(Qualifier !== undefined && { Qualifier }) });
const topic = ({ TopicArn = '' }: Input): Input => ({ TopicArn });
const attribute = (output: Value, name: string): Value | undefined => property(property(output, 'Attributes'), name);
const call = (action: Call['action'], input: Input = {}): Call => ({ action, input });
const textOf = (input: Input, name: string): string => asText(input[name]) ?? '';
/** A document belongs to a function, a version or an alias. */
function functionOf(arn: string): Input {
  const [, FunctionName = arn, Qualifier] = /^(.+:function:[^:]+):([^:]+)$/.exec(arn) ?? [];
  return { FunctionName, ...(Qualifier !== undefined && { Qualifier }) };
}

const templateIn = (output: Value | undefined): Value | undefined => asList(property(output, 'repositoryCreationTemplates'))[0];

const asIs = (value: Value | undefined): Value => value ?? null;

const concurrency = whole({
  what: 'its reserved concurrency',
  read: (input) => call('lambda:GetFunctionConcurrency', named(input)),
  nowIn: (output) => property(output, 'ReservedConcurrentExecutions'),
  setBy: (input) => input.ReservedConcurrentExecutions,
  partsOf: asIs,
});

const policy = (read: Restoring['read'], nowIn: Whole['nowIn'], name: string): Restoring =>
  whole({ what: 'the policy', read, nowIn, setBy: (input) => input[name], partsOf: statementsOf });

const rolePolicy = policy(
  ({ RoleName = '', PolicyName = '' }) => call('iam:GetRolePolicy', { RoleName, PolicyName }),
  (output) => decodeURIComponent(asText(property(output, 'PolicyDocument')) ?? ''),
  'PolicyDocument',
);

const TABLE: { readonly [action: Call['action']]: Restoring } = {
  'lambda:AddPermission': statement(
    (input) => call('lambda:GetPolicy', named(input)),
    (input) => textOf(input, 'StatementId'),
    (output) => property(output, 'Policy'),
  ),
  'lambda:AddLayerVersionPermission': statement(
    ({ LayerName = '', VersionNumber = '' }) => call('lambda:GetLayerVersionPolicy', { LayerName, VersionNumber }),
    (input) => textOf(input, 'StatementId'),
    (output) => property(output, 'Policy'),
  ),
  'sns:AddPermission': ofOwn(
    statement(
      (input) => call('sns:GetTopicAttributes', topic(input)),
      (input) => textOf(input, 'Label'),
      (output) => attribute(output, 'Policy'),
    ),
  ),
  'lambda:PutResourcePolicy': policy(
    ({ ResourceArn = '' }) => call('lambda:GetPolicy', functionOf(asText(ResourceArn) ?? '')),
    (output) => property(output, 'Policy'),
    'Policy',
  ),
  'sns:SetTopicAttributes': ofOwn(
    policy(
      (input) => call('sns:GetTopicAttributes', topic(input)),
      (output) => attribute(output, 'Policy'),
      'AttributeValue',
    ),
  ),
  'ecr:SetRepositoryPolicy': policy(
    ({ repositoryName = '', registryId }) => call('ecr:GetRepositoryPolicy', { repositoryName, ...(registryId !== undefined && { registryId }) }),
    (output) => property(output, 'policyText'),
    'policyText',
  ),
  'ecr:PutRegistryPolicy': policy(
    () => call('ecr:GetRegistryPolicy'),
    (output) => property(output, 'policyText'),
    'policyText',
  ),
  'ecr:UpdateRepositoryCreationTemplate': {
    ...ofOwn(
      policy(
        ({ prefix = '' }) => call('ecr:DescribeRepositoryCreationTemplates', { prefixes: [prefix] }),
        (output) => property(templateIn(output), 'repositoryPolicy'),
        'repositoryPolicy',
      ),
      templateIn,
    ),
    asNow: ({ prefix = '', repositoryPolicy = '' }, output) => ({ prefix, ...keptSettings(templateIn(output) ?? null), repositoryPolicy }),
  },
  'ecr:PutReplicationConfiguration': whole({
    what: 'the replication',
    read: () => call('ecr:DescribeRegistry'),
    nowIn: (output) => property(output, 'replicationConfiguration'),
    setBy: (input) => input.replicationConfiguration,
    partsOf: (configuration) => asList(property(configuration, 'rules')),
  }),
  'sns:SetSubscriptionAttributes': ofOwn(
    whole({
      what: 'the attribute',
      read: ({ SubscriptionArn = '' }) => call('sns:GetSubscriptionAttributes', { SubscriptionArn }),
      nowIn: (output, input) => attribute(output, textOf(input, 'AttributeName')),
      setBy: (input) => input.AttributeValue,
      partsOf: (value) => parsed(value) ?? null,
    }),
  ),
  // The one other value is what the remediation set.
  'lambda:UpdateFunctionUrlConfig': ofOwn({
    read: (input) => call('lambda:GetFunctionUrlConfig', named(input)),
    compare: (input, output) => (property(output, 'AuthType') === input.AuthType ? THERE : FREE),
  }),
  'iam:PutRolePolicy': rolePolicy,
  'iam:DeleteRolePolicy': rolePolicy,
  'lambda:PutFunctionConcurrency': concurrency,
  'lambda:DeleteFunctionConcurrency': concurrency,
  'sns:Subscribe': ofOwn({
    read: (input) => call('sns:ListSubscriptionsByTopic', topic(input)),
    compare: (input, output) => {
      const isSame = (each: Value) => property(each, 'Protocol') === input.Protocol && property(each, 'Endpoint') === input.Endpoint;
      const known = asList(property(output, 'Subscriptions')).find(isSame);
      if (known === undefined) return FREE;
      return property(known, 'SubscriptionArn') === 'PendingConfirmation' ? { kind: 'there', isPending: true } : THERE;
    },
  }),
};

/** Undefined: no remediation puts anything back by it. */
export const restoringOf = (action: Call['action']): Restoring | undefined => (Object.hasOwn(TABLE, action) ? TABLE[action] : undefined);

function statementsOf(document: Value | undefined): readonly Value[] {
  const policy = parsed(document);
  return isObject(policy) ? asList(propertyIgnoringCase(policy, 'Statement')) : [];
}

function parsed(value: Value | undefined): Value | undefined {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** Parameters that name the statement rather than say what it grants. */
const NAMES = ['FunctionName', 'LayerName', 'VersionNumber', 'Qualifier', 'StatementId', 'RevisionId', 'TopicArn', 'Label'];

/** Does the stored statement say what the parameters say? Compared by their values, whatever keys they stand under. */
function sameGrant(stored: Value, input: Input): boolean {
  const said = ['Principal', 'Action', 'Condition'].flatMap((name) =>
    leavesOf(isObject(stored) ? (propertyIgnoringCase(stored, name) ?? null) : null),
  );
  const asked = Object.entries(input).flatMap(([name, value]) => (NAMES.includes(name) ? [] : leavesOf(value)));
  return JSON.stringify(said.sort()) === JSON.stringify(asked.sort());
}

/** An account and its root are one; an action of SNS is asked for without its service. */
function leavesOf(value: Value): readonly string[] {
  if (isList(value)) return value.flatMap(leavesOf);
  if (isObject(value)) return Object.values(value).flatMap(leavesOf);
  const text = String(value);
  return value === null ? [] : [/^arn:[^:]+:iam::(\d{12}):root$/.exec(text)?.[1] ?? text.replace(/^sns:/i, '')];
}

/** Text that neither the order of keys nor a list of one changes. */
function canonical(value: Value): string {
  if (isList(value)) return value.length === 1 && value[0] !== undefined ? canonical(value[0]) : `[${value.map(canonical).sort().join()}]`;
  if (!isObject(value)) return JSON.stringify(value === null ? null : String(value));
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key] ?? null)}`).join()}}`;
}
