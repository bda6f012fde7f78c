/** The stacks of the organization as one template, for those who deploy without the CDK. */
import { BootstraplessSynthesizer, CliCredentialsStackSynthesizer } from 'aws-cdk-lib';
import type { WholeConfiguration } from '../core/configuration';
import { isObject, property, type Value } from '../core/value';
import { DirectoryStack } from './directory';
import { synthesised, type Template } from './member';
import { PoliciesStack, RolloutStack } from './organization';
import { checkSize } from './sizes';

const BUCKET = {
  Type: 'String',
  Description: 'Name of the bucket that holds the templates of the members, in the Region of this stack',
} as const;

/**
 * The directory, the policies and the StackSets; the CDK deploys them apart. `fileOf` names the template of a StackSet in the bucket.
 * Belongs into the Region of AWS Organizations. Throws `UsageError` where it is larger than CloudFormation takes.
 */
export function synthOrganization(configuration: WholeConfiguration, bundles: string, fileOf: (stackSet: string) => string): Template {
  const parts = [
    synthDirectory(configuration, bundles),
    synthesised((app) => new PoliciesStack(app, 'perimeter-policies', configuration, { synthesizer: new BootstraplessSynthesizer() })),
    withBucket(
      synthesised((app) => {
        const synthesizer = new CliCredentialsStackSynthesizer({ fileAssetsBucketName: 'templates' });
        return new RolloutStack(app, 'perimeter-rollout', configuration, { bundles, synthesizer });
      }),
      fileOf,
    ),
  ];
  const whole = { Description: 'Perimeter: the organization directory, the policies and the rollout', ...merged(parts) };
  checkSize('perimeter-organization', whole);
  return whole;
}

/** The organization directory alone. Belongs into the Region of AWS Organizations; small enough to be sent inline. */
export const synthDirectory = (configuration: WholeConfiguration, bundles: string): Template =>
  synthesised((app) => new DirectoryStack(app, 'perimeter-directory', configuration, { bundles, synthesizer: new BootstraplessSynthesizer() }));

const SECTIONS = ['Parameters', 'Mappings', 'Conditions', 'Resources'] as const;

/** The same name has to mean the same. */
function merged(parts: readonly Template[]): Template {
  const sections = SECTIONS.map((section) => {
    const entries = parts.flatMap((part) => Object.entries(isObject(part[section]) ? part[section] : {}));
    const clash = entries.find(([name, value]) =>
      entries.some(([other, wanted]) => other === name && JSON.stringify(wanted) !== JSON.stringify(value)),
    );
    if (clash) throw new Error(`two stacks of the organization name ${clash[0]} and mean different things`);
    return [section, Object.fromEntries(entries)] as const;
  });
  return Object.fromEntries(sections.filter(([, entries]) => Object.keys(entries).length > 0));
}

/** The templates of the members lie where whoever deploys has put them, instead of where the CDK would have. */
function withBucket(template: Template, fileOf: (stackSet: string) => string): Template {
  const resources = Object.entries(isObject(template.Resources) ? template.Resources : {}).map(([id, resource]): [string, Value] => {
    const properties = property(resource, 'Properties');
    const name = property(properties, 'StackSetName');
    if (!isObject(resource) || !isObject(properties) || typeof name !== 'string') return [id, resource];
    const TemplateURL = { 'Fn::Sub': `https://\${TemplateBucket}.s3.\${AWS::Region}.\${AWS::URLSuffix}/${fileOf(name)}` };
    return [id, { ...resource, Properties: { ...properties, TemplateURL } }];
  });
  const parameters = isObject(template.Parameters) ? template.Parameters : {};
  return { ...template, Parameters: { ...parameters, TemplateBucket: BUCKET }, Resources: Object.fromEntries(resources) };
}
