/** What is allowed in the file and yet worth a word. */
import { WARNING_DAYS } from '../core/exemption';
import type { AnyGuardrail } from '../core/guardrail';
import type { ConfigurationDocument } from './document';
import type { Path } from './problem';

interface Warning {
  readonly path: Path;
  readonly message: string;
}

export function warningsOf(document: ConfigurationDocument, registry: readonly AnyGuardrail[], today: string | undefined): readonly Warning[] {
  return [...idle(document), ...openNetworks(document, registry), ...strange(document, registry), ...ending(document, today), ...matchless(document)];
}

function idle({ guardrails, rollout }: ConfigurationDocument): readonly Warning[] {
  const modes = [...Object.values(guardrails).map(({ mode }) => mode), ...rollout.flatMap(({ modes = {} }) => Object.values(modes))];
  return modes.some((mode) => mode !== undefined && mode !== 'off')
    ? []
    : [{ path: ['guardrails'], message: 'no guardrail is on, so nothing is judged: give one `mode: observe`' }];
}

function openNetworks({ guardrails }: ConfigurationDocument, registry: readonly AnyGuardrail[]): readonly Warning[] {
  return Object.entries(guardrails).flatMap(([id, { settings }]) => {
    const options = registry.find((guardrail) => guardrail.id === id)?.options ?? {};
    return Object.entries(settings).flatMap(([name, entries = []]) => {
      if (options[name]?.format !== 'cidr') return [];
      return entries.flatMap((entry, index) =>
        entry.endsWith('/0')
          ? [
              {
                path: ['guardrails', id, name, index],
                message: `${entry} is every address, so the list restricts nothing: remove it, or name your own networks`,
              },
            ]
          : [],
      );
    });
  });
}

/** A response of another guardrail is taken for `undo`. */
function strange({ guardrails }: ConfigurationDocument, registry: readonly AnyGuardrail[]): readonly Warning[] {
  return Object.entries(guardrails).flatMap(([id, { response }]) => {
    if (response !== 'quarantine' && response !== 'revoke') return [];
    if (registry.some((guardrail) => guardrail.id === id && guardrail.calls[response])) return [];
    const others = registry.filter(({ calls }) => calls[response]).map((guardrail) => guardrail.id);
    const message = `${response} is for ${others.join(', ')} alone, and is taken for undo here: write undo or report`;
    return [{ path: ['guardrails', id, 'response'], message }];
  });
}

/** An exemption that has ended is no error: a build must not break on a date. */
function ending({ exemptions }: ConfigurationDocument, today: string | undefined): readonly Warning[] {
  if (today === undefined) return [];
  return exemptions.flatMap(({ expires, owner }, index) => {
    const days = Math.round((Date.parse(expires) - Date.parse(today)) / 86_400_000);
    if (days > WARNING_DAYS) return [];
    const whom = owner === undefined ? '' : `, owned by ${owner},`;
    const when =
      days < 0
        ? `ended on ${expires} and excuses nothing`
        : days === 0
          ? 'ends today'
          : days === 1
            ? `ends tomorrow (${expires})`
            : `ends in ${days} days (${expires})`;
    return [
      { path: ['exemptions', index, 'expires'], message: `the exemption${whom} ${when}: ${days < 0 ? 'remove or renew it' : 'renew it in time'}` },
    ];
  });
}

/** A wildcard does not cross `:`, so a pattern with too few fields would excuse nothing: https://docs.aws.amazon.com/lambda/latest/dg/lambda-api-permissions-ref.html */
function matchless({ exemptions }: ConfigurationDocument): readonly Warning[] {
  return exemptions.flatMap(({ resources }, index) =>
    resources.flatMap((resource, place) => {
      const proposal = complete(resource.split(':'));
      if (proposal === undefined) return [];
      const message = `${resource} matches nothing, for * does not cross a colon: did you mean ${proposal}?`;
      return [{ path: ['exemptions', index, 'resources', place], message }];
    }),
  );
}

/** The pattern that was probably meant; undefined where the fields are all there. */
function complete(fields: readonly string[]): string | undefined {
  if (fields.length < 6 || /^[a-z]/.test(fields[4] ?? '')) {
    const [, partition = '*', service = '*'] = fields;
    return ['arn', partition, service, '*', '*', service === 'lambda' ? `function:${fields.at(-1)}` : fields.at(-1)].join(':');
  }
  return fields[2] === 'lambda' && fields.length === 6 ? [...fields.slice(0, 5), 'function', fields[5]].join(':') : undefined;
}
