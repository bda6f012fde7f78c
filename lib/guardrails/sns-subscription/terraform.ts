/** Terraform resources of the AWS provider as the CloudFormation resources that they make. */
import type { TerraformMapping } from '../../core/guardrail';
import { hasHole, isHole, OWN_ACCOUNT, OWN_PARTITION, OWN_REGION, type Value } from '../../core/value';
import { SUBSCRIPTION, TOPIC, TOPIC_INLINE_POLICY, TOPIC_POLICY } from './facts';

type Attributes = { readonly [name: string]: Value };

/** The attributes that are given, under their CloudFormation names. */
const renamed = (attributes: Attributes, names: { readonly [attribute: string]: string }): Attributes =>
  Object.fromEntries(
    Object.entries(names).flatMap(([attribute, name]) => {
      const value = Object.hasOwn(attributes, attribute) ? attributes[attribute] : undefined;
      return value === undefined || value === null || value === '' ? [] : [[name, value] as const];
    }),
  );

/** https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/sns_topic */
const topic: TerraformMapping = (attributes, { isGiven }) => {
  const named = renamed(attributes, { name: 'TopicName', arn: 'TopicArn', policy: 'PolicyDocument' });
  // Where none is given, AWS fills in its own, which lets nobody else subscribe.
  const isDefault = isHole(named.PolicyDocument) && isGiven('policy') === false;
  if (named.PolicyDocument === undefined || isDefault) return { type: TOPIC, properties: renamed(attributes, { name: 'TopicName' }) };
  const { TopicName, TopicArn } = named;
  const known = typeof TopicArn === 'string' && !hasHole(TopicArn);
  const ofName = typeof TopicName === 'string' ? `arn:${OWN_PARTITION}:sns:${OWN_REGION}:${OWN_ACCOUNT}:${TopicName}` : undefined;
  const arn = known ? TopicArn : (ofName ?? TopicArn);
  return { type: TOPIC_INLINE_POLICY, properties: { ...(arn !== undefined && { TopicArn: arn }), PolicyDocument: named.PolicyDocument } };
};

export const terraform: { readonly [type: string]: TerraformMapping } = {
  /** https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/sns_topic_subscription */
  aws_sns_topic_subscription: (attributes) => ({
    type: SUBSCRIPTION,
    properties: renamed(attributes, { topic_arn: 'TopicArn', protocol: 'Protocol', endpoint: 'Endpoint', redrive_policy: 'RedrivePolicy' }),
  }),
  /** https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/sns_topic_policy */
  aws_sns_topic_policy: (attributes) => {
    const { arn, ...rest } = renamed(attributes, { arn: 'arn', policy: 'PolicyDocument' });
    return { type: TOPIC_POLICY, properties: { ...rest, ...(arn !== undefined && { Topics: [arn] }) } };
  },
  aws_sns_topic: topic,
};
