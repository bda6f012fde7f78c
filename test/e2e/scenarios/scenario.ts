/** One way in which something leaves: made with the real SDK, beside something innocent that has to stay. */
import type { GuardrailConfiguration } from '../../../lib/core/configuration';
import type { Value } from '../../../lib/core/value';
import type { Mode } from '../../../lib/core/verdict';
import type { Surroundings } from '../../../lib/handlers/settings';
import type { Invocation } from '../bundle';
import { callerOf, configurationIn, eventOf, MEMBER, type Stage } from '../organization';

export interface Scenario {
  readonly guardrail: string;
  readonly name: string;
  /** `undo` where absent. */
  readonly response?: GuardrailConfiguration['response'];
  readonly surroundings?: (stage: Stage) => Promise<Surroundings>;
  /** The lists of its guardrail, besides those of the organization. */
  readonly settings?: (stage: Stage) => Promise<GuardrailConfiguration['settings']>;
  /** Makes both, by the real API; answers the event of the violation. */
  readonly make: (stage: Stage) => Promise<Value>;
  /** No event tells of it: a sweep finds it, and its event comes afterwards. */
  readonly isSwept?: true;
  /** So many calls of a run, and its time is as good as over. */
  readonly callsInTime?: number;
  /** The older event that follows takes another way, and meets no fault of its own. */
  readonly isFollowedByAnother?: true;
  /** What the function is handed for an event: the event itself where absent. */
  readonly hand?: (stage: Stage, event: Value) => Promise<Value>;
  /** Is there something that the function has to be started for once more, though it did not fail? Resolves when that makes sense. */
  readonly isLeft?: (stage: Stage) => Promise<boolean>;
  /** What is there, by name: `innocent` has to stay, `violating` to go. */
  readonly state: (stage: Stage) => Promise<readonly string[]>;
  /** The owner takes it back himself. */
  readonly correct: (stage: Stage) => Promise<void>;
  /** The owner adds something innocent to it, `touched`. */
  readonly touch?: (stage: Stage) => Promise<void>;
  /** AWS compares a revision, so that what is changed between read and write is not written over. */
  readonly isGuarded?: true;
  /** How it ends where nothing fails; `closed`: the violation was mended, and its finding is closed. */
  readonly ends: 'undone' | 'contained' | 'reported' | 'closed';
  /** The call that undoes, or contains. */
  readonly undo?: `${string}:${string}`;
  /** What was removed may come back for a while, so its finding stays open. */
  readonly mayComeBack?: true;
}

/** How the function of a scenario is deployed and where it runs, unless `environment` says otherwise. */
export async function invocationOf(
  { guardrail, response = 'undo', surroundings, settings }: Scenario,
  stage: Stage,
  mode: Mode = 'enforce',
): Promise<Pick<Invocation, 'guardrail' | 'configuration' | 'surroundings' | 'environment'>> {
  const { trust, guardrails, exemptions } = configurationIn(mode);
  const own = guardrails[guardrail];
  if (!own) throw new Error(`${guardrail} is not configured`);
  return {
    guardrail,
    configuration: {
      trust: { ...trust, accountIds: new Set([stage.own, MEMBER]) },
      guardrails: { ...guardrails, [guardrail]: { ...own, response, settings: { ...own.settings, ...(await settings?.(stage)) } } },
      exemptions,
    },
    environment: stage.api.environment(callerOf(stage)),
    ...(surroundings && { surroundings: await surroundings(stage) }),
  };
}

export const handed = async ({ hand }: Scenario, stage: Stage, event: Value): Promise<Value> => (hand ? hand(stage, event) : event);

/** The event of a call that was made in this account. */
export const eventAt = (
  { own }: Stage,
  ...[source, name, request, response = null, more = {}]: Parameters<typeof eventOf>
): ReturnType<typeof eventOf> => eventOf(source, name, request, response, more, own);

export const statement = (Sid: string, account: string, more: { readonly [name: string]: Value }) => ({
  Sid,
  Effect: 'Allow',
  Principal: { AWS: `arn:aws:iam::${account}:root` },
  ...more,
});

export const documentOf = (...Statement: readonly Value[]): string => JSON.stringify({ Version: '2012-10-17', Statement });

/** What AWS answers; undefined where it says that there is nothing. */
export async function ifThere<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Error && /NotFound|NoSuchEntity/.test(error.name)) return undefined;
    throw error;
  }
}

/** The Sids of a policy; none where AWS says that there is no policy. */
export async function sidsOf(policy: Promise<string | undefined>): Promise<readonly string[]> {
  const { Statement } = JSON.parse((await ifThere(policy)) || '{"Statement":[]}');
  return Statement.map(({ Sid }: { Sid: string }) => Sid).sort();
}
