/** What is wrong with a policy, or may be, before it is attached. */
import type { ConditionBlock, PolicyDocument, PolicyKind, PolicyStatement } from '../core/policy';
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
  if (faults.length > 0 || !isPolicy(raw)) return [...faults, ...size];
  const statements = raw.Statement;
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

/** As the parser has found it to be, with one statement or several. */
function isPolicy(raw: unknown): raw is PolicyDocument {
  return isObject(raw) && Array.isArray(raw.Statement);
}

// ---- What it means

function lintStatement(statement: PolicyStatement, name: string, kind: PolicyKind, all: readonly PolicyStatement[]): readonly Lint[] {
  const warn = (message: string): Lint => ({ level: 'warning', statement: name, message });
  const patterns = conditionsOf(statement).flatMap(({ operator, key, values }) => {
    if (!/Like/.test(operator)) return [];
    const isHeld = all.some((other) => other !== statement && other.Effect === 'Deny' && deniesByPattern(other, key));
    return values.flatMap((value) => lintPattern(operator, key, value, isHeld));
  });
  const locked = statement.Effect === 'Deny' && kind === 'scp' ? lockOuts(statement) : [];
  return [...new Set([...patterns, ...locked, ...openings(statement, kind)])].map(warn);
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

/** A denial that nobody escapes, or that stands in the way of what deploys. */
function lockOuts(statement: PolicyStatement): readonly string[] {
  const sparing = conditionsOf(statement).filter(({ operator, key }) => isSparing(operator, key));
  if (sparing.length === 0) return ['it spares nobody: break-glass and deployment roles are refused, too'];
  const arns = sparing.filter(({ key }) => /arn$/i.test(key)).flatMap(({ values }) => values);
  const found: string[] = [];
  const everyone = arns.find((arn) => /^(?:\*|arn:[^:]*:iam::[*?]*:(?:\*|role\/\*|user\/\*))$/.test(arn));
  if (everyone !== undefined) found.push(`it spares everyone who matches ${everyone}, which is nearly everyone: it refuses hardly anything`);
  const named = arns.filter((arn) => /:role\/[^*?]+\*$/.test(arn) && !OURS.test(arn));
  for (const arn of named) found.push(`it spares ${arn}: * crosses /, so a role below a path of that name is spared, too`);
  if (!arns.some((arn) => /:role\/(?:stacksets-exec-)?\*$/.test(arn)))
    found.push('it does not spare stacksets-exec-*: StackSets are refused in member accounts');
  const grave = (statement.Action ?? ['*']).filter((action) => /^(?:\*|iam:\*|sts:\*|sts:AssumeRole\*?)$/i.test(action));
  const isWide = conditionsOf(statement).length === sparing.length && (statement.Resource ?? ['*']).includes('*');
  if (grave.length > 0 && isWide)
    found.push(`it denies ${grave.join(', ')} to everyone else, whatever the circumstances: accounts lock themselves out`);
  return found;
}

/** Names that deployment tools end as they like, and that the tamper protection reserves. */
const OURS = /:role\/(?:aws-service-role\/|stacksets-exec-|AWSControlTower|AWSAccelerator-|cdk-|perimeter-)/;

function openings({ Effect, Principal, Resource = [], Condition }: PolicyStatement, kind: PolicyKind): readonly string[] {
  if (kind !== 'endpoint' || Effect !== 'Allow') return [];
  const isAnyone = Principal === '*' || JSON.stringify(Principal) === '{"AWS":"*"}';
  return isAnyone && Condition === undefined && Resource.includes('*') ? ['it lets anyone through to anything'] : [];
}
