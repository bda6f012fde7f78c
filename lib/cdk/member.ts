/** The member template: all of Perimeter that an account needs in a Region, in one file that needs nothing else. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Aws, BootstraplessSynthesizer, type CfnElement, Stack, type StackProps } from 'aws-cdk-lib';
import { CfnRole } from 'aws-cdk-lib/aws-iam';
import { CfnLogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import type { Construct } from 'constructs';
import { configurationOf, type Stage, type WholeConfiguration } from '../core/configuration';
import { DIRECTORY_KEY, directoryBucket } from '../core/directory';
import type { AnyGuardrail } from '../core/guardrail';
import type { Value } from '../core/value';
import { guardrails } from '../guardrails';
import type { Surroundings } from '../handlers/settings';
import { patternsFor } from '../patterns';
import { Watch } from './alarms';
import { Bundles } from './bundles';
import { directoryGrants, directoryRegion } from './directory-address';
import { allow, callsOf, grantsFor, policyOf, trustOf } from './grants';
import { Hook } from './hook';
import { arnOf, deadLetterName, LOOK_AGAIN_ROLE, pascal, remediatorName, roleArn, roleName, SCHEDULE_GROUP } from './names';
import { HOOKS, partitionIn } from './partitions';
import { Remediator } from './remediator';
import { checkSize } from './sizes';

export interface MemberOptions {
  /** The folder that holds `hooks/` and `lambda/`, as `npm run build` makes it. */
  readonly bundles: string;
  /** A step of the rollout: its modes go before those of the guardrails. */
  readonly stage?: Stage;
  /** `false`: no organization directory is deployed, and the list in the configuration decides. */
  readonly directory?: boolean;
}

export type Template = { readonly [section: string]: Value };

const UNDO_LOG_GROUP = 'perimeter-undo';
const UNDO_RETENTION_DAYS = 400;

/** The modes of a stage, put into the configuration. */
function configurationIn(configuration: WholeConfiguration, stage: Stage | undefined): WholeConfiguration {
  const modes = stage?.modes ?? {};
  const sections = Object.entries(configuration.guardrails).map(([id, section]) => [id, { ...section, mode: modes[id] ?? section.mode }]);
  return { ...configuration, guardrails: Object.fromEntries(sections) };
}

export class MemberStack extends Stack {
  constructor(scope: Construct, id: string, configuration: WholeConfiguration, options: MemberOptions & StackProps) {
    const { bundles, stage, directory: hasDirectory = true, ...props } = options;
    // CloudFormation counts what is sent, blanks too.
    super(scope, id, { synthesizer: new BootstraplessSynthesizer(), analyticsReporting: false, suppressTemplateIndentation: true, ...props });
    const staged = configurationIn(configuration, stage);
    const active = guardrails.filter((guardrail) => configurationOf(staged, guardrail.id).mode !== 'off');
    const partition = partitionIn([this.region, ...configuration.rollout.flatMap(({ regions }) => regions)]);
    const hasHooks = partition === undefined || !HOOKS.partitions.includes(partition);
    this.templateOptions.description = descriptionOf(staged, active, hasHooks ? '' : `; without hooks, which ${partition} does not have`);
    const directory =
      hasDirectory && active.length > 0 ? { bucket: directoryBucket(staged.trust), key: DIRECTORY_KEY, region: directoryRegion(this) } : undefined;
    const readsDirectory = hasDirectory ? directoryGrants(staged) : [];
    const { logRetentionDays, alarms, dashboard } = staged.deployment;
    const undoLog = new CfnLogGroup(this, 'UndoLog', { logGroupName: UNDO_LOG_GROUP, retentionInDays: UNDO_RETENTION_DAYS });
    const group = new CfnScheduleGroup(this, 'Schedules', { name: SCHEDULE_GROUP });

    const code = new Bundles(this, bundles, { configuration: staged, directory: directory ? { directory } : {} });
    const scheduler = ({ id: name }: AnyGuardrail): Surroundings => ({
      scheduler: { roleArn: roleArn(LOOK_AGAIN_ROLE), groupName: group.ref, deadLetterArn: arnOf('sqs', deadLetterName(name)) },
    });

    const remediators = active.map((guardrail) => {
      const remediator = new Remediator(this, `${pascal(guardrail.id)}Remediator`, {
        guardrail,
        patterns: patternsFor(guardrail, staged, { account: Aws.ACCOUNT_ID, partition: Aws.PARTITION }),
        code: (queueUrl) => code.remediator(guardrail.id, { ...scheduler(guardrail), ...(queueUrl !== undefined && { queueUrl }) }),
        grants: [...grantsFor(guardrail.id, callsOf(guardrail, staged)), ...readsDirectory],
        logRetentionDays,
      });
      // Nothing is undone before it can be recorded.
      for (const rule of remediator.rules) rule.addResourceDependency(undoLog);
      return { guardrail, remediator };
    });
    schedule(
      remediators.map(({ remediator }) => remediator),
      { scope: this, group: group.ref, undoLog },
    );
    for (const guardrail of hasHooks ? active : []) {
      new Hook(this, `${pascal(guardrail.id)}Hook`, {
        guardrail,
        mode: configurationOf(staged, guardrail.id).mode,
        code: code.hook(guardrail.id),
        grants: readsDirectory,
        logRetentionDays,
      });
    }
    if (alarms || dashboard) new Watch(this, 'Watch', { guardrails: active, alarms, dashboard });
  }

  /** Without the hash that keeps apart what could not be told apart here: shorter, and the same whoever reads it. */
  protected override allocateLogicalId({ node }: CfnElement): string {
    return node.scopes
      .slice(this.node.scopes.length)
      .map(({ node: { id } }) => id)
      .join('');
  }
}

/** EventBridge Scheduler starts the functions with one role: https://docs.aws.amazon.com/scheduler/latest/UserGuide/setting-up.html */
function schedule(
  remediators: readonly Remediator[],
  { scope, group, undoLog }: { readonly scope: Construct; readonly group: string; readonly undoLog: CfnLogGroup },
): void {
  if (remediators.length === 0) return;
  // By the names that are reserved for them, so that the role is the same whichever guardrails are on.
  const start = allow(['lambda:InvokeFunction'], arnOf('lambda', `function:${remediatorName('*')}`));
  const keep = allow(['sqs:SendMessage'], arnOf('sqs', deadLetterName('*')));
  const role = new CfnRole(scope, 'LookAgain', {
    roleName: roleName(LOOK_AGAIN_ROLE),
    description: 'Lets the schedules of Perimeter start a remediator',
    assumeRolePolicyDocument: trustOf('scheduler.amazonaws.com', { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } }),
    policies: [{ policyName: 'start', policyDocument: policyOf(start, keep) }],
  });
  // Nothing is undone before it can be recorded.
  for (const each of remediators.flatMap((remediator) => remediator.schedule(role, group))) each.addResourceDependency(undoLog);
}

function descriptionOf(configuration: WholeConfiguration, active: readonly AnyGuardrail[], lack: string): string {
  const modes = active.map(({ id }) => `${id} (${configurationOf(configuration, id).mode})`);
  return `Perimeter, data perimeter guardrails: ${modes.length > 0 ? modes.join(', ') : 'none is on'}${lack}`;
}

/** Throws `UsageError` where the template is larger than CloudFormation takes. */
export function synthMember(configuration: WholeConfiguration, options: MemberOptions): Template {
  return synthesised((app) => new MemberStack(app, 'perimeter-member', configuration, options));
}

/** What the CDK makes of a stack, without anything staying on the disk. */
export function synthesised(make: (app: App) => Stack): Template {
  const outdir = mkdtempSync(join(tmpdir(), 'perimeter-synth-'));
  try {
    // The CDK's own check of templates takes nine tenths of the time; `cdk synth` makes it.
    const app = new App({ outdir, analyticsReporting: false, builtinCloudFormationValidation: false });
    const { artifactId } = make(app);
    const template: Template = app.synth().getStackArtifact(artifactId).template;
    checkSize(artifactId, template);
    return template;
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}
