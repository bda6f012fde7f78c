/** The names of what is deployed: reserved by the tamper policy, spared by the guardrails, and known to `perimeter undo`. */
import { Fn } from 'aws-cdk-lib';

export const hookName = (id: string): string => `perimeter-${id}-hook`;
export const remediatorName = (id: string): string => `perimeter-${id}-remediator`;
export const deadLetterName = (id: string): string => `perimeter-${id}-failed`;

export const ruleName = (id: string, readOnly: boolean): string => `perimeter-${id}-${readOnly ? 'reads' : 'changes'}`;

/** Where events wait that come by the thousand. */
export const queueName = (id: string): string => `perimeter-${id}-events`;

/** Schedules of later looks are kept in this group. */
export const SCHEDULE_GROUP = 'perimeter';

/** Our own stacks: made directly, and as CloudFormation names the instances of a StackSet (`StackSet-<name>-<id>`). */
export const OWN_STACKS: readonly string[] = ['perimeter-*', 'StackSet-perimeter-*'];

/** IAM is global and the template is deployed once in each Region, so the names of roles end in it. */
export const roleName = (name: string): string => Fn.sub(`${name}-\${AWS::Region}`);

/** `lambda-vpc` → `LambdaVpc` */
export const pascal = (id: string): string => id.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());

/** An ARN in the partition, Region and account of the stack. */
export const arnOf = (service: string, resource: string): string =>
  Fn.sub(`arn:\${AWS::Partition}:${service}:\${AWS::Region}:\${AWS::AccountId}:${resource}`);

/** An ARN of IAM, which has no Region; a role of ours ends in the one of the stack. */
export const roleArn = (name: string): string => Fn.sub(`arn:\${AWS::Partition}:iam::\${AWS::AccountId}:role/${name}-\${AWS::Region}`);

/** The role by which schedules start a remediator: for its sweep, the rest of one, and later looks. */
export const LOOK_AGAIN_ROLE = 'perimeter-look-again';
