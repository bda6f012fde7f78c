/** What is wrong with a policy, or may be, before it is attached. */
import type { ConditionBlock, PolicyKind, PolicyStatement } from '../core/policy';
import { parseDocument } from '../core/policy/document';
import { asText, isObject, type Value } from '../core/value';
import { isSparing } from './words';

export interface Lint {
  readonly level: 'error' | 'warning';
  /** The `Sid`, else the place; absent: the document. */
  readonly statement?: string;
  readonly message: string;
}

/** https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html and https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-limits-endpoints.html */
const RCP_CHARACTERS = 5120;
const ENDPOINT_CHARACTERS = 20_480;
/** Part of the quota from which one more entry may be too much. */
const NEARLY = 0.95;

export const quotaOf = (kind: PolicyKind, scpCharacters: number): number =>
  kind === 'scp' ? scpCharacters : kind === 'rcp' ? RCP_CHARACTERS : ENDPOINT_CHARACTERS;

const ELEMENTS = ['Sid', 'Effect', 'Principal', 'NotPrincipal', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition'];

/** Whatever JSON it is. `length`: of the text that would be sent, where it is not minified. */
export function lintPolicy(raw: unknown, kind: PolicyKind, most: number, length?: number): readonly Lint[] {
  const faults = syntaxOf(raw, kind);
  const size = sizeOf(raw, most, length);
  if (faults.length > 0) return [...faults, ...size];
  const statements = statementsOf(raw);
  return [...size, ...statements.flatMap((statement, index) => lintStatement(statement, statement.Sid || `#${index + 1}`, kind, statements))];
}

// ---- Syntax and size

function syntaxOf(raw: unknown, kind: PolicyKind): readonly Lint[] {
  const faults: Lint[] = parseDocument(raw, kind).problems.map(({ name, problem }) => ({ level: 'error', statement: name, message: problem }));
  if (!isObject(raw)) return faults;
  const error = (message: string, statement?: string): void =>
    void faults.push({ level: 'error', ...(statement !== undefined && { statement }), message });
  if (raw.Version !== '2012-10-17') error('its Version is not "2012-10-17": variables and wildcards would not mean what they say');
  for (const key of Object.keys(raw)) if (!['Version', 'Id', 'Statement'].includes(key)) error(`unknown element ${key}`);
  const seen = new Set<string>();
  for (const statement of listOf(raw.Statement)) {
    if (!isObject(statement)) continue;
    const sid = asText(statement.Sid) ?? '';
    for (const key of Object.keys(statement)) if (!ELEMENTS.includes(key)) error(`unknown element ${key}`, sid);
    if (!/^[A-Za-z0-9]*$/.test(sid)) error('a Sid holds letters and digits alone', sid);
    if (sid !== '' && seen.has(sid)) error('another statement has the same Sid', sid);
    seen.add(sid);
  }
  return faults;
}

const listOf = (value: Value | undefined): readonly Value[] => (Array.isArray(value) ? value : value === undefined ? [] : [value]);

function sizeOf(raw: unknown, most: number, length: number | undefined): readonly Lint[] {
  const size = (JSON.stringify(raw) ?? '').length;
  if (size > most) return [{ level: 'error', message: `${size} characters, and ${most} are allowed: shorten its lists, or split it` }];
  if (length !== undefined && length > most)
    return [{ level: 'warning', message: `${length} characters with its white space, and ${most} are allowed: send it minified (${size})` }];
  if (size > most * NEARLY) return [{ level: 'warning', message: `${size} of ${most} characters: there is hardly room for another entry` }];
  return [];
}

/** As the parser has found it to be; AWS takes one text, or one statement, for a list of one. */
function statementsOf(raw: unknown): readonly PolicyStatement[] {
  if (!isObject(raw)) return [];
  return listOf(raw.Statement).flatMap((statement) => {
    if (!isObject(statement)) return [];
    const texts = (name: string) => (statement[name] === undefined ? {} : { [name]: listOf(statement[name]).map(String) });
    return [
      {
        Sid: asText(statement.Sid) ?? '',
        Effect: statement.Effect === 'Deny' ? 'Deny' : 'Allow',
        ...(isAnyone(statement.Principal) && { Principal: '*' }),
        ...texts('Action'),
        ...texts('NotAction'),
        ...texts('Resource'),
        ...texts('NotResource'),
        ...(statement.Condition !== undefined && { Condition: blockOf(statement.Condition) }),
      },
    ];
  });
}

const isAnyone = (principal: Value | undefined): boolean => principal === '*' || JSON.stringify(principal) === '{"AWS":"*"}';

const entriesOf = (value: Value | undefined): readonly (readonly [string, Value])[] => (isObject(value) ? Object.entries(value) : []);

const blockOf = (raw: Value): ConditionBlock =>
  Object.fromEntries(
    entriesOf(raw).map(([operator, keys]) => [
      operator,
      Object.fromEntries(entriesOf(keys).map(([key, values]) => [key, listOf(values).map(String)])),
    ]),
  );

// ---- What it means

function lintStatement(statement: PolicyStatement, name: string, kind: PolicyKind, all: readonly PolicyStatement[]): readonly Lint[] {
  const say =
    (level: Lint['level']) =>
    (message: string): Lint => ({ level, statement: name, message });
  const patterns = conditionsOf(statement).flatMap(({ operator, key, values }) => {
    if (!/Like/.test(operator)) return [];
    const isHeld = all.some((other) => other !== statement && other.Effect === 'Deny' && deniesByPattern(other, key));
    return values.flatMap((value) => lintPattern(operator, key, value, isHeld));
  });
  const { faults, doubts } = statement.Effect === 'Deny' ? lockOuts(statement, kind, all) : { faults: [], doubts: openings(statement, kind) };
  return [...faults.map(say('error')), ...[...new Set([...patterns, ...doubts])].map(say('warning'))];
}

interface Test {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

const conditionsOf = ({ Condition = {} }: { readonly Condition?: ConditionBlock }): readonly Test[] =>
  Object.entries(Condition).flatMap(([operator, entries]) =>
    Object.entries(entries).map(([key, values]) => ({ operator, key, values: typeof values === 'string' ? [values] : values })),
  );

/** Another denial that catches by a pattern what this one lets through: `*@*@*` beside `*@example.com`. */
const deniesByPattern = (statement: PolicyStatement, key: string): boolean =>
  conditionsOf(statement).some((test) => test.key.toLowerCase() === key.toLowerCase() && /^(?:ForAnyValue:)?StringLike/.test(test.operator));

/** Wildcards that match more than they seem to: `*` crosses `/`, `?`, `@` and `:`. */
function lintPattern(operator: string, key: string, pattern: string, isHeld: boolean): readonly string[] {
  const where = `${key} ${pattern}`;
  const [, scheme, rest = ''] = /^([a-z*]+):\/\/(.*)$/s.exec(pattern) ?? [];
  if (scheme !== undefined) {
    const host = rest.split(/[/#]|\$\{\?\}/, 1)[0] ?? '';
    const found: string[] = [];
    if (/[*?]/.test(host))
      found.push(
        `${key} ${scheme}://${host.replace(/:\d+$/, '')}: * crosses /, ? and @, so the path, query or user info of a foreign host can look like this host`,
      );
    if (/\?/.test(rest.slice(host.length).replaceAll('${?}', ''))) found.push(`${where}: ? stands for any one character; a question mark is \${?}`);
    return found;
  }
  if (/^\*@[^*]+$/.test(pattern)) {
    return isHeld ? [] : [`${where}: * crosses @, so an address with two of them passes; deny *@*@* as well`];
  }
  if (!pattern.startsWith('arn:')) return [];
  const fields = pattern.split(':');
  if (/^(?:\w+:)?String/.test(operator) && !isHeld && fields.slice(1, 4).some((field) => field.includes('*')) && /^\d{12}$/.test(fields[4] ?? ''))
    return [`${where}: here * crosses :, so a stranger's resource whose name holds the account passes; use ArnLike, or deny the longer ones as well`];
  return [];
}

interface LockOuts {
  /** Whoever attaches it is locked out. */
  readonly faults: readonly string[];
  /** Somebody may be. */
  readonly doubts: readonly string[];
}

/** A denial that nobody escapes, or that stands in the way of what deploys. An endpoint's policy denies what comes through that endpoint alone. */
function lockOuts(statement: PolicyStatement, kind: PolicyKind, all: readonly PolicyStatement[]): LockOuts {
  if (kind === 'endpoint') return { faults: [], doubts: [] };
  const conditions = conditionsOf(statement);
  const sparing = conditions.filter(({ operator, key }) => isSparing(operator, key));
  const isAlways = conditions.length === sparing.length && (statement.Resource ?? []).some(isEverything);
  const everything = isAlways && (statement.Action ?? []).some(isEverything);
  if (everything) return { faults: ['it denies everything to everyone whom it does not spare: whole accounts are locked out'], doubts: [] };
  if (kind === 'rcp')
    return { faults: conditions.length > 0 ? [] : ['it has no condition: everyone is refused, the organization itself, too'], doubts: [] };
  if (!conditions.some(tellsWhoCalls)) return { faults: ['it spares nobody: break-glass and deployment roles are refused, too'], doubts: [] };
  return { faults: [], doubts: possibleLockOuts(statement, { sparing, isAlways, all }) };
}

/** `*`, `**` and, of actions, `*:*`. */
const isEverything = (pattern: string): boolean => /^\*+(?::\*+)?$/.test(pattern);

/** A condition that some callers never meet: one that leaves certain principals out, or one that is about certain principals alone. */
const tellsWhoCalls = ({ operator, key, values }: Test): boolean =>
  operator !== 'Null' &&
  /^aws:(?:Principal(?:Arn|Account|OrgPaths|Tag\/.+|Type|ServiceName)|userid|username)$/i.test(key) &&
  !values.every((value) => /^[*?]*$/.test(value) && !/Not/.test(operator));

interface Sparing {
  readonly sparing: readonly Test[];
  /** It denies everything that it names, whatever the circumstances. */
  readonly isAlways: boolean;
  readonly all: readonly PolicyStatement[];
}

function possibleLockOuts(statement: PolicyStatement, { sparing, isAlways, all }: Sparing): readonly string[] {
  const { Action = [], NotAction } = statement;
  const conditions = conditionsOf(statement);
  const arns = sparing.filter(({ key }) => /arn$/i.test(key)).flatMap(({ values }) => values);
  const found: string[] = [];
  const everyone = arns.find((arn) => /^(?:\*|arn:[^:]*:iam::[*?]*:(?:\*|role\/\*|user\/\*))$/.test(arn));
  if (everyone !== undefined) found.push(`it spares everyone who matches ${everyone}, which is nearly everyone: it refuses hardly anything`);
  // A denial of what lies below such a path catches what this one lets through.
  const below = new Set(
    all.flatMap(conditionsOf).flatMap(({ operator, key, values }) => (operator === 'ArnLike' && /^aws:principalarn$/i.test(key) ? values : [])),
  );
  const named = arns.filter((arn) => /:role\/[^*?]+\*$/.test(arn) && !OURS.test(arn) && !below.has(`${arn}/*`));
  for (const arn of named) found.push(`it spares ${arn}: * crosses /, so a role below a path of that name is spared, too`);
  if (sparing.length > 0 && !arns.some((arn) => /:role\/(?:stacksets-exec-)?\*$/.test(arn)))
    found.push('it does not spare stacksets-exec-*: StackSets are refused in member accounts');
  const forwarded = conditions.some(
    ({ operator, key, values }) => /^Bool/.test(operator) && /^aws:viaawsservice$/i.test(key) && values.includes('false'),
  );
  if (forwarded && !(Action.length > 0 && Action.every((action) => /^ecr:/i.test(action))))
    found.push('it spares what a service does for the caller (aws:ViaAWSService): whoever may use CloudFormation goes around it');
  const grave = NotAction ? [`all but ${NotAction.join(', ')}`] : Action.filter((action) => /^(?:iam:\*|sts:\*|sts:AssumeRole\*?)$/i.test(action));
  if (grave.length > 0 && isAlways)
    found.push(`it denies ${grave.join(', ')} to everyone else, whatever the circumstances: accounts lock themselves out`);
  return found;
}

/** Names that deployment tools end as they like, and that the tamper protection reserves. */
const OURS = /:role\/(?:aws-service-role\/|stacksets-exec-|AWSControlTower|AWSAccelerator-|cdk-|perimeter-)/;

function openings({ Effect, Principal, Resource = [], Condition }: PolicyStatement, kind: PolicyKind): readonly string[] {
  if (kind !== 'endpoint' || Effect !== 'Allow') return [];
  return Principal === '*' && Condition === undefined && Resource.includes('*') ? ['it lets anyone through to anything'] : [];
}
