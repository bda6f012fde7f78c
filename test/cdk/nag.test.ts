/** cdk-nag's AwsSolutions rules over every stack: what they find is named here with the reason why it stays, and nothing else may be found. */
import { App } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { deploy } from '../../lib/cdk/app';
import type { WholeConfiguration } from '../../lib/core/configuration';
import { BUNDLES, example } from './support';

const HERE = '<AWS::Region>:<AWS::AccountId>';
const resource = (rest: string): string => `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:${rest}]`;

/** `*` in the pattern of a rule: a name of ours. */
const REASONS: readonly { readonly rule: string; readonly where: RegExp; readonly reason: string }[] = [
  {
    rule: 'AwsSolutions-S1',
    where: /^perimeter-directory\/Bucket$/,
    reason: 'one object with account ids, read by every hook that meets a new account: a log of that would be larger than all else and is billed',
  },
  {
    rule: resource(`logs:${HERE}:log-group:/aws/lambda/*:log-stream:*`),
    where: /\/(?:Acting|Asked|Writer)\/Role$/,
    reason: "the streams of the function's own group, which Lambda names",
  },
  {
    rule: resource(`logs:${HERE}:log-group:perimeter-undo:log-stream:*`),
    where: /Remediator\/Acting\/Role$/,
    reason: 'a stream for each day, in the undo log alone',
  },
  {
    rule: resource(`logs:${HERE}:log-group:perimeter-undo:*`),
    where: /Remediator\/Acting\/Role$/,
    reason: 'what AWS calls the group itself in a policy for FilterLogEvents',
  },
  {
    rule: 'AwsSolutions-IAM5[Resource::*]',
    where: /^perimeter-directory\/Writer\/Role$|Remediator\/Acting\/Role$/,
    reason: 'AWS lets no policy name the resources of these: lists, ec2:Describe*, the registry-wide calls of ECR',
  },
  { rule: resource(`lambda:${HERE}:function:*`), where: /Lambda(?:Permission|Vpc)Remediator/, reason: 'any function of the account may violate' },
  { rule: resource(`lambda:${HERE}:layer:*:*`), where: /LambdaLayerPermissionRemediator/, reason: 'any layer of the account may violate' },
  { rule: resource(`lambda:${HERE}:capacity-provider:*`), where: /LambdaVpcRemediator/, reason: 'read alone: any function may run on one' },
  { rule: resource(`lambda:${HERE}:network-connector:*`), where: /LambdaVpcRemediator/, reason: 'read alone: any function may use one' },
  { rule: resource(`lambda:${HERE}:web-function/*`), where: /LambdaVpcRemediator/, reason: 'read alone: any web function may violate' },
  { rule: resource(`sns:${HERE}:*`), where: /SnsSubscriptionRemediator/, reason: 'any topic of the account may violate' },
  { rule: resource(`ecr:${HERE}:repository/*`), where: /EcrLayerAccessRemediator/, reason: 'any repository of the account may violate' },
  {
    rule: resource(`scheduler:${HERE}:schedule/perimeter/perimeter-*`),
    where: /Remediator\/Acting\/Role$/,
    reason: 'a schedule for each later look, and for what a sweep leaves over, of a name of its own, in the group that is ours',
  },
  {
    rule: resource(`lambda:${HERE}:function:perimeter-*-remediator`),
    where: /^perimeter-member\/LookAgain$/,
    reason: 'one role by which schedules start any remediator: names that the tamper protection reserves',
  },
  {
    rule: resource(`sqs:${HERE}:perimeter-*-failed`),
    where: /^perimeter-member\/LookAgain$/,
    reason: 'and leave what they could not deliver: the queue of that remediator',
  },
];

/** Rule and construct, of all that is found. */
function found(configuration: WholeConfiguration): readonly { readonly rule: string; readonly path: string }[] {
  const app = new App({ analyticsReporting: false });
  deploy(app, configuration, { bundles: BUNDLES });
  const { violations } = new AwsSolutionsChecks(app).validateScope(app);
  return violations.flatMap(({ ruleName, violatingResources }) =>
    violatingResources.map(({ constructPath }) => ({ rule: ruleName, path: constructPath ?? '' })),
  );
}

const isOf = (pattern: string, rule: string): boolean =>
  new RegExp(
    `^${pattern
      .split('*')
      .map((part) => part.replace(/[.[\]()?+^$|\\]/g, '\\$&'))
      .join('[^:]*')}$`,
  ).test(rule);

it('finds nothing that has no reason, and every reason is needed', () => {
  const all = found({ ...example(), deployment: { logRetentionDays: 30, alarms: true, dashboard: true } });

  const unexplained = all.filter(({ rule, path }) => !REASONS.some((each) => isOf(each.rule, rule) && each.where.test(path)));
  expect(unexplained).toEqual([]);

  const idle = REASONS.filter((each) => !all.some(({ rule, path }) => isOf(each.rule, rule) && each.where.test(path)));
  expect(idle).toEqual([]);
});
