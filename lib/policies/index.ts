/** The policies that a configuration comes to: one for each guardrail, the tamper protection, and those around registries. */
import { configurationOf, type WholeConfiguration } from '../core/configuration';
import type { AnyGuardrail } from '../core/guardrail';
import type { PolicyDocument, PolicyKind, PolicyStatement } from '../core/policy';
import { fitsTarget } from './pack';
import { endpointPerimeter, layerBucket, registryPerimeter } from './registry';
import { tamperProtection } from './tamper';

export interface NamedPolicy {
  /** `lambda-permission`, `tamper-protection`; once packed, `perimeter-1`. */
  readonly name: string;
  readonly kind: PolicyKind;
  readonly document: PolicyDocument;
  /** What was lost or left open, in words. */
  readonly notes: readonly string[];
}

export const TAMPER_PROTECTION = 'tamper-protection';

/** The guardrail whose registries the RCP and the endpoint policies guard. */
const REGISTRY_GUARDRAIL = 'ecr-layer-access';

/**
 * Those of the guardrails that are given, whatever their modes; one that denies nothing under this configuration has none. Exemptions
 * with many ends may take more than a target has room for: then they hold until the policies are rendered again, and the notes say so.
 */
export function renderPolicies(configuration: WholeConfiguration, guardrails: readonly AnyGuardrail[]): readonly NamedPolicy[] {
  const policies = rendered(configuration, guardrails, false);
  return configuration.exemptions.length === 0 || fitsTarget(policies, configuration.scp) ? policies : rendered(configuration, guardrails, true);
}

function rendered(configuration: WholeConfiguration, guardrails: readonly AnyGuardrail[], isEndless: boolean): readonly NamedPolicy[] {
  return [
    ...guardrails.flatMap((guardrail) => guardrailPolicy(configuration, guardrail, isEndless)),
    policy(TAMPER_PROTECTION, 'scp', tamperProtection(configuration), lockOuts(configuration)),
    ...(guardrails.some(({ id }) => id === REGISTRY_GUARDRAIL) ? registryPolicies(configuration) : []),
  ];
}

/** What a guardrail denies nothing of, and why, in words; undefined: it has a policy. */
export function whyWithout(configuration: WholeConfiguration, guardrail: AnyGuardrail): string | undefined {
  const { statements, notes } = rendering(configuration, guardrail, false);
  if (statements.length > 0) return undefined;
  return notes.join('; ') || 'it denies nothing under this configuration';
}

function guardrailPolicy(configuration: WholeConfiguration, guardrail: AnyGuardrail, isEndless: boolean): readonly NamedPolicy[] {
  const { statements, notes } = rendering(configuration, guardrail, isEndless);
  return statements.length === 0 ? [] : [policy(guardrail.id, 'scp', statements, notes)];
}

function rendering(
  configuration: WholeConfiguration,
  { id, scp }: AnyGuardrail,
  isEndless: boolean,
): ReturnType<NonNullable<AnyGuardrail['scp']>['render']> {
  if (!scp) return { statements: [], notes: ['no policy can express it'] };
  return scp.render({
    trust: configuration.trust,
    settings: configurationOf(configuration, id).settings,
    spared: configuration.spared,
    exemptions: configuration.exemptions.filter(({ guardrails }) => guardrails.includes(id)),
    isEndless,
    scp: configuration.scp,
  });
}

const policy = (name: string, kind: PolicyKind, statements: readonly PolicyStatement[], notes: readonly string[]): NamedPolicy => ({
  name,
  kind,
  document: { Version: '2012-10-17', Statement: statements },
  notes,
});

function registryPolicies(configuration: WholeConfiguration): readonly NamedPolicy[] {
  const awsOwn = "images in AWS's own registries (EKS add-ons) are not reached through it: trust the account that AWS names for your Region";
  const noKey = 'nothing tells who asks for a layer, since ECR signs the URL: add the statement to the policy of the S3 endpoint';
  const deputies =
    'a service that says for which account it pulls, and not of which organization, is refused: AWS documents both keys together, so try it on one account first';
  return [
    policy('ecr', 'rcp', registryPerimeter(configuration), [deputies]),
    policy('ecr', 'endpoint', endpointPerimeter(configuration), [awsOwn]),
    policy('ecr-layer-bucket', 'endpoint', layerBucket(configuration), [noKey]),
  ];
}

/** Whom the tamper protection leaves without a way in. */
function lockOuts({ spared }: WholeConfiguration): readonly string[] {
  if (spared.principalArns.length > 0 || spared.principalTag) return [];
  return ['spared names nobody: in a member account only StackSets can change Perimeter; add spared.principalArns or spared.principalTag'];
}
