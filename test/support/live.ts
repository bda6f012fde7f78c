/** What the shell does between an event and a plan, without AWS: the reads, what they lead to, the facts as they are then. */
import { type CloudTrailRecord, decodeRecord, isRecordProblem } from '../../lib/core/cloudtrail';
import type { AnyGuardrail, Fact } from '../../lib/core/guardrail';
import { type Bench, judgeFacts } from '../../lib/core/judge';
import type { LiveAnswer } from '../../lib/core/live';
import type { Value } from '../../lib/core/value';
import type { Assessment, Call } from '../../lib/core/verdict';

type Output = Extract<LiveAnswer, { kind: 'found' }>['output'];

/** Operation and input, as JSON, to the output; what is not listed does not exist. */
export type Account = { readonly [call: string]: Output };

export const keyOf = (action: Call['action'], input: Call['input'] = {}): string => `${action} ${JSON.stringify(input)}`;

interface Look {
  readonly calls: readonly string[];
  readonly facts: readonly Fact[];
}

const ROUNDS = 3;

export function look({ live }: AnyGuardrail, fact: Fact, account: Account): Look {
  if (!live) throw new Error('the guardrail has nothing to look at');
  const calls: string[] = [];
  const answers: LiveAnswer[] = [];
  let wanted: readonly Call[] = live.reads(fact);
  for (let round = 0; round <= ROUNDS && wanted.length > 0; round += 1) {
    for (const { action, input } of wanted) {
      const key = keyOf(action, input);
      calls.push(key);
      const output = Object.hasOwn(account, key) ? account[key] : undefined;
      answers.push(output === undefined ? { kind: 'absent' } : { kind: 'found', output });
    }
    wanted = live.more?.(fact, answers) ?? [];
  }
  return { calls, facts: live.facts(fact, answers) };
}

interface Seen {
  readonly calls: readonly string[];
  readonly assessments: readonly Assessment[];
}

/** The assessments of what an event is about, as it is now. */
export function judgeNow(guardrail: AnyGuardrail, bench: Bench, raw: Value, account: Account): Seen {
  const looks = guardrail.fromRecord(recordOf(raw)).map((fact) => look(guardrail, fact, account));
  return {
    calls: looks.flatMap(({ calls }) => calls),
    assessments: judgeFacts(
      bench,
      guardrail,
      looks.flatMap(({ facts }) => facts),
    ),
  };
}

/** The assessments of what an event may have mended, for each resource that it names. */
export function judgeMended(guardrail: AnyGuardrail, bench: Bench, raw: Value, account: Account) {
  const facts = guardrail.closes?.(recordOf(raw)) ?? [];
  return facts.map((fact) => {
    const { calls, facts: now } = look(guardrail, fact, account);
    const verdicts = judgeFacts(bench, guardrail, now).map(({ resource, statement, verdict }) => [resource.id, statement, verdict].join(' ').trim());
    return { about: `${fact.resource.type} ${fact.resource.arn}`, calls, now: verdicts };
  });
}

export function recordOf(raw: Value): CloudTrailRecord {
  const record = decodeRecord(raw);
  if (isRecordProblem(record)) throw new Error(record.problem);
  return record;
}
