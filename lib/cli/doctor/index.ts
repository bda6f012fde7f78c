/** `perimeter doctor`: what a deployment needs, what is missing, and what it costs. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { region as regionFormat } from '../../config/formats';
import type { WholeConfiguration } from '../../core/configuration';
import { UsageError } from '../../core/errors';
import type { AnyGuardrail } from '../../core/guardrail';
import { isObject, property } from '../../core/value';
import { loadConfiguration } from '../docket';
import { EXIT } from '../exit';
import { describeFailure } from '../files';
import { readFlag } from '../flags';
import type { Io } from '../io';
import type { Output } from '../output';
import { PRODUCT, VERSION } from '../product';
import { grouped, printable } from '../report/text';
import type { Check } from './check';
import { type CostLine, estimate, hookCost, type Traffic } from './cost';
import { checkConfiguration, unasked } from './needs';
import { LOOKED_UP, PRICES } from './prices';
import { checkState } from './state';

interface DoctorOptions {
  readonly config: string;
  readonly format: 'pretty' | 'json';
  readonly live?: boolean;
  readonly region?: readonly string[];
  readonly cost?: boolean;
  readonly replay?: string;
  readonly days?: string;
}

/** 1 where something is missing. */
export async function doctor(options: DoctorOptions, io: Io, output: Output): Promise<number> {
  const traffic = trafficOf(options, io);
  const regions = (options.region ?? []).map((text) => readFlag('--region', text, regionFormat));
  const { guardrails } = await import('../../guardrails');
  const configuration = await loadConfiguration(options.config, io);
  const checks = [
    ...checkConfiguration(configuration, guardrails),
    ...(options.live ? await askAws(configuration, guardrails, regions, io) : unasked(configuration, guardrails)),
  ];
  const cost = options.cost ? estimate(configuration, guardrails, traffic) : undefined;
  output.write(options.format === 'json' ? jsonOf(checks, cost) : prettyOf(checks, cost, traffic));
  return checks.some(({ state }) => state === 'missing') ? EXIT.violated : EXIT.ok;
}

async function askAws(
  configuration: WholeConfiguration,
  guardrails: readonly AnyGuardrail[],
  named: readonly string[],
  io: Io,
): Promise<readonly Check[]> {
  const regions = [...new Set(named.length > 0 ? named : [...configuration.rollout.flatMap((stage) => stage.regions), ...regionOf(io)])].sort();
  const [first] = regions;
  if (first === undefined) throw new UsageError('no Region to look at: name one with --region, set AWS_REGION, or list regions under rollout');
  const { readDeployment } = await import('../../aws/deployment');
  const { directoryOf, organizationsRegionOf } = await import('../../core/directory');
  const state = await readDeployment({
    organizationsRegion: organizationsRegionOf(first),
    directory: directoryOf(configuration.trust, first),
    regions,
    targets: configuration.rollout.flatMap(({ organizationalUnits }) => organizationalUnits),
  });
  const { organization } = state;
  if ('unseen' in organization && organization.unseen.startsWith('CredentialsProviderError'))
    throw new UsageError('no AWS credentials: sign in (aws sso login), or set AWS_PROFILE; without --live nothing is asked');
  return checkState(state, { configuration, guardrails, now: io.now() });
}

const regionOf = ({ env }: Io): readonly string[] => [env.AWS_REGION ?? env.AWS_DEFAULT_REGION ?? ''].filter((name) => name !== '');

/** Counts of `perimeter replay --format json`, as a month of them. */
function trafficOf({ replay, days, cost }: DoctorOptions, io: Io): Traffic | undefined {
  if (!cost && (replay !== undefined || days !== undefined)) throw new UsageError('--replay and --days belong to --cost: add it');
  if (replay === undefined) return undefined;
  if (days === undefined || !/^[1-9]\d{0,3}$/.test(days))
    throw new UsageError(`--days: expected the number of days that ${replay} covers, got ${days === undefined ? 'nothing' : JSON.stringify(days)}`);
  const summary = property(readReplay(replay, io), 'summary');
  const [judged, violations] = [property(summary, 'judged'), property(summary, 'violation')];
  if (!isObject(summary) || typeof judged !== 'number' || typeof violations !== 'number')
    throw new UsageError(`--replay ${replay}: expected what perimeter replay --format json prints`);
  const perMonth = (count: number) => Math.ceil((count * 30) / Number(days));
  return { judged: perMonth(judged), violations: perMonth(violations) };
}

function readReplay(name: string, io: Io) {
  let text: string;
  try {
    text = readFileSync(resolve(io.cwd, name), 'utf8');
  } catch (error) {
    throw new UsageError(`--replay ${name} ${describeFailure(error)}`, { cause: error });
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`--replay ${name}: expected what perimeter replay --format json prints`, { cause: error });
  }
}

const totalOf = (lines: readonly CostLine[]): number => lines.reduce((sum, { monthly }) => sum + monthly, 0);

function jsonOf(checks: readonly Check[], cost: readonly CostLine[] | undefined): string {
  const head = { schemaVersion: 1, tool: { name: PRODUCT, version: VERSION }, surface: 'doctor', checks };
  return `${JSON.stringify({ ...head, ...(cost && { cost: { currency: 'USD', lookedUp: LOOKED_UP, lines: cost, monthly: totalOf(cost), prices: PRICES } }) }, undefined, 2)}\n`;
}

const SIGNS = { ok: 'ok     ', missing: 'missing', unknown: 'unknown' } as const;

function prettyOf(checks: readonly Check[], cost: readonly CostLine[] | undefined, traffic: Traffic | undefined): string {
  const lines = checks.flatMap(({ id, what, state, found, wayOut }) => [
    `${SIGNS[state]}  ${id}: ${what}`,
    `         ${printable(found)}`,
    ...(state !== 'ok' && wayOut !== undefined ? [`         → ${wayOut}`] : []),
  ]);
  const count = (wanted: Check['state']) => checks.filter(({ state }) => state === wanted).length;
  const summary = `${count('ok')} ok, ${count('missing')} missing, ${count('unknown')} unknown${checks.some(({ found }) => found === 'not asked') ? ' (--live asks AWS)' : ''}`;
  return `${[...lines, '', summary, ...(cost ? ['', ...costLines(cost, traffic)] : [])].join('\n')}\n`;
}

function costLines(cost: readonly CostLine[], traffic: Traffic | undefined): readonly string[] {
  return [
    'a month in one account and Region, at the list prices of us-east-1, without free tiers:',
    ...cost.map(({ what, count, monthly }) => `  $${monthly.toFixed(2).padStart(8)}  ${grouped(count)} ${what}`),
    `  $${totalOf(cost).toFixed(2).padStart(8)}  together${traffic ? ', at most: patterns leave out what is plainly compliant' : ''}`,
    `  and $${hookCost().toFixed(4)} for each create or update of a guarded resource by CloudFormation or Cloud Control`,
    ...(traffic ? [] : ['  what events cost: --replay results.json --days N, from perimeter replay --format json']),
    `  prices as others quote AWS's pages, looked up on ${LOOKED_UP}: --format json names each with AWS's page, which decides`,
  ];
}
