/** Asks on the terminal for what nobody else knows, until the answer is right. */
import { createInterface, type Interface } from 'node:readline/promises';
import type { Format } from '../../config/format';
import { accountId, organizationId } from '../../config/formats';
import type { Answers } from '../../config/init';
import { UsageError } from '../../core/errors';
import type { Io } from '../io';

/** @throws UsageError when the terminal is closed instead of an answer */
export async function ask(answers: Partial<Answers>, io: Io): Promise<Answers> {
  const terminal = createInterface({ input: io.stdin, output: io.stderr });
  const lines = terminal[Symbol.asyncIterator]();
  const dialogue = { terminal, lines, io };
  try {
    return {
      ...answers,
      organizationId: answers.organizationId ?? (await one(dialogue, 'Organization id (o-…): ', organizationId)),
      managementAccountId: answers.managementAccountId ?? (await one(dialogue, 'Account id of the management account: ', accountId)),
      accountIds: answers.accountIds ?? (await several(dialogue, 'Account ids of the members, with commas (Enter: none): ', accountId)),
    };
  } finally {
    terminal.close();
  }
}

interface Dialogue {
  readonly terminal: Interface;
  readonly lines: AsyncIterator<string>;
  readonly io: Io;
}

async function one(dialogue: Dialogue, question: string, format: Format): Promise<string> {
  const [answer] = await several(dialogue, question, format);
  return answer ?? one(dialogue, question, format);
}

async function several(dialogue: Dialogue, question: string, format: Format): Promise<readonly string[]> {
  for (;;) {
    dialogue.io.stderr.write(question);
    const { value, done } = await dialogue.lines.next();
    if (done) throw new UsageError('no answer: give --organization-id and --management-account-id instead');
    const texts = String(value).split(/[\s,]+/);
    const readings = texts.filter((text) => text !== '').map((text) => format.read(text));
    const problem = readings.find((reading) => 'problem' in reading);
    if (problem === undefined) return readings.flatMap((reading) => ('value' in reading ? [reading.value] : []));
    dialogue.io.stderr.write(`${'problem' in problem ? problem.problem : ''}\n`);
  }
}
