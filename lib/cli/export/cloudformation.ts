/** Plain templates and policies, for StackSets by hand, for Terraform (`terraform/`) and for any other tool. */
import type { NamedPolicy } from '../../policies';
import { minified } from '../../policies/pack';
import { type Artefact, json, packed } from './artefact';
import { type Part, type Parts, templateOf } from './parts';

export function cloudFormation({ member, organization, parts, others }: Parts, regions: readonly string[]): readonly Artefact[] {
  return [
    { name: 'member.template.json', text: packed(member) },
    { name: 'organization.template.json', text: packed(organization) },
    { name: 'parameters.json', text: json(parametersOf(organization, regions)) },
    ...parts.flatMap(({ stage, template }) => (stage ? [{ name: templateOf(stage.name), text: packed(template) }] : [])),
    ...parts.flatMap((part) => part.scps.map((policy) => ({ name: policyFile(policy, part), text: minified(policy.document) }))),
    ...others.map((policy) => ({ name: policyFile(policy), text: minified(policy.document) })),
    { name: 'deployment.json', text: json(deploymentOf(parts, others, regions)) },
    { name: 'README.md', text: readme(parts, others, regions) },
  ];
}

/** `policies/perimeter-1.json`; of a stage, `policies/pilot.perimeter-1.json`; of another kind, `policies/ecr.rcp.json`. */
const policyFile = ({ name, kind }: NamedPolicy, part?: Part): string =>
  kind === 'scp' ? `policies/${part?.stage ? `${part.stage.name}.` : ''}${name}.json` : `policies/${name}.${kind}.json`;

/** Of the organization template, as `aws cloudformation` takes them. What only you know is left to be filled in. */
function parametersOf(organization: Parts['organization'], regions: readonly string[]) {
  const { Parameters = {} } = organization;
  const known: { readonly [name: string]: string } = { Regions: regions.join(',') };
  return Object.keys(Parameters ?? {}).map((ParameterKey) => ({ ParameterKey, ParameterValue: known[ParameterKey] || `FILL IN ${ParameterKey}` }));
}

/** What goes where, for machines: `terraform/` reads it. */
function deploymentOf(parts: readonly Part[], others: readonly NamedPolicy[], regions: readonly string[]) {
  return {
    stackSets: parts.map((part) => ({
      name: part.name,
      template: templateOf(part.stage?.name),
      organizationalUnits: part.stage?.organizationalUnits ?? [],
      regions: part.stage?.regions ?? regions,
      policies: part.scps.map((policy) => policyFile(policy, part)),
    })),
    resourceControlPolicies: others.filter(({ kind }) => kind === 'rcp').map((policy) => policyFile(policy)),
  };
}

function readme(parts: readonly Part[], others: readonly NamedPolicy[], regions: readonly string[]): string {
  const targets = ({ stage }: Part) => stage?.organizationalUnits.join(' ') ?? 'ROOT_ID';
  const places = ({ stage }: Part) => (stage?.regions ?? regions).join(' ') || 'REGIONS';
  const stackSets = parts.flatMap((part) => [
    `aws cloudformation create-stack-set --stack-set-name ${part.name} --template-url https://BUCKET.s3.us-east-1.amazonaws.com/${templateOf(part.stage?.name)} \\`,
    '  --permission-model SERVICE_MANAGED --auto-deployment Enabled=true,RetainStacksOnAccountRemoval=false --capabilities CAPABILITY_NAMED_IAM',
    `aws cloudformation create-stack-instances --stack-set-name ${part.name} --regions ${places(part)} \\`,
    `  --deployment-targets OrganizationalUnitIds=${targets(part).replaceAll(' ', ',')} --operation-preferences FailureTolerancePercentage=10,MaxConcurrentPercentage=25`,
  ]);
  const policies = parts.flatMap((part) =>
    part.scps.flatMap((policy) => [
      `aws organizations create-policy --type SERVICE_CONTROL_POLICY --name ${part.stage ? `${part.stage.name}-` : ''}${policy.name} --description Perimeter --content file://${policyFile(policy, part)}`,
      `# attach it to ${targets(part)}: aws organizations attach-policy --policy-id POLICY_ID --target-id TARGET`,
    ]),
  );
  const rcps = others.filter(({ kind }) => kind === 'rcp').map((policy) => policyFile(policy));
  const endpoints = others.filter(({ kind }) => kind === 'endpoint').map((policy) => policyFile(policy));
  return [
    '# Perimeter: templates and policies',
    '',
    'Made by `perimeter export cloudformation` from the configuration; change that and export again, not these files.',
    '',
    '1. Put the templates into a bucket in the Region of AWS Organizations (they are larger than what may be sent inline):',
    '',
    '```sh',
    'for template in *.template.json; do aws s3 cp "$template" s3://BUCKET/; done',
    '```',
    '',
    '2. Fill in `parameters.json`, and deploy the organization directory, the StackSets and the policies as one stack, in the management account and the Region of AWS Organizations (us-east-1):',
    '',
    '```sh',
    'aws cloudformation create-stack --stack-name perimeter-organization --template-url https://BUCKET.s3.us-east-1.amazonaws.com/organization.template.json \\',
    '  --parameters file://parameters.json --capabilities CAPABILITY_NAMED_IAM --region us-east-1',
    '```',
    '',
    '3. StackSets pass over the management account. There, in each Region:',
    '',
    '```sh',
    'aws cloudformation create-stack --stack-name perimeter-member --template-url https://BUCKET.s3.us-east-1.amazonaws.com/member.template.json --capabilities CAPABILITY_NAMED_IAM',
    '```',
    '',
    'Or piece by piece instead of 2: the StackSets, from the management account or a delegated administrator (then with `--call-as DELEGATED_ADMIN`),',
    '',
    '```sh',
    ...stackSets,
    '```',
    '',
    'and the service control policies, once `perimeter scp test` shows that nobody is refused who should not be:',
    '',
    '```sh',
    ...policies,
    '```',
    ...(rcps.length > 0 ? ['', `Attach the resource control policy (${rcps.join(', ')}) likewise, with \`--type RESOURCE_CONTROL_POLICY\`.`] : []),
    ...(endpoints.length > 0 ? ['', `The policies of VPC endpoints (${endpoints.join(', ')}) belong to the endpoints of each VPC.`] : []),
    '',
    '`deployment.json` says what goes where, for machines.',
    '',
  ].join('\n');
}
