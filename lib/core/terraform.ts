/**
 * Terraform plans, as `terraform show -json` prints them: every resource that will be there, with holes for what is only known
 * after the apply. https://developer.hashicorp.com/terraform/internals/json-format#plan-representation
 */
import type { AnyGuardrail, Place, TerraformMapping } from './guardrail';
import type { Variant } from './judge';
import { type GivenArguments, givenArguments } from './terraform.configuration';
import { asText, hasHole, hole, isHole, isList, isObject, OWN_ACCOUNT, OWN_PARTITION, OWN_REGION, property, type Value } from './value';

type Attributes = { readonly [name: string]: Value };

interface PlannedResource {
  /** `module.feed.aws_lambda_permission.partner["eu"]`. */
  readonly address: string;
  readonly type: string;
  /** Unknown ones are holes, `${address.name}`; null where they are not set. */
  readonly attributes: Attributes;
  /** As they are now; absent for a resource that is yet to be made, and where the plan does not say. */
  readonly before?: Attributes;
  /** Where it stands in the document. */
  readonly path: readonly string[];
}

/** A planned resource as the CloudFormation resource that it makes. */
interface OpenedResource {
  /** The address. */
  readonly logicalId: string;
  readonly type: string;
  readonly path: readonly string[];
  readonly variants: () => readonly Variant[];
}

const ANYWHERE: Place = { partition: OWN_PARTITION, region: OWN_REGION, account: OWN_ACCOUNT };

/** The resources of a plan that some guardrail looks at, in its terms; the `awscc` provider's are told by the guarded types. */
export function openPlan(root: Attributes, guardrails: readonly AnyGuardrail[], place: Place = ANYWHERE): readonly OpenedResource[] {
  const mappings = mappingsOf(guardrails);
  const given = givenArguments(root);
  const resources = plannedResources(root);
  const types = new Set(resources.map(({ type }) => type));
  const has = (type: string) => types.has(type);
  return resources.flatMap(({ address, type, attributes, before, path }) => {
    const around = { isGiven: (argument: string) => given(address)?.has(argument), has, before };
    const made = new Map((mappings.get(type) ?? []).map((mapping) => mapping(attributes, around)).map((resource) => [resource.type, resource]));
    return [...made.values()].map((resource): OpenedResource => {
      const input = { ...resource, logicalId: address, place: placeOf(attributes, place) };
      return { logicalId: address, type: resource.type, path, variants: () => [{ branch: '', input }] };
    });
  });
}

function mappingsOf(guardrails: readonly AnyGuardrail[]): ReadonlyMap<string, readonly TerraformMapping[]> {
  const mappings = new Map<string, TerraformMapping[]>();
  for (const { terraform, resources } of guardrails) {
    const cloudControl = resources.map((type): readonly [string, TerraformMapping] => [awsccType(type), awsccMapping(type)]);
    for (const [type, mapping] of [...Object.entries(terraform), ...cloudControl]) mappings.set(type, [...(mappings.get(type) ?? []), mapping]);
  }
  return mappings;
}

/** Since version 6 of the provider a resource may name its own Region. */
function placeOf(attributes: Attributes, place: Place): Place {
  const region = asText(property(attributes, 'region'));
  return region === undefined || region === '' || hasHole(region) ? place : { ...place, region };
}

/** `resource_changes` where there are any: they say what is unknown. Else `planned_values`, which leave that out. */
export function plannedResources(root: Attributes): readonly PlannedResource[] {
  const changes = property(root, 'resource_changes');
  if (isList(changes) && changes.length > 0) return changes.flatMap((change, index) => fromChange(change, ['resource_changes', String(index)]));
  return fromModule(property(property(root, 'planned_values'), 'root_module'), ['planned_values', 'root_module'], 0).map(
    withGiven(givenArguments(root)),
  );
}

/** What is given and has no value yet is only known after the apply. */
const withGiven =
  (given: GivenArguments) =>
  (resource: PlannedResource): PlannedResource => {
    const { address, attributes } = resource;
    const missing = [...(given(address) ?? [])].filter((name) => !Object.hasOwn(attributes, name));
    if (missing.length === 0) return resource;
    return { ...resource, attributes: { ...attributes, ...Object.fromEntries(missing.map((name) => [name, holeAt(`${address}.${name}`)])) } };
  };

/** Actions after which there is no such resource, or that only read one. */
const WITHOUT_RESULT: readonly unknown[] = ['delete', 'read', 'forget'];

function fromChange(change: Value, path: readonly string[]): readonly PlannedResource[] {
  const details = property(change, 'change');
  const actions = property(details, 'actions');
  const after = property(details, 'after');
  const isGone = isList(actions) && actions.length > 0 && actions.every((action) => WITHOUT_RESULT.includes(action));
  // A deposed object is what a replacement left behind.
  if (isGone || property(change, 'deposed') !== undefined || !isObject(after)) return [];
  const before = property(details, 'before');
  return planned(change, path, (address) => {
    const known = withUnknown(after, property(details, 'after_unknown'), address, 0);
    return isObject(known) ? known : {};
  }).map((resource) => (isObject(before) ? { ...resource, before } : resource));
}

/** Modules nest as deeply as their authors like, but not like this. */
const DEEPEST = 200;

function fromModule(module: Value | undefined, path: readonly string[], depth: number): readonly PlannedResource[] {
  if (depth > DEEPEST) return [];
  const resources = property(module, 'resources');
  const children = property(module, 'child_modules');
  return [
    ...(isList(resources) ? resources.flatMap((resource, index) => fromValues(resource, [...path, 'resources', String(index)])) : []),
    ...(isList(children) ? children.flatMap((child, index) => fromModule(child, [...path, 'child_modules', String(index)], depth + 1)) : []),
  ];
}

function fromValues(resource: Value, path: readonly string[]): readonly PlannedResource[] {
  const values = property(resource, 'values');
  return isObject(values) ? planned(resource, path, () => values) : [];
}

function planned(resource: Value, path: readonly string[], attributesAt: (address: string) => Attributes): readonly PlannedResource[] {
  const type = property(resource, 'type');
  if (typeof type !== 'string' || property(resource, 'mode') === 'data') return [];
  const address = asText(property(resource, 'address')) ?? `${type}.${asText(property(resource, 'name')) ?? 'unnamed'}`;
  return [{ address, type, attributes: attributesAt(address), path }];
}

const holeAt = (name: string): string => hole(name.replace(/[${}]/g, ''));

/** Lays `after_unknown` over `after`: `true` is a hole, wherever it stands for a value, a list or a block. */
function withUnknown(value: Value | undefined, unknown: Value | undefined, name: string, depth: number): Value {
  if (unknown === true || depth > DEEPEST) return holeAt(name);
  if (isList(unknown)) {
    const items = isList(value) ? value : [];
    return Array.from({ length: Math.max(items.length, unknown.length) }, (_, index) =>
      withUnknown(items[index], unknown[index], `${name}[${index}]`, depth + 1),
    );
  }
  if (!isObject(unknown)) return value ?? null;
  if (!isObject(value) && Object.keys(unknown).length === 0) return value ?? null;
  const attributes = new Map(Object.entries(isObject(value) ? value : {}));
  for (const [key, item] of Object.entries(unknown)) attributes.set(key, withUnknown(attributes.get(key), item, `${name}.${key}`, depth + 1));
  return Object.fromEntries(attributes);
}

/** `awscc_lambda_layer_version_permission` for `AWS::Lambda::LayerVersionPermission`. */
export function awsccType(type: string): string {
  const [, service = '', ...resource] = type.split('::');
  const snake = resource
    .join('_')
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1_$2');
  return `awscc_${service}_${snake}`.toLowerCase();
}

/** Every property of this provider is an argument (there are no blocks), and one that nobody gave is filled in by AWS. */
const awsccMapping =
  (type: string): TerraformMapping =>
  (attributes, { isGiven }) => {
    const given = Object.entries(attributes).filter(([name, value]) => !(isHole(value) && isGiven(name) === false));
    return { type, properties: awsccProperties(Object.fromEntries(given)) };
  };

/** Words that CloudFormation does not write as the rest. */
const IRREGULAR: ReadonlyMap<string, string> = new Map([['principal_org_id', 'PrincipalOrgID']]);

/**
 * The attributes of an `awscc` resource under the names of the CloudFormation type that it stands for: `vpc_config.subnet_ids` is
 * `VpcConfig.SubnetIds`, `ipv_6_allowed_for_dual_stack` is `Ipv6AllowedForDualStack`. What is not set (null) is left out.
 * https://registry.terraform.io/providers/hashicorp/awscc/latest/docs
 */
export const awsccProperties = (attributes: Attributes): Attributes => awsccObject(attributes, 0);

const awsccObject = (object: Attributes, depth: number): Attributes =>
  Object.fromEntries(
    Object.entries(object).flatMap(([name, value]) => (value === null ? [] : [[propertyName(name), awsccValue(value, depth + 1)] as const])),
  );

function awsccValue(value: Value, depth: number): Value {
  if (depth > DEEPEST) return value;
  if (isList(value)) return value.map((item) => awsccValue(item, depth + 1));
  return isObject(value) ? awsccObject(value, depth) : value;
}

/** A name that is not in snake case is somebody's own, such as that of an environment variable. */
function propertyName(name: string): string {
  if (!/^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/.test(name)) return name;
  return IRREGULAR.get(name) ?? name.replace(/(?:^|_)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
