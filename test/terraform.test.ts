/** The Terraform module: its form, and the arguments that it gives. What it makes of an export is in test/cli/export. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..');

/**
 * Its provider cannot be had without the network, so what it takes is held against its documentation, version 6:
 * https://registry.terraform.io/providers/hashicorp/aws/latest/docs
 */
const PREFERENCES = ['failure_tolerance_percentage', 'max_concurrent_percentage', 'region_concurrency_type'].map(
  (name) => `operation_preferences.${name}`,
);
const DOCUMENTED: { readonly [type: string]: readonly string[] } = {
  aws_partition: [],
  aws_s3_bucket: ['bucket'],
  aws_s3_object: ['bucket', 'key', 'source'],
  aws_cloudformation_stack: ['name', 'region', 'capabilities', 'template_body', 'template_url'],
  aws_cloudformation_stack_set: [
    ...['name', 'description', 'permission_model', 'capabilities', 'template_url', 'managed_execution.active'],
    ...['auto_deployment.enabled', 'auto_deployment.retain_stacks_on_account_removal', ...PREFERENCES],
  ],
  aws_cloudformation_stack_instances: ['stack_set_name', 'regions', 'deployment_targets.organizational_unit_ids', ...PREFERENCES],
  aws_organizations_policy: ['name', 'description', 'type', 'content'],
  aws_organizations_policy_attachment: ['policy_id', 'target_id'],
};
/** Of Terraform itself. */
const META = ['for_each', 'depends_on', 'lifecycle.ignore_changes'];

it('terraform/ names the arguments that the provider documents, and the attributes that it exports', () => {
  const source = readFileSync(join(ROOT, 'terraform/main.tf'), 'utf8').replace(/^\s*#.*$/gm, '');
  const blocks = [...source.matchAll(/^(?:data|resource) "(\w+)" "\w+" (?:\{\}|\{\n([\s\S]*?)^\})/gm)];
  const used = blocks.flatMap(([, type = '', body = '']) => {
    const inner = [...body.matchAll(/^ {2}(\w+) \{\n([\s\S]*?)^ {2}\}/gm)].flatMap(([, block, lines = '']) =>
      [...lines.matchAll(/^ {4}(\w+) +=/gm)].map(([, name]) => `${block}.${name}`),
    );
    return [...[...body.matchAll(/^ {2}(\w+) +=/gm)].map(([, name = '']) => name), ...inner].map((name) => [type, name] as const);
  });

  expect(new Set(blocks.map(([, type]) => type))).toEqual(new Set(Object.keys(DOCUMENTED)));
  expect(used.filter(([type, name]) => !META.includes(name) && !DOCUMENTED[type]?.includes(name))).toEqual([]);
  expect(used.length).toBeGreaterThan(35);
  const read = [...source.matchAll(/\b(?:data\.)?aws_\w+\.\w+(?:\[[^\]]+\](?:\.key\])?)?\.(\w+)/g)].map(([, attribute]) => attribute);
  expect(new Set(read)).toEqual(new Set(['partition', 'bucket_regional_domain_name', 'key', 'name', 'id']));
});

// Where there is Terraform: nothing else needs it.
if (spawnSync('terraform', ['version']).status === 0) {
  it('terraform/ is formatted', () => {
    const env = { PATH: process.env.PATH, HOME: process.env.HOME, CHECKPOINT_DISABLE: 'true' };
    const argv = [`-chdir=${join(ROOT, 'terraform')}`, 'fmt', '-check', '-diff'];
    const { status, stdout, stderr } = spawnSync('terraform', argv, { encoding: 'utf8', env });

    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
  });
}
