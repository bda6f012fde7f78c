/** The proactive layer of a guardrail: its function, and the two hooks that ask it. */
import { CfnResource } from 'aws-cdk-lib';
import { CfnLambdaHook } from 'aws-cdk-lib/aws-cloudformation';
import { CfnRole } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { GuardrailConfiguration } from '../core/configuration';
import type { AnyGuardrail } from '../core/guardrail';
import { HOOK_LIMITS } from '../handlers/limits';
import { InlineFunction, type InlineFunctionProps } from './function';
import { allow, policyOf, trustOf } from './grants';
import { hookName, OWN_STACKS, pascal, roleName } from './names';
import { conditionOf, HOOKS } from './partitions';

interface HookProps extends Pick<InlineFunctionProps, 'code' | 'logRetentionDays' | 'grants'> {
  readonly guardrail: AnyGuardrail;
  readonly mode: GuardrailConfiguration['mode'];
}

export class Hook extends Construct {
  constructor(scope: Construct, id: string, { guardrail, mode, ...code }: HookProps) {
    super(scope, id);
    const name = hookName(guardrail.id);
    const description = `Perimeter, ${guardrail.title}: answers CloudFormation whether a resource may be deployed`;
    const asked = new InlineFunction(this, 'Asked', { name, description, limits: HOOK_LIMITS, serves: HOOKS, ...code });
    const role = new CfnRole(this, 'Role', {
      roleName: roleName(`${name}-execution`),
      description: `Lets CloudFormation ask ${name}`,
      // https://docs.aws.amazon.com/cloudformation-cli/latest/hooks-userguide/lambda-hooks-prepare-to-create-hook.html
      assumeRolePolicyDocument: trustOf('hooks.cloudformation.amazonaws.com'),
      policies: [{ policyName: 'ask', policyDocument: policyOf(allow(['lambda:InvokeFunction'], asked.arn)) }],
    });
    const common = {
      executionRole: role.attrArn,
      lambdaFunction: asked.arn,
      failureMode: mode === 'enforce' ? 'FAIL' : 'WARN',
      hookStatus: 'ENABLED',
    };
    // By what they refer to, they are made last and removed first: a hook that cannot ask would stand in the way of everything.
    // Two, because the filters of stacks hold for stacks alone, and a hook with filters would see no call of Cloud Control.
    const ofStacks = new CfnLambdaHook(this, 'Stacks', {
      ...common,
      alias: `Perimeter::${pascal(guardrail.id)}::Stacks`,
      targetOperations: ['RESOURCE'],
      stackFilters: { filteringCriteria: 'ALL', stackNames: { exclude: [...OWN_STACKS] } },
    });
    const ofCloudControl = new CfnLambdaHook(this, 'CloudControl', {
      ...common,
      alias: `Perimeter::${pascal(guardrail.id)}::CloudControl`,
      targetOperations: ['CLOUD_CONTROL'],
    });
    for (const hook of [ofStacks, ofCloudControl]) {
      // The typed property takes one target for each action and type alone; AWS takes this shorter form too.
      hook.addPropertyOverride('TargetFilters', {
        Actions: ['CREATE', 'UPDATE'],
        InvocationPoints: ['PRE_PROVISION'],
        TargetNames: guardrail.resources.filter((type) => !type.startsWith('AWS::Serverless::')),
      });
    }
    for (const made of this.node.findAll()) if (CfnResource.isCfnResource(made)) made.cfnOptions.condition = conditionOf(this, HOOKS);
  }
}
