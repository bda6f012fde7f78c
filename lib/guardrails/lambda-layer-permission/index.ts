import { defineGuardrail } from '../../core/guardrail';
import { asText } from '../../core/value';
import { closes, fromRecord, fromResource } from './facts';
import { inventory } from './inventory';
import { facts, reads } from './live';
import { plan } from './plan';
import { evaluate } from './rule';
import { scp } from './scp';

const SOURCE = 'lambda.amazonaws.com';
const PAGE = 'https://docs.aws.amazon.com/lambda/latest/dg/permissions-layer-cross-account.html';

export default defineGuardrail({
  id: 'lambda-layer-permission',
  title: 'Lambda layer sharing',
  summary:
    'A layer version that is shared hands its code to whoever may use it, and the copies in functions that were built with it stay. Only the organization, its accounts and trusted third parties may be granted.',
  resources: ['AWS::Lambda::LayerVersionPermission'],
  events: [
    { source: SOURCE, name: 'AddLayerVersionPermission', effect: 'judge' },
    { source: SOURCE, name: 'RemoveLayerVersionPermission', effect: 'close' },
    { source: SOURCE, name: 'DeleteLayerVersion', effect: 'close' },
  ],
  codes: {
    'public-layer': { meaning: 'every AWS account may use the layer version', source: PAGE },
    'untrusted-account': { meaning: 'an account that is neither in the organization nor trusted may use the layer version', source: PAGE },
    'untrusted-organization': { meaning: 'the accounts of an organization that is not trusted may use the layer version', source: PAGE },
    'untrusted-principal': {
      meaning: 'the layer version is granted to a principal that names no account that can be known',
      source: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html',
    },
  },
  options: {},
  calls: {
    reads: ['lambda:GetLayerVersionPolicy'],
    lists: ['lambda:ListLayers', 'lambda:ListLayerVersions'],
    undo: ['lambda:RemoveLayerVersionPermission'],
  },
  terraform: {
    // https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/lambda_layer_version_permission
    aws_lambda_layer_version_permission: (attributes) => ({
      type: 'AWS::Lambda::LayerVersionPermission',
      properties: {
        LayerVersionArn: [asText(attributes.layer_name), asText(attributes.version_number)].filter((part) => part !== undefined).join(':'),
        Action: attributes.action ?? null,
        Principal: attributes.principal ?? null,
        OrganizationId: attributes.organization_id === '' ? null : (attributes.organization_id ?? null),
      },
    }),
  },
  fromResource,
  fromRecord,
  evaluate,
  live: { reads, facts, inventory },
  closes,
  plan,
  scp,
});
