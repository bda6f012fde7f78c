/** Which violations an update leaves as they were: old resources can still be patched (`existing`). */
import type { Fact } from '../core/guardrail';
import { type Bench, type Decider, judgeFacts } from '../core/judge';
import { isList, isObject, type Value } from '../core/value';
import type { Assessment } from '../core/verdict';

/** Is it, with the same code, statement and content, in the facts of before too? */
export function leftAsItWas(
  bench: Bench,
  guardrail: Decider,
  facts: readonly Fact[],
  previous: readonly Fact[],
): (assessment: Assessment) => boolean {
  const now = contents(bench, guardrail, facts);
  const before = contents(bench, guardrail, previous);
  return (assessment) => {
    const key = keyOf(assessment);
    const known = before.get(key);
    return known !== undefined && [...(now.get(key) ?? [])].every((content) => known.has(content));
  };
}

/** What violates, by assessment: the reason names every fault and its value; the content says the rest. */
function contents(bench: Bench, guardrail: Decider, facts: readonly Fact[]): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  for (const fact of facts) {
    for (const assessment of judgeFacts(bench, guardrail, [fact])) {
      if (assessment.verdict !== 'violation') continue;
      const key = keyOf(assessment);
      const known = found.get(key) ?? new Set();
      found.set(key, known.add(canonical(grantsIn(fact))));
    }
  }
  return found;
}

/** A statement without a `Sid` is named by its place (`#2`), which an update of another statement may move. */
const keyOf = ({ resource, statement, code, reason }: Assessment): string =>
  JSON.stringify([resource.type, resource.id, statement?.startsWith('#') ? '' : statement, code, reason]);

/** The statement that a fact is about, as written, and those of its document that deny: they decide how far it reaches. */
function grantsIn(value: unknown): readonly Value[] {
  if (!isObject(value)) return [];
  const { raw, statements } = value;
  if (isList(statements)) return statements.filter((statement) => !isObject(statement) || statement.effect !== 'Allow').flatMap(grantsIn);
  return raw === undefined ? Object.values(value).flatMap(grantsIn) : [raw];
}

/** Text that neither the order of keys nor the type of a scalar changes. */
function canonical(value: Value): string {
  if (isList(value)) return `[${value.map(canonical).join()}]`;
  if (!isObject(value)) return JSON.stringify(String(value));
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key] ?? null)}`).join()}}`;
}
