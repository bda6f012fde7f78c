/**
 * What `Ref` and `Fn::GetAtt` of a resource of the same template give, as far as it is certain: above all whose account it is.
 * The formats: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 * and "Return values" on each type's page: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/
 */
import { arnAt } from '../arn';
import { asText, hole, isHole, property, type Value } from '../value';
import { holeFor } from './holes';
import type { Entry } from './model';
import { parameterValue, type Run } from './run';
import { type Read, SHAPES, type Shape } from './shapes';

/** `Ref`: a parameter, a pseudo parameter or a resource. Undefined: `AWS::NoValue`. */
export function refer(run: Run, name: string, depth: number): Value | undefined {
  if (name.startsWith('AWS::')) return pseudoParameter(run, name);
  const parameter = run.model.parameters.get(name);
  if (parameter) return parameterValue(run, name) ?? (parameter.kind === 'unknown' && parameter.isList ? [holeFor(name)] : holeFor(name));
  const entry = run.model.entries.get(name);
  if (entry) return referToResource(run, entry, depth);
  const dot = name.indexOf('.');
  return dot > 0 ? attributeOf(run, name.slice(0, dot), name.slice(dot + 1), depth) : holeFor(name);
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html */
function pseudoParameter(run: Run, name: string): Value | undefined {
  const { account, region, partition } = run.model.place;
  switch (name) {
    case 'AWS::NoValue':
      return undefined;
    case 'AWS::AccountId':
      return account;
    case 'AWS::Region':
      return region;
    case 'AWS::Partition':
      return partition;
    case 'AWS::URLSuffix':
      return URL_SUFFIXES.get(partition) ?? hole(name);
    default:
      return holeFor(name);
  }
}

const URL_SUFFIXES: ReadonlyMap<string, string> = new Map([
  ['aws', 'amazonaws.com'],
  ['aws-us-gov', 'amazonaws.com'],
  ['aws-cn', 'amazonaws.com.cn'],
  ['aws-eusc', 'amazonaws.eu'],
  ['aws-iso', 'c2s.ic.gov'],
  ['aws-iso-b', 'sc2s.sgov.gov'],
  ['aws-iso-e', 'cloud.adc-e.uk'],
  ['aws-iso-f', 'csp.hci.ic.gov'],
]);

function referToResource(run: Run, entry: Entry, depth: number): Value {
  const shape = SHAPES.get(entry.type);
  switch (shape?.ref) {
    case 'arn':
      return arnOf(run, entry, shape, depth);
    case 'name':
      return nameOf(run, entry, shape, depth);
    case 'url': {
      const suffix = asText(pseudoParameter(run, 'AWS::URLSuffix')) ?? '';
      const { region, account } = run.model.place;
      return `https://${shape.service}.${region}.${suffix}/${account}/${nameOf(run, entry, shape, depth)}`;
    }
    default:
      return holeFor(entry.logicalId);
  }
}

/** `Fn::GetAtt`: a hole unless the attribute is surely something of the own account. */
export function attributeOf(run: Run, logicalId: string, attribute: string, depth: number): Value {
  const entry = run.model.entries.get(logicalId);
  if (entry === undefined) return holeFor(`${logicalId}.${attribute}`);
  const shape = SHAPES.get(entry.type);
  if (shape) {
    if (attribute === shape.name) return nameOf(run, entry, shape, depth);
    if (attribute === 'Arn' || shape.arnAttributes?.includes(attribute)) return arnOf(run, entry, shape, depth);
    const qualifier = shape.qualified && Object.hasOwn(shape.qualified, attribute) ? shape.qualified[attribute] : undefined;
    if (qualifier !== undefined)
      return `${arnOf(run, entry, shape, depth)}:${readText(run, entry, qualifier, depth) ?? holeFor(`${logicalId}.${attribute}`)}`;
  }
  if (isOwnArn(entry.type, attribute)) return arnAt(run.model.place, serviceOf(entry.type), holeFor(`${logicalId}.${attribute}`));
  return holeFor(`${logicalId}.${attribute}`);
}

/** Types whose ARN is not, or not only, one of the own account. */
const WITHOUT_OWN_ACCOUNT = ['AWS::CloudFormation::', 'AWS::SSO::', 'AWS::IdentityStore::', 'AWS::Serverless::Application'];

/** `Arn`, or `BackupVaultArn` of a `…::BackupVault`; the ARN of something else (`CoreNetworkArn`) may be anybody's. */
function isOwnArn(type: string, attribute: string): boolean {
  if (!type.startsWith('AWS::') || WITHOUT_OWN_ACCOUNT.some((prefix) => type.startsWith(prefix))) return false;
  return attribute === 'Arn' || attribute === `${type.split('::')[2]}Arn`;
}

const serviceOf = (type: string): string => (type.split('::')[1] ?? '').toLowerCase() || 'aws';

function arnOf(run: Run, entry: Entry, shape: Shape, depth: number): string {
  const { partition, region, account } = run.model.place;
  const place = { partition, region: shape.isGlobal ? '' : region, account: shape.hasNoAccount ? '' : account };
  return arnAt(place, shape.service, shape.resource(nameOf(run, entry, shape, depth), readerOf(run, entry, depth), entry.logicalId));
}

/** The name that the template gives; else CloudFormation makes one, which starts with the stack's name. */
function nameOf(run: Run, entry: Entry, shape: Shape, depth: number): string {
  const given = shape.name === undefined ? undefined : readText(run, entry, shape.name, depth);
  return given ? given : holeFor(entry.logicalId);
}

/** Levels of nesting that looking into another resource counts for: names made of names made of names end soon. */
const A_LOOKUP = 20;

/** A property of a resource as text, in this run. One that depends on itself is unknown. */
function readText(run: Run, entry: Entry, name: string, depth: number): string | undefined {
  const key = `${entry.logicalId}.${name}`;
  if (run.lookups.has(key)) return asText(run.lookups.get(key));
  const written = property(entry.properties, name);
  // What is written as text, or not at all, depends on nothing.
  if (written === undefined || typeof written !== 'object') return asText(written);
  run.lookups.set(key, holeFor(key));
  const resolved = run.resolve(written, depth + A_LOOKUP);
  run.lookups.set(key, resolved);
  return asText(resolved);
}

const readerOf =
  (run: Run, entry: Entry, depth: number): Read =>
  (name) =>
    readText(run, entry, name, depth);

/** Characters that a hole of known meaning may hold. */
const PSEUDO_ALPHABETS: ReadonlyMap<string, RegExp> = new Map([
  ['${AWS::AccountId}', /[0-9]/],
  ['${AWS::Region}', /[a-z0-9-]/],
  ['${AWS::Partition}', /[a-z-]/],
  ['${AWS::URLSuffix}', /[a-z0-9.-]/],
  ['${AWS::StackName}', /[A-Za-z0-9-]/],
]);

/** Is a hole sure not to hold this character? Generated names have no colon, and a slash only in a few services. */
export function isFreeOf(run: Run, text: string, character: string): boolean {
  const alphabet = PSEUDO_ALPHABETS.get(text);
  if (alphabet) return !alphabet.test(character);
  const entry = isHole(text) ? run.model.entries.get(text.slice(2, -1)) : undefined;
  const shape = entry && SHAPES.get(entry.type);
  return shape?.name !== undefined && (character === ':' || (character === '/' && shape.mayHoldSlash !== true));
}
