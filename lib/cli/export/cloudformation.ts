/** Plain templates and policies, for StackSets by hand, for Terraform (`terraform/`) and for any other tool. */
import { policyName, policyType } from '../../cdk/policies';
import { ORGANIZATIONS_REGIONS } from '../../core/directory';
import type { NamedPolicy } from '../../policies';
import { minified } from '../../policies/pack';
import type { Artefact } from '../artefact';
import { type Part, type Parts, packed, templateOf } from './parts';

/** People read and compare them. */
const json = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;

const DIRECTORY = 'directory.template.json';

export function cloudFormation({ member, directory, organization, parts }: Parts, regions: readonly string[]): readonly Artefact[] {
  return [
    { name: 'member.template.json', text: packed(member) },
    { name: DIRECTORY, text: packed(directory) },
    { name: 'organization.template.json', text: packed(organization) },
    { name: 'parameters.json', text: json(parametersOf(organization, regions)) },
    ...parts.flatMap(({ stage, template }) => (stage ? [{ name: templateOf(stage.name), text: packed(template) }] : [])),
    ...parts.flatMap((part) =>
      [...part.attached, ...part.endpoints].map((policy) => ({ name: policyFile(policy, part), text: minified(policy.document) })),
    ),
    { name: 'deployment.json', text: json(deploymentOf(parts, regions)) },
    { name: 'README.md', text: readme(parts, regions) },
  ];
}

/** `policies/perimeter-1.json`; of a stage, `policies/pilot.perimeter-1.json`; of another kind, `policies/ecr.rcp.json`. */
const policyFile = ({ name, kind }: NamedPolicy, { stage }: Part): string =>
  `policies/${stage ? `${stage.name}.` : ''}${name}${kind === 'scp' ? '' : `.${kind}`}.json`;

/** Of the organization template, as `aws cloudformation` takes them. What only you know is left to be filled in. */
function parametersOf(organization: Parts['organization'], regions: readonly string[]) {
  const { Parameters = {} } = organization;
  const known: { readonly [name: string]: string } = { Regions: regions.join(',') };
  return Object.keys(Parameters ?? {}).map((ParameterKey) => ({ ParameterKey, ParameterValue: known[ParameterKey] || `FILL IN ${ParameterKey}` }));
}

/** What goes where, for machines: `terraform/` reads it. No organizational units: the root. */
function deploymentOf(parts: readonly Part[], regions: readonly string[]) {
  return {
    directory: { template: DIRECTORY, regions: ORGANIZATIONS_REGIONS },
    stackSets: parts.map(({ name, stage }) => ({
      name,
      template: templateOf(stage?.name),
      organizationalUnits: stage?.organizationalUnits ?? [],
      regions: stage?.regions ?? regions,
    })),
    policies: parts.flatMap((part) =>
      part.attached.map((policy) => ({
        name: policyName(policy, part.stage),
        type: policyType(policy),
        file: policyFile(policy, part),
        organizationalUnits: part.stage?.organizationalUnits ?? [],
      })),
    ),
  };
}

/** An array, as bash and zsh read it alike. */
const EVERY_REGION = '"${REGIONS[@]}"';

const unitsOf = ({ stage }: Part): readonly string[] => stage?.organizationalUnits ?? ['$ROOT'];

const sh = (...lines: readonly string[]): readonly string[] => ['```sh', ...lines, '```', ''];

function readme(parts: readonly Part[], regions: readonly string[]): string {
  const everywhere = [...new Set(parts.flatMap(({ stage }) => stage?.regions ?? regions))].sort().join(' ') || EVERY_REGION;
  return [
    ...preparation(parts, everywhere),
    '## As one stack',
    '',
    'The organization directory, the StackSets and the policies, attached. Fill in `parameters.json` first.',
    '',
    ...sh(
      'aws cloudformation create-stack --stack-name perimeter-organization --template-url $URL/organization.template.json \\',
      '  --parameters file://parameters.json --capabilities CAPABILITY_NAMED_IAM',
    ),
    'Then [the management account](#the-management-account).',
    '',
    '## Or piece by piece',
    '',
    'The organization directory first: without it, nobody can be told to be foreign whom the configuration does not name, and nothing that lets them in is undone.',
    '',
    ...sh(`aws cloudformation create-stack --stack-name perimeter-directory --template-body file://${DIRECTORY} --capabilities CAPABILITY_NAMED_IAM`),
    'The StackSets; a delegated administrator adds `--call-as DELEGATED_ADMIN` to each command:',
    '',
    ...sh(...parts.flatMap((part) => makingStackSet(part, regions))),
    'The policies, once `perimeter scp test` shows that nobody is refused who should not be:',
    '',
    ...sh(...parts.flatMap(attachingPolicies)),
    '## The management account',
    '',
    'StackSets pass over it.',
    '',
    ...sh(
      `for region in ${everywhere}; do`,
      '  aws cloudformation create-stack --region $region --stack-name perimeter-member --template-url $URL/member.template.json --capabilities CAPABILITY_NAMED_IAM',
      'done',
    ),
    ...aboutEndpoints(parts),
    '`deployment.json` says what goes where, for machines.',
    '',
  ].join('\n');
}

function preparation(parts: readonly Part[], everywhere: string): readonly string[] {
  const isStaged = parts.some(({ stage }) => stage);
  return [
    '# Perimeter: templates and policies',
    '',
    'Made by `perimeter export cloudformation` from the configuration; change that and export again, not these files. Run everything in this folder, in the',
    'management account and the Region of AWS Organizations (us-east-1 in the partition `aws`), where the bucket has to be too.',
    '',
    ...sh(
      // The second is for the first version of the AWS CLI.
      'export AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1',
      'BUCKET=name-of-your-bucket',
      ...(isStaged ? [] : ["ROOT=$(aws organizations list-roots --query 'Roots[0].Id' --output text)"]),
      ...(everywhere === EVERY_REGION ? ['REGIONS=(eu-west-1 us-east-1)'] : []),
      'URL=https://$BUCKET.s3.$AWS_REGION.amazonaws.com',
      'for template in *.template.json; do aws s3 cp $template s3://$BUCKET/; done',
    ),
  ];
}

function makingStackSet(part: Part, regions: readonly string[]): readonly string[] {
  const places = (part.stage?.regions ?? regions).join(' ') || EVERY_REGION;
  return [
    `aws cloudformation create-stack-set --stack-set-name ${part.name} --template-url $URL/${templateOf(part.stage?.name)} \\`,
    '  --permission-model SERVICE_MANAGED --auto-deployment Enabled=true,RetainStacksOnAccountRemoval=false --capabilities CAPABILITY_NAMED_IAM',
    `aws cloudformation create-stack-instances --stack-set-name ${part.name} --regions ${places} \\`,
    `  --deployment-targets OrganizationalUnitIds=${unitsOf(part).join(',')} --operation-preferences FailureTolerancePercentage=10,MaxConcurrentPercentage=25`,
  ];
}

const attachingPolicies = (part: Part): readonly string[] =>
  part.attached.flatMap((policy) => [
    `POLICY=$(aws organizations create-policy --type ${policyType(policy)} --name ${policyName(policy, part.stage)} --description Perimeter \\`,
    `  --content file://${policyFile(policy, part)} --query Policy.PolicySummary.Id --output text)`,
    ...unitsOf(part).map((unit) => `aws organizations attach-policy --policy-id $POLICY --target-id ${unit}`),
  ]);

function aboutEndpoints(parts: readonly Part[]): readonly string[] {
  const files = new Set(parts.flatMap((part) => part.endpoints.map((policy) => policyFile(policy, part))));
  if (files.size === 0) return [];
  return [
    '## VPC endpoints',
    '',
    `The policies of the VPC endpoints for ECR and its layers (${[...files].join(', ')}) belong to the endpoints of each VPC.`,
    '',
  ];
}
