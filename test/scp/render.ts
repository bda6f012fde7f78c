/** A guardrail's policy as the whole configuration renders it. */
import type { WholeConfiguration } from '../../lib/core/configuration';
import type { AnyGuardrail } from '../../lib/core/guardrail';
import type { RenderedScp } from '../../lib/core/scp';

export function renderedFor(guardrail: AnyGuardrail, { trust, guardrails: sections, spared, exemptions, scp }: WholeConfiguration): RenderedScp {
  if (!guardrail.scp) throw new Error(`${guardrail.id} has no policy`);
  return guardrail.scp.render({
    trust,
    settings: sections[guardrail.id]?.settings ?? {},
    spared,
    exemptions: exemptions.filter((exemption) => exemption.guardrails.includes(guardrail.id)),
    scp,
  });
}
