/**
 * `AddLayerVersionPermission` has no condition key, so a policy cannot tell with whom a layer is shared.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html
 */
import { type GuardrailScp, type PolicyScope, type RenderedScp, renderDenials } from '../../core/scp';

export const scp: GuardrailScp = {
  render,
  sees: [
    {
      what: 'AddLayerVersionPermission, whoever is granted',
      scp: 'sees a part',
      others:
        'With `scp.denyLayerSharing: true` it refuses all of them but to spared principals, those that stay in the organization included. Otherwise it refuses none: hook and remediator tell whom a layer is shared with',
      codes: ['public-layer', 'untrusted-account', 'untrusted-organization', 'untrusted-principal'],
    },
    { what: 'Versions that were shared before', scp: 'cannot see', others: '`perimeter audit` and the sweep find them' },
  ],
  traps: [
    {
      trap: '`AddLayerVersionPermission` has no condition key at all',
      answer: 'a denial refuses every sharing, so it is a choice: `scp.denyLayerSharing`',
    },
    { trap: "A layer may be shared through CloudFormation, under the caller's own identity", answer: '`aws:ViaAWSService` is not spared' },
  ],
};

function render(scope: PolicyScope): RenderedScp {
  if (scope.scp.denyLayerSharing) {
    return renderDenials(scope, 'lambda', [{ sid: 'LambdaLayer', actions: ['lambda:AddLayerVersionPermission'], condition: {} }]);
  }
  return {
    statements: [],
    notes: ['no policy tells with whom a layer is shared: scp.denyLayerSharing refuses all sharing but to spared principals'],
  };
}
