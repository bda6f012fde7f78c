/**
 * Cloud assemblies (`cdk.out`): the manifest says to which account and Region each template goes, and a parent stack
 * which values its nested stacks get.
 * https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.cloud_assembly_schema.AssemblyManifest.html
 */
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { partitionOfRegion } from '../../core/arn';
import { openTemplate, type TemplateScope } from '../../core/template';
import { asText, hole, isObject, property, type Value } from '../../core/value';

type Scopes = readonly [TemplateScope, ...TemplateScope[]];

const NESTED_STACK = 'AWS::CloudFormation::Stack';
/** Ways to deploy one nested template; beyond them it is judged once more, as if nothing were known of its parameters. */
const MOST_SCOPES = 16;

export class Assemblies {
  readonly #given: TemplateScope;
  /** By folder: template file → how it is deployed. */
  readonly #folders = new Map<string, ReadonlyMap<string, Scopes>>();

  /** `given`: what the command line says; the manifest wins where it says something. */
  constructor(given: TemplateScope) {
    this.#given = given;
  }

  scopesOf(path: string): Scopes {
    const folder = dirname(path);
    let known = this.#folders.get(folder);
    if (!known) {
      known = readAssembly(folder, this.#given);
      this.#folders.set(folder, known);
    }
    return known.get(basename(path)) ?? [this.#given];
  }
}

function readAssembly(folder: string, given: TemplateScope): ReadonlyMap<string, Scopes> {
  const scopes = new Map<string, Scopes>();
  const artifacts = property(readJson(join(folder, 'manifest.json')), 'artifacts');
  if (!isObject(artifacts)) return scopes;
  for (const artifact of Object.values(artifacts)) {
    const file = asText(property(property(artifact, 'properties'), 'templateFile'));
    if (property(artifact, 'type') !== 'aws:cloudformation:stack' || file === undefined) continue;
    addScope(scopes, file, scopeOf(artifact, given));
  }
  for (const file of [...scopes.keys()]) addNested(folder, file, scopes, new Set([file]));
  return scopes;
}

function readJson(path: string): Value | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Value;
  } catch {
    return undefined;
  }
}

function scopeOf(artifact: Value, given: TemplateScope): TemplateScope {
  const [, account = '', region = ''] = /^aws:\/\/([^/]+)\/(.+)$/.exec(asText(property(artifact, 'environment')) ?? '') ?? [];
  const knowsRegion = region !== '' && region !== 'unknown-region';
  const parameters = property(property(artifact, 'properties'), 'parameters');
  return {
    place: {
      account: /^\d{12}$/.test(account) ? account : given.place.account,
      region: knowsRegion ? region : given.place.region,
      partition: knowsRegion ? partitionOfRegion(region) : given.place.partition,
    },
    parameters: { ...(isObject(parameters) ? textsOf(parameters, '') : {}), ...given.parameters },
  };
}

/** What the parents pass on; a value that they do not know is a hole, so that no default hides it. */
function addNested(folder: string, parent: string, scopes: Map<string, Scopes>, above: ReadonlySet<string>): void {
  const template = readJson(join(folder, parent));
  const resources = property(template, 'Resources');
  if (!isObject(template) || !isObject(resources)) return;
  const children = new Set<string>();
  for (const scope of scopes.get(parent) ?? []) {
    for (const stack of openTemplate(template, scope).resources(new Set([NESTED_STACK]))) {
      const file = asText(property(property(property(resources, stack.writtenAs), 'Metadata'), 'aws:asset:path'));
      if (file === undefined || above.has(file)) continue;
      children.add(file);
      const variants = stack.variants();
      const passed = typeof variants === 'string' ? [undefined] : variants.map(({ input }) => input.properties.Parameters);
      for (const parameters of passed) {
        addScope(scopes, file, { place: scope.place, parameters: isObject(parameters) ? textsOf(parameters, `${stack.logicalId}.`) : {} });
      }
    }
  }
  for (const child of children) addNested(folder, child, scopes, new Set([...above, child]));
}

function textsOf(parameters: { readonly [name: string]: Value }, prefix: string): { readonly [name: string]: string } {
  const texts: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(parameters)) {
    texts[name] = Array.isArray(value) ? value.map((item) => asText(item) ?? hole(prefix + name)).join(',') : (asText(value) ?? hole(prefix + name));
  }
  return texts;
}

function addScope(scopes: Map<string, Scopes>, file: string, scope: TemplateScope): void {
  const known = scopes.get(file);
  if (!known) scopes.set(file, [scope]);
  else if (!known.some((other) => isSame(other, scope))) {
    const next = known.length < MOST_SCOPES ? scope : { ...scope, parameters: unknownOf(scope.parameters) };
    if (next === scope || !known.some((other) => isSame(other, next))) scopes.set(file, [...known, next]);
  }
}

const isSame = (a: TemplateScope, b: TemplateScope): boolean => JSON.stringify(a) === JSON.stringify(b);

const unknownOf = (parameters: TemplateScope['parameters']): TemplateScope['parameters'] =>
  Object.fromEntries(Object.keys(parameters).map((name) => [name, hole(name)]));
