/** What the tests of the deployment synthesise, each once for a test file: the CDK is slow. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type MemberOptions, synthMember, type Template } from '../../lib/cdk/member';
import { parseConfiguration } from '../../lib/config/load';
import type { WholeConfiguration } from '../../lib/core/configuration';
import { guardrails } from '../../lib/guardrails';

export const ROOT = resolve(__dirname, '..', '..');
export const BUNDLES = join(ROOT, 'dist');

export interface Resource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: the properties of any resource, which the tests look into
  readonly Properties: any;
  readonly DependsOn?: readonly string[];
  readonly Condition?: string;
}

export const load = (text: string): WholeConfiguration => parseConfiguration(text, guardrails, { fileName: 'perimeter.yaml' }).configuration;

export const exampleText = (): string => readFileSync(join(ROOT, 'examples/perimeter.yaml'), 'utf8');

export const example = (): WholeConfiguration => load(exampleText());

export const member = (configuration = example(), options: Partial<MemberOptions> = {}): Template =>
  synthMember(configuration, { bundles: BUNDLES, ...options });

export const resourcesOf = (template: Template): { readonly [logicalId: string]: Resource } => JSON.parse(JSON.stringify(template.Resources));

export const ofType = (template: Template, type: string): readonly Resource[] =>
  Object.values(resourcesOf(template)).filter((resource) => resource.Type === type);

/** What CloudFormation makes of the intrinsics of our templates, in this place. */
// biome-ignore lint/suspicious/noExplicitAny: as `Properties`
export function resolved(value: any, place: Place): any {
  if (Array.isArray(value)) return value.map((item) => resolved(item, place));
  if (typeof value !== 'object' || value === null) return value;
  const [[name, argument] = ['', undefined], ...others] = Object.entries(value);
  if (others.length === 0) {
    if (name === 'Ref') return PSEUDO[String(argument)]?.(place) ?? place.refs?.[String(argument)] ?? `ref-${argument}`;
    if (name === 'Fn::Sub') return String(argument).replace(/\$\{(AWS::\w+)\}/g, (_, pseudo: string) => PSEUDO[pseudo]?.(place) ?? '');
    if (name === 'Fn::Join' && Array.isArray(argument)) return (resolved(argument[1], place) as string[]).join(argument[0]);
    if (name === 'Fn::FindInMap' && Array.isArray(argument)) return mapped(resolved(argument, place), place);
    if (name === 'Fn::GetAtt' && Array.isArray(argument)) return `att-${argument.join('.')}`;
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolved(item, place)]));
}

/** Of `Partitions`, whatever the place, the one of `aws`. */
function mapped([map = '', key = '', name = '']: readonly string[], { mappings }: Place): string {
  if (map === 'Partitions') return 'us-east-1';
  const value = mappings?.[map]?.[key]?.[name];
  if (value === undefined) throw new Error(`${map}.${key}.${name} is in no mapping`);
  return value;
}

export interface Place {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
  readonly refs?: { readonly [logicalId: string]: string };
  /** Of the template. */
  readonly mappings?: { readonly [map: string]: { readonly [key: string]: { readonly [name: string]: string } } };
}

const PSEUDO: { readonly [name: string]: (place: Place) => string } = {
  'AWS::Partition': ({ partition }) => partition,
  'AWS::Region': ({ region }) => region,
  'AWS::AccountId': ({ account }) => account,
  'AWS::URLSuffix': ({ partition }) => (partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com'),
};

export const mappingsOf = ({ Mappings }: Template): Place['mappings'] => Mappings as Place['mappings'];

/** The code of a function as it is deployed in this place. */
export function deployedCode(template: Template, functionName: string, place: Place): string {
  const found = ofType(template, 'AWS::Lambda::Function').find(({ Properties }) => Properties.FunctionName === functionName);
  if (!found) throw new Error(`${functionName} is not in the template`);
  return String(resolved(found.Properties.Code.ZipFile, { ...place, mappings: mappingsOf(template) }));
}
