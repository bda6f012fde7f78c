/** From what the command line names to what was removed. The undo log is believed before a finding, which anyone in the account can write. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Aws } from '../../aws';
import { UsageError } from '../../core/errors';
import { generatorOf } from '../../core/finding';
import { asList, type Value } from '../../core/value';
import type { Call } from '../../core/verdict';
import { AwsFailure } from '../../handlers/ports';
import { callerIn } from '../caller';
import { STDIN } from '../files';
import type { Io } from '../io';
import { readJsonOrLines } from '../json-file';
import { findingsIn, isUndoKey, type Removal, removalOf, type Told, toldBy } from './removal';

/** AWS in a Region; undefined: in that of the environment. */
type AwsIn = (region: string | undefined) => Pick<Aws, 'readUndo' | 'findings'>;

interface Source {
  readonly awsIn: AwsIn;
  readonly region: string | undefined;
  readonly io: Io;
}

/** At least one. @throws UsageError */
export async function removalsOf(what: string, source: Source): Promise<readonly Removal[]> {
  if (what === STDIN || existsSync(resolve(source.io.cwd, what))) return fromFile(what, source);
  if (isUndoKey(what)) return [await fromKey(what, source)];
  const [, guardrail, arn] = FINDING_ID.exec(what) ?? [];
  if (guardrail !== undefined && arn !== undefined) return [await fromFindingId(what, guardrail, arn, source)];
  throw new UsageError(`${what} is no file, no key of an undo record (FUNCTION/DAY/ID) and no id of a finding (perimeter/GUARDRAIL/ARN/…)`);
}

async function fromFile(name: string, source: Source): Promise<readonly Removal[]> {
  const document = await readJsonOrLines(name, 'a finding', source.io);
  const entries = asList(document).map((entry) => removalOf(entry));
  const records = entries.flatMap((entry) => entry ?? []);
  if (records.length > 0) {
    if (records.length < entries.length)
      throw new UsageError(
        `${name}: entry ${entries.indexOf(undefined) + 1} is no undo record that this version can read; take it out to put back the others`,
      );
    await checkAccount(name, records, source);
    return records.filter((record, index) => !records.slice(index + 1).some((later) => holds(later, record)));
  }
  const findings = findingsIn(document);
  if (findings.length === 0)
    throw new UsageError(`${name} holds no finding: give one as JSON, what perimeter invoke printed, or the key of an undo record`);
  // Several findings of one remediation (a document with several violating statements) have one record.
  const told = new Map(findings.flatMap((finding) => toldBy(finding) ?? []).map((each) => [each.key, each]));
  if (told.size === 0) throw new UsageError(`${name}: nothing was removed by it: its finding names no undo record (perimeter/undoKey)`);
  const removals: Removal[] = [];
  for (const each of told.values()) removals.push(await fromTold(each, source));
  return removals;
}

/** What does not say whose it is would be made in whichever account the credentials are of. */
async function checkAccount(name: string, records: readonly Removal[], { region }: Source): Promise<void> {
  const silent = records.filter(({ restore }) => restore.some((call) => !namesItsAccount(call)));
  const [first] = silent;
  if (!first) return;
  const { account } = await callerIn(region ?? first.place.region);
  const other = silent.find(({ place }) => place.account !== account);
  if (other)
    throw new UsageError(
      `${name} is about account ${other.place.account}, the credentials are of ${account}: use those of the account of the resource`,
    );
}

/** What was removed in several rounds has a record for each, the last of which holds what those before it do. */
function holds(later: Removal, earlier: Removal): boolean {
  const calls = new Set(later.restore.map((call) => JSON.stringify(call)));
  return (
    later.guardrail === earlier.guardrail && later.resource === earlier.resource && earlier.restore.every((call) => calls.has(JSON.stringify(call)))
  );
}

async function fromKey(key: string, { awsIn, region }: Source): Promise<Removal> {
  const entry = await read(() => awsIn(region).readUndo(key), `the undo record ${key}`);
  if (!entry)
    throw new UsageError(
      `there is no undo record ${key} in ${region ?? 'this Region'}: name its Region with --region, and use the account of the resource`,
    );
  return decoded(entry, key);
}

/** `perimeter/<guardrail>/<ARN>/<statement>` */
const FINDING_ID = /^perimeter\/([a-z0-9-]+)\/(arn:[^:]+:[^:]*:([^:]*):[^:]*:.+)$/;

async function fromFindingId(id: string, guardrail: string, about: string, source: Source): Promise<Removal> {
  const region = source.region ?? FINDING_ID.exec(id)?.[3];
  const found = await read(() => source.awsIn(region).findings.about(generatorOf(guardrail), `${about}*`), 'the finding');
  const finding = found.find(({ Id }) => Id === id);
  if (!finding) throw new UsageError(`there is no finding ${id} in ${region}: name its Region with --region, and use the account of the resource`);
  const told = toldBy(finding);
  if (!told) throw new UsageError(`the finding ${id} is of no remediation: nothing was removed by it`);
  return fromTold(told, source);
}

async function fromTold(told: Told, { awsIn, region, io }: Source): Promise<Removal> {
  const { key, guardrail, resource } = told;
  const entry = await readOrSay(() => awsIn(region ?? told.place.region).readUndo(key), told, io);
  if (!entry) return fromContent(told);
  const removal = decoded(entry, key);
  if (removal.guardrail !== guardrail || removal.resource !== resource)
    throw new UsageError(
      `the undo record ${key} is about ${removal.resource}, its finding about ${resource}: one of them was changed; name the record by its key if you mean it`,
    );
  return withEarlier(removal, told.earlier, (earlier) => awsIn(region ?? told.place.region).readUndo(earlier));
}

/** What was done on top of each other is taken back as one, as far as each time found what the time before had left. */
async function withEarlier(removal: Removal, keys: readonly string[], readUndo: (key: string) => ReturnType<Aws['readUndo']>): Promise<Removal> {
  let whole = removal;
  for (const key of keys) {
    const entry = await read(() => readUndo(key), `the undo record ${key}`);
    const before = entry && removalOf(entry, key);
    if (before?.resource !== removal.resource || JSON.stringify(before.calls) !== JSON.stringify(whole.restore)) break;
    whole = { ...whole, restore: before.restore };
  }
  return whole;
}

async function readOrSay(readUndo: () => Promise<{ readonly [name: string]: Value } | undefined>, told: Told, io: Io) {
  let problem = 'the undo log does not hold it';
  try {
    const entry = await readUndo();
    if (entry) return entry;
  } catch (error) {
    if (!(error instanceof AwsFailure)) throw error;
    problem = `the undo log cannot be read (${error.code}: ${error.message})`;
  }
  if (!told.restore)
    throw new UsageError(
      `${told.key}: ${problem}, and the finding does not hold all that was removed; use the account and the Region of the resource`,
    );
  io.stderr.write(`perimeter: ${told.key}: ${problem}; the word of the finding is taken instead\n`);
  return undefined;
}

/** Calls whose input says which resource is meant, account and all, and which the guardrails judge. */
const TOLD_BY_FINDINGS: readonly Call['action'][] = [
  'lambda:AddPermission',
  'lambda:PutResourcePolicy',
  'lambda:UpdateFunctionUrlConfig',
  'lambda:AddLayerVersionPermission',
  'sns:Subscribe',
  'sns:SetSubscriptionAttributes',
  'sns:SetTopicAttributes',
  'sns:AddPermission',
  'ecr:SetRepositoryPolicy',
];

const namesItsAccount = ({ action }: Call): boolean => TOLD_BY_FINDINGS.includes(action);

function fromContent({ key, guardrail, resource, place, restore = [] }: Told): Removal {
  const other = restore.find((call) => !namesItsAccount(call));
  if (other)
    throw new UsageError(
      `${key}: ${other.action} is made on the word of the undo log alone, which cannot be read: use the account and the Region of the resource`,
    );
  return { guardrail, resource, place, restore, key };
}

function decoded(entry: { readonly [name: string]: Value }, key: string): Removal {
  const removal = removalOf(entry, key);
  if (!removal) throw new UsageError(`the undo record ${key} is none that this version can read`);
  return removal;
}

async function read<T>(reading: () => Promise<T>, what: string): Promise<T> {
  try {
    return await reading();
  } catch (error) {
    if (!(error instanceof AwsFailure)) throw error;
    throw new UsageError(`${what} cannot be read: ${error.code}: ${error.message}; check the credentials and the Region (--region)`, {
      cause: error,
    });
  }
}
