/** `perimeter scp explain`: who is refused what, in plain words. */
import picocolors from 'picocolors';
import { anyRole, SPARED_ROLES } from '../../core/scp';
import type { NamedPolicy } from '../../policies';
import { type Explained, explainStatement } from '../../policies/words';
import { EXIT } from '../exit';
import type { Io } from '../io';
import type { Output } from '../output';
import { printable, wrap } from '../report/text';
import { paintingOf } from '../reporting';
import { openPolicies, type Policies, type ScpOptions } from './policies';

type Colours = ReturnType<typeof picocolors.createColors>;

interface Writer {
  readonly output: Output;
  readonly width: number;
  readonly colours: Colours;
}

export async function explain(options: ScpOptions, io: Io, output: Output): Promise<number> {
  const opened = await openPolicies(options, io);
  const { colour, width } = paintingOf(io);
  const writer = { output, width, colours: picocolors.createColors(colour) };
  const common = sparedByAll(opened.policies);
  for (const policy of opened.policies) explainPolicy(policy, opened, common, writer);
  const { bold } = writer.colours;
  output.write(`${bold('spared by the guardrails: roles that deploy')}\n`);
  for (const { pattern, who } of SPARED_ROLES) write(writer, 2, `${pattern}: ${who}`);
  output.write('\n');
  if (common.length > 0) {
    output.write(`${bold('spared by every service control policy above')}\n`);
    for (const who of common) output.write(`  ${printable(who)}\n`);
    output.write('\n');
  }
  write(writer, 0, 'Service control policies do not bind the management account, service-linked roles and services themselves.');
  return EXIT.ok;
}

function sparedByAll(policies: readonly NamedPolicy[]): readonly string[] {
  const lists = policies
    .filter(({ kind }) => kind === 'scp')
    .flatMap(({ document }) => document.Statement.map((each) => explainStatement(each).spared));
  const [first = [], ...others] = lists;
  return first.filter((who) => others.every((list) => list.includes(who)));
}

const KINDS = { scp: 'service control policy', rcp: 'resource control policy', endpoint: 'VPC endpoint policy' } as const;

function explainPolicy({ name, kind, document, notes }: NamedPolicy, { guardrails }: Policies, common: readonly string[], writer: Writer): void {
  const { output, colours } = writer;
  const guardrail = kind === 'scp' ? guardrails.find(({ id }) => id === name) : undefined;
  output.write(`${colours.bold(name)}  ${colours.dim(guardrail ? `${KINDS[kind]}: ${guardrail.title}` : KINDS[kind])}\n\n`);
  for (const statement of document.Statement) {
    output.write(`  ${colours.underline(statement.Sid)}\n`);
    for (const line of linesOf(explainStatement(statement), statement.Effect, common)) write(writer, 4, line);
  }
  const unseen = guardrail?.scp?.sees.filter(({ scp }) => scp !== 'refuses') ?? [];
  if (unseen.length > 0) output.write(`\n  ${colours.yellow('what it does not see, or sees in part')}\n`);
  for (const { what, scp, others } of unseen) write(writer, 4, `${what} (${scp}): ${others}`);
  for (const text of notes) write(writer, 2, `note: ${text}`);
  output.write('\n');
}

const DEPLOYMENT = SPARED_ROLES.map(({ pattern }) => anyRole(pattern));

function linesOf({ actions, resources, conditions, spared }: Explained, effect: 'Allow' | 'Deny', common: readonly string[]): readonly string[] {
  const deploy = DEPLOYMENT.filter((role) => spared.includes(role));
  const spares = deploy.length === DEPLOYMENT.length ? [...spared.filter((who) => !deploy.includes(who)), 'roles that deploy'] : spared;
  const own = spares.filter((who) => !common.includes(who));
  return [
    `${effect === 'Deny' ? 'refuses' : 'allows'} ${actions}`,
    `on ${resources}`,
    ...conditions.map((condition, index) => `${index === 0 ? 'when' : 'and'} ${condition}`),
    ...(own.length > 0 ? [`but not to ${own.join(', ')}`] : []),
  ];
}

/** Continued lines stand a little further in. */
function write({ output, width }: Writer, indent: number, text: string): void {
  for (const [index, line] of wrap(printable(text), Math.max(30, width - indent - 2)).entries()) {
    output.write(`${' '.repeat(index === 0 ? indent : indent + 2)}${line}\n`);
  }
}
