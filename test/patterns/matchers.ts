/** Matchers of event patterns that are not ours: EventBridge's own (where there is Java and `scripts/ruler.mjs` fetched it), and ministack's. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { EventBridgeClient, TestEventPatternCommand } from '@aws-sdk/client-eventbridge';
import type { Value } from '../../lib/core/value';
import type { EventPattern } from '../../lib/patterns';
import { startMinistack } from '../aws/emulator';

interface Question {
  readonly patterns: readonly EventPattern[];
  readonly event: Value;
}

export interface Matcher {
  /** For each question: does one of the patterns match the event? */
  readonly answer: (questions: readonly Question[]) => Promise<readonly boolean[]>;
  readonly stop: () => Promise<void>;
}

const JARS = resolve(__dirname, '../../.ruler');

/** https://github.com/aws/event-ruler: the library that EventBridge itself matches with. */
export const hasRuler = (): boolean => existsSync(join(JARS, 'event-ruler-2.1.0.jar')) && spawnSync('java', ['-version']).status === 0;

export const ruler: Matcher = {
  answer: async (questions) => {
    const indices = new Map<string, number>();
    const indexOf = (pattern: EventPattern): number => {
      const text = JSON.stringify(pattern);
      const index = indices.get(text) ?? indices.size;
      indices.set(text, index);
      return index;
    };
    const asked = questions.map(({ patterns, event }) => ({ numbers: patterns.map(indexOf), event: JSON.stringify(event) }));
    const lines = [
      ...[...indices.keys()].map((pattern) => `pattern\t${pattern}`),
      ...asked.flatMap(({ numbers, event }) => numbers.map((number) => `${number}\t${event}`)),
    ];
    const answers = runRuler(`${lines.join('\n')}\n`)[Symbol.iterator]();
    return asked.map(({ numbers }) => numbers.map(() => answers.next().value === '1').some((isMatch) => isMatch));
  },
  stop: async () => {},
};

function runRuler(input: string): readonly string[] {
  const args = ['-cp', `${JARS}/*${delimiter}`, join(__dirname, 'ruler/Match.java')];
  const { status, stdout, stderr } = spawnSync('java', args, { input, encoding: 'utf8', maxBuffer: 1024 ** 3 });
  if (status !== 0) throw new Error(stderr);
  return stdout.trim().split('\n');
}

export async function startMinistackMatcher(): Promise<Matcher> {
  const emulator = await startMinistack();
  const client = new EventBridgeClient(emulator.client({ account: '222222222222' }));
  const isMatch = async (pattern: EventPattern, event: Value): Promise<boolean> => {
    const command = new TestEventPatternCommand({ EventPattern: JSON.stringify(pattern), Event: JSON.stringify(event) });
    return (await client.send(command)).Result === true;
  };
  return {
    answer: async (questions) => {
      const answers: boolean[] = [];
      for (const { patterns, event } of questions) {
        const each = await Promise.all(patterns.map((pattern) => isMatch(pattern, event)));
        answers.push(each.includes(true));
      }
      return answers;
    },
    stop: async () => {
      client.destroy();
      await emulator.stop();
    },
  };
}
