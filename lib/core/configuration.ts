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

/** Whom no policy denies: break-glass and deployment roles. */
export interface Spared {
  /** ARNs of roles and users; `*` and `?` stand for what they like. */
  readonly principalArns: readonly string[];
  readonly principalTag?: { readonly key: string; readonly value: string };
}

/** Quotas of the service control policies, and what they deny beyond the rules. */
export interface ScpSettings {
  readonly maxCharacters: number;
  readonly maxPoliciesPerTarget: number;
  readonly denyLayerSharing: boolean;
}

/** One step of the rollout. */
export interface Stage {
  readonly name: string;
  readonly organizationalUnits: readonly string[];
  readonly regions: readonly string[];
  /** By guardrail id, those that differ here. */
  readonly modes: { readonly [id: string]: Mode | undefined };
}

interface Deployment {
  readonly logRetentionDays: number;
  readonly alarms: boolean;
  readonly dashboard: boolean;
}

/** Everything that `perimeter.yaml` says: for policies and for the deployment. Handlers get a `Configuration`, cut to their guardrail. */
export interface WholeConfiguration extends Configuration {
  readonly spared: Spared;
  readonly scp: ScpSettings;
  /** In the order of the file; `[]`: everywhere, with the modes of the guardrails. */
  readonly rollout: readonly Stage[];
  readonly deployment: Deployment;
}

/** A guardrail that the configuration does not name: `off`, and judged only when it is asked for by name. */
const UNNAMED: GuardrailConfiguration = { mode: 'off', undetermined: 'allow', existing: 'allow', response: 'undo', settings: {} };

export const configurationOf = (configuration: Configuration, id: string): GuardrailConfiguration =>
  (Object.hasOwn(configuration.guardrails, id) && configuration.guardrails[id]) || UNNAMED;

/** The mode of the guardrail's section first, then those of the stages, as it or they say. */
export function modesOf(configuration: WholeConfiguration, id: string): readonly Mode[] {
  const { mode } = configurationOf(configuration, id);
  return [mode, ...configuration.rollout.map(({ modes }) => modes[id] ?? mode)];
}
