/** One run of the command line, from arguments to exit code. */
import { CommanderError } from 'commander';
import { UsageError } from '../core/errors';
import { describeBug, EXIT } from './exit';
import type { Io } from './io';
import { Output } from './output';
import { createProgram, VERBS } from './program';
import { didYouMean } from './suggest';

/** `argv`: the arguments alone. Never throws. */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  const output = new Output(io.stdout);
  let code: number = EXIT.ok;
  try {
    const program = createProgram(io, output, (result) => {
      code = result;
    });
    if (argv.length === 0) throw new UsageError(`name a verb: ${VERBS.join(', ')}; see perimeter --help`);
    await program.parseAsync(argv, { from: 'user' });
    await output.end();
    return code;
  } catch (error) {
    return await explain(error, argv, io, output);
  }
}

async function explain(error: unknown, [verb = '', topic = '']: readonly string[], io: Io, output: Output): Promise<number> {
  if (error instanceof CommanderError && error.exitCode === 0) {
    await output.end();
    return EXIT.ok;
  }
  if (error instanceof CommanderError && error.code === 'commander.help' && verb === 'scp') {
    io.stderr.write('perimeter: name a verb of scp: render, check, pack, explain, test; see perimeter scp --help\n');
    return EXIT.usage;
  }
  if (error instanceof CommanderError && error.code === 'commander.help') {
    io.stderr.write(`perimeter: unknown verb '${topic}'${didYouMean(topic, VERBS)}; see perimeter --help\n`);
    return EXIT.usage;
  }
  if (error instanceof CommanderError) {
    io.stderr.write(`perimeter: ${wording(error.message)}; see perimeter ${VERBS.includes(verb) ? `${verb} ` : ''}--help\n`);
    return EXIT.usage;
  }
  if (error instanceof UsageError) {
    for (const line of error.message.split('\n')) io.stderr.write(`perimeter: ${line}\n`);
    return EXIT.usage;
  }
  io.stderr.write(describeBug(error));
  if (io.env.PERIMETER_DEBUG) io.stderr.write(`${error instanceof Error ? error.stack : ''}\n`);
  return EXIT.bug;
}

/** The parser's message as one line of ours: `unknown option '--formt'; did you mean --format?` */
const wording = (message: string): string =>
  message
    .replace(/^error: /, '')
    .replace(/\s*\(Did you mean (one of )?([^?]+)\?\)/, '; did you mean $2?')
    .replace(/^command-argument value '(.*)' is invalid for argument '(\w+)'/, "argument '$2' cannot be '$1'")
    .replaceAll(/\s+/g, ' ')
    .replaceAll('command', 'verb')
    .replace(/\.$/, '');
