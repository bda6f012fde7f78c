/** Terraform's AWS provider: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/lambda_permission */
import type { TerraformMapping } from '../../core/guardrail';
import { isHole, type Value } from '../../core/value';

type Properties = { readonly [name: string]: Value };

/** Only what is given: Terraform writes null for an argument that is absent. */
const given = (properties: { readonly [name: string]: Value | undefined }): Properties =>
  Object.fromEntries(
    Object.entries(properties).filter((entry): entry is [string, Value] => entry[1] !== undefined && entry[1] !== null && entry[1] !== ''),
  );

/** An ARN wins over a name; beside a function that is made in the same plan both may be unknown. */
const functionOf = (attributes: Properties): Value | undefined => {
  const name = attributes.function_name;
  return isHole(name) && typeof attributes.qualifier === 'string' && isHole(attributes.qualifier) ? name : qualified(name, attributes.qualifier);
};

const qualified = (name: Value | undefined, qualifier: Value | undefined): Value | undefined =>
  typeof name === 'string' && typeof qualifier === 'string' && qualifier !== '' ? `${name}:${qualifier}` : name;

export const terraform: { readonly [type: string]: TerraformMapping } = {
  aws_lambda_permission: (attributes) => ({
    type: 'AWS::Lambda::Permission',
    properties: given({
      FunctionName: functionOf(attributes),
      Action: attributes.action,
      Principal: attributes.principal,
      PrincipalOrgID: attributes.principal_org_id,
      SourceAccount: attributes.source_account,
      SourceArn: attributes.source_arn,
      FunctionUrlAuthType: attributes.function_url_auth_type,
      InvokedViaFunctionUrl: attributes.invoked_via_function_url,
      EventSourceToken: attributes.event_source_token,
    }),
  }),
  // https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/lambda_resource_policy
  aws_lambda_resource_policy: (attributes) => ({
    type: 'AWS::Lambda::ResourcePolicy',
    properties: given({ ResourceArn: attributes.resource_arn, PolicyDocument: attributes.policy }),
  }),
  aws_lambda_function_url: (attributes) => ({
    type: 'AWS::Lambda::Url',
    properties: given({
      TargetFunctionArn: attributes.function_name,
      Qualifier: attributes.qualifier,
      AuthType: attributes.authorization_type,
    }),
  }),
};
