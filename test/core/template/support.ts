/** Templates written as their authors write them, opened and resolved. */
import { readDocument } from '../../../lib/core/document';
import { openTemplate, type TemplateScope } from '../../../lib/core/template';
import type { Value } from '../../../lib/core/value';

export const NOWHERE = { account: '${AWS::AccountId}', region: '${AWS::Region}', partition: '${AWS::Partition}' };
export const SOMEWHERE = { account: '111122223333', region: 'eu-west-1', partition: 'aws' };

export interface Shape {
  readonly branch: string;
  readonly properties: { readonly [name: string]: Value };
}

export function rootOf(text: string): { readonly [key: string]: Value } {
  const document = readDocument(text);
  if (document.kind !== 'cloudformation') throw new Error(`no template: ${JSON.stringify(document)}`);
  return document.root;
}

/** The shapes of one resource; `tooMany` or `unknown` where the template says no more. */
export function shapesOf(text: string, logicalId: string, scope: Partial<TemplateScope> = {}): readonly Shape[] | string {
  const root = rootOf(text);
  const opened = openTemplate(root, { place: NOWHERE, parameters: {}, ...scope });
  const resource = opened.resources(new Set(typesOf(root))).find((candidate) => candidate.logicalId === logicalId);
  if (!resource) throw new Error(`no resource ${logicalId}`);
  const variants = resource.variants();
  return typeof variants === 'string' ? variants : variants.map(({ branch, input }) => ({ branch, properties: input.properties }));
}

/** Every type that may be in a template, those that SAM makes too. */
export const typesOf = (root: { readonly [key: string]: Value }): readonly string[] => [
  ...new Set([...JSON.stringify(root).matchAll(/"Type":"([^"]+)"/g)].map(([, type = '']) => type)),
  'AWS::Lambda::Url',
  'AWS::Lambda::Permission',
  'AWS::SNS::Subscription',
  'AWS::SQS::Queue',
  'AWS::IAM::Role',
];

/** A value, as YAML with short forms, in the property of a resource beside the given sections. */
export function valueIn(yaml: string, sections = '', scope: Partial<TemplateScope> = {}): Value | undefined {
  const text = `AWSTemplateFormatVersion: 2010-09-09\n${sections}\n${/^Resources:/m.test(sections) ? '' : 'Resources:\n'}  Subject:\n    Type: AWS::Test::Subject\n    Properties:\n      Value: ${yaml}\n`;
  const shapes = shapesOf(text, 'Subject', scope);
  if (typeof shapes === 'string') return shapes;
  if (shapes.length !== 1) throw new Error(`${shapes.length} shapes: ${JSON.stringify(shapes)}`);
  return shapes[0]?.properties.Value;
}
