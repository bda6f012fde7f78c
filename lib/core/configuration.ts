/** The configuration as the judge reads it: validated and normalised by `lib/config`, plain data in a handler. */
import type { Settings } from './guardrail';
import type { Trust } from './trust';
import type { Mode } from './verdict';

export interface GuardrailConfiguration {
  readonly mode: Mode;
  /** What a hook answers when nothing can be decided. */
  readonly undetermined: 'allow' | 'deny';
  /** What a hook answers for a violation that an update leaves as it was. */
  readonly existing: 'allow' | 'deny';
  readonly response: 'report' | 'undo' | 'quarantine' | 'revoke';
  readonly settings: Settings;
}

export interface Exemption {
  /** Guardrail ids. */
  readonly guardrails: readonly string[];
  /** ARN globs; `*` and `?` cross neither `:` nor `/`. */
  readonly resources: readonly string[];
  readonly reason: string;
  readonly owner?: string;
  /** `YYYY-MM-DD`; holds to the end of that day, UTC. */
  readonly expires: string;
}

export interface Configuration {
  readonly trust: Trust;
  /** Guardrails that the file names, by id. */
  readonly guardrails: { readonly [id: string]: GuardrailConfiguration };
  readonly exemptions: readonly Exemption[];
}

/** A guardrail that the configuration does not name: `off`, and judged only when it is asked for by name. */
export const UNNAMED: GuardrailConfiguration = { mode: 'off', undetermined: 'allow', existing: 'allow', response: 'undo', settings: {} };

export const configurationOf = (configuration: Configuration, id: string): GuardrailConfiguration =>
  (Object.hasOwn(configuration.guardrails, id) && configuration.guardrails[id]) || UNNAMED;
