/** The organization stacks: what is deployed once, from the management account or a delegated administrator. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Annotations, CfnParameter, CfnStackSet, Stack, type StackProps } from 'aws-cdk-lib';
import { CfnPolicy } from 'aws-cdk-lib/aws-organizations';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import type { Construct } from 'constructs';
import type { Stage, WholeConfiguration } from '../core/configuration';
import { type MemberOptions, synthMember } from './member';
import { pascal } from './names';
import { attachedOf, policyName, policyType } from './policies';

/** The whole organization, where the configuration has no rollout: only the organization knows the id of its root. */
const rootOf = (scope: Construct): string =>
  new CfnParameter(scope, 'OrganizationRoot', {
    description: 'Id of the root of the organization: aws organizations list-roots',
    allowedPattern: '^r-[0-9a-z]{4,32}$',
    constraintDescription: 'it looks like r-ab12',
  }).valueAsString;

const stagesOf = ({ rollout }: WholeConfiguration): readonly (Stage | undefined)[] => (rollout.length > 0 ? rollout : [undefined]);

const label = (stage: Stage | undefined): string => (stage ? pascal(stage.name) : 'Everywhere');

/** Service and resource control policies with their targets: the management account, or a delegated administrator of policies. */
export class PoliciesStack extends Stack {
  constructor(scope: Construct, id: string, configuration: WholeConfiguration, props: StackProps = {}) {
    super(scope, id, { analyticsReporting: false, description: 'Perimeter: service and resource control policies', ...props });
    const root = configuration.rollout.length > 0 ? undefined : [rootOf(this)];
    for (const stage of stagesOf(configuration)) {
      const targetIds = root ?? [...(stage?.organizationalUnits ?? [])];
      for (const policy of attachedOf(configuration, stage)) {
        for (const text of policy.notes) Annotations.of(this).addInfo(`${policyName(policy, stage)}: ${text}`);
        new CfnPolicy(this, `${label(stage)}${policy.kind === 'rcp' ? 'Rcp' : 'Scp'}${pascal(policy.name)}`, {
          name: policyName(policy, stage),
          description: 'Perimeter, data perimeter guardrails',
          type: policyType(policy),
          content: policy.document,
          targetIds,
        });
      }
    }
  }
}

interface RolloutProps extends StackProps, Pick<MemberOptions, 'bundles'> {
  /** Deployed from an account that administers StackSets for the organization. */
  readonly delegated?: boolean;
}

/** One service-managed StackSet for each stage: accounts that come later get theirs by themselves. */
export class RolloutStack extends Stack {
  constructor(scope: Construct, id: string, configuration: WholeConfiguration, { bundles, delegated = false, ...props }: RolloutProps) {
    super(scope, id, { analyticsReporting: false, description: 'Perimeter: the member template, rolled out', ...props });
    const everywhere = configuration.rollout.length > 0 ? undefined : { root: rootOf(this), regions: this.regions() };
    for (const stage of stagesOf(configuration)) {
      const template = JSON.stringify(synthMember(configuration, { bundles, ...(stage && { stage }) }));
      new CfnStackSet(this, label(stage), {
        stackSetName: `perimeter-${stage?.name ?? 'member'}`,
        description: 'Perimeter, data perimeter guardrails',
        permissionModel: 'SERVICE_MANAGED',
        callAs: delegated ? 'DELEGATED_ADMIN' : 'SELF',
        capabilities: ['CAPABILITY_NAMED_IAM'],
        // No parameters: overrides would not reach the accounts that come later.
        autoDeployment: { enabled: true, retainStacksOnAccountRemoval: false },
        managedExecution: { Active: true },
        operationPreferences: { failureTolerancePercentage: 10, maxConcurrentPercentage: 25, regionConcurrencyType: 'PARALLEL' },
        stackInstancesGroup: [
          {
            deploymentTargets: { organizationalUnitIds: everywhere ? [everywhere.root] : [...(stage?.organizationalUnits ?? [])] },
            regions: everywhere?.regions ?? [...(stage?.regions ?? [])],
          },
        ],
        templateUrl: this.uploaded(`${label(stage)}Template`, template),
      });
    }
  }

  private regions(): string[] {
    return new CfnParameter(this, 'Regions', { type: 'CommaDelimitedList', description: 'Regions to deploy to: eu-west-1,us-east-1' }).valueAsList;
  }

  /** `TemplateBody` ends at 51,200 bytes, so the template goes to the bucket of the deployment. */
  private uploaded(id: string, template: string): string {
    const folder = mkdtempSync(join(tmpdir(), 'perimeter-template-'));
    try {
      const path = join(folder, 'member.template.json');
      writeFileSync(path, template);
      return new Asset(this, id, { path }).httpUrl;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}
