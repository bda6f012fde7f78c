/** The remediators' bundles, whose inner names are shortened and which leave out what their guardrail never does: they answer as the sources do. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Context } from 'aws-lambda';
import { createAws } from '../../lib/aws';
import { createClients, type Sdk } from '../../lib/aws/clients';
import { parseConfiguration } from '../../lib/config/load';
import type { AnyGuardrail } from '../../lib/core/guardrail';
import type { Value } from '../../lib/core/value';
import { guardrails } from '../../lib/guardrails';
import { deployRemediator } from '../../lib/handlers/remediator-entry';
import { encodeSettings } from '../../lib/handlers/settings';
import { build } from '../cli/support/aws';
import { configurationOf, guardrailCases, NOW, recordOf } from '../support/cases';
import { contextOf } from '../support/lambda';

const ROOT = resolve(__dirname, '../..');

beforeAll(() => {
  build();
  jest.useFakeTimers({ now: NOW, doNotFake: ['nextTick', 'setImmediate'] });
  process.env.PERIMETER_TELL = 'true';
  process.env.PERIMETER_DRY_RUN = 'true';
});
afterAll(() => {
  delete process.env.PERIMETER_TELL;
  delete process.env.PERIMETER_DRY_RUN;
  jest.useRealTimers();
});

const CONTEXT = contextOf({ functionName: 'perimeter', account: '222222222222', region: 'eu-west-1', remaining: () => 60_000 });

type Handler = (event: Value, context: Context) => Promise<unknown>;

/** An SDK in which every call ends with this error. */
const sdkOf = (name: string): Sdk => {
  class Client {
    async send(): Promise<never> {
      throw Object.assign(new Error('so it is'), { name, $metadata: { httpStatusCode: 400 }, $fault: 'client' });
    }
  }
  class Command {}
  return new Proxy({}, { get: (_, key) => (key === 'then' ? undefined : String(key).endsWith('Client') ? Client : Command) });
};

type Settings = ReturnType<typeof encodeSettings>;

const scripts = new Map<string, ReturnType<typeof Function>>();

/** Compiled once, run anew for each configuration. */
function scriptOf(id: string) {
  const script = scripts.get(id) ?? new Function('exports', 'require', readFileSync(join(ROOT, 'dist/lambda', `${id}.js`), 'utf8'));
  scripts.set(id, script);
  return script;
}

function bundled(id: string, settings: Settings, sdk: Sdk, loaded: string[] = []): Handler {
  Reflect.set(globalThis, 'PERIMETER', settings);
  const exports: { handler?: Handler } = {};
  const load = (name: string) => {
    if (!name.startsWith('@aws-sdk/')) return require(name);
    loaded.push(name);
    return sdk;
  };
  scriptOf(id)(exports, load);
  if (!exports.handler) throw new Error(`${id} exports no handler`);
  return exports.handler;
}

function unbundled(guardrail: AnyGuardrail, settings: Settings, sdk: Sdk): Handler {
  Reflect.set(globalThis, 'PERIMETER', settings);
  return deployRemediator(guardrail, (deployment) =>
    createAws(
      deployment,
      createClients(async () => sdk),
    ),
  );
}

/** Refused: judged by the event alone. Gone: read, and judged again. */
const WORLDS = ['AccessDeniedException', 'ResourceNotFoundException'];

it.each(guardrailCases)('$guardrail.id tells of every record of its cases what the sources tell', async ({ guardrail, cases }) => {
  jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  const records = cases.flatMap((item, index) => (item.record ? [{ item, record: recordOf(item.record, `event-${index}`) }] : []));
  const told: unknown[] = [];
  const expected: unknown[] = [];

  for (const { item, record } of records) {
    const { configuration } = parseConfiguration(JSON.stringify(configurationOf(guardrail.id, item)), guardrails, { fileName: 'perimeter.yaml' });
    for (const world of WORLDS) {
      const settings = encodeSettings(configuration, guardrail.id);
      told.push(await outcomeOf(bundled(guardrail.id, settings, sdkOf(world)), record));
      expected.push(await outcomeOf(unbundled(guardrail, settings, sdkOf(world)), record));
    }
  }

  expect(records.length).toBeGreaterThan(10);
  expect(told).toEqual(expected);
});

/** As JSON, as `perimeter invoke` reads it. What it was about stays inside. */
async function outcomeOf(handler: Handler, record: Value): Promise<unknown> {
  const answer = await handler({ 'detail-type': 'AWS API Call via CloudTrail', detail: record }, CONTEXT);
  return JSON.parse(JSON.stringify(answer, (key, value) => (key === 'about' ? undefined : value)));
}

it.each(guardrailCases)(
  '$guardrail.id loads no SDK for what is compliant, and asks for findings where it may have mended something',
  async ({ guardrail, cases }) => {
    jest.spyOn(process.stdout, 'write').mockReturnValue(true);
    const seen = { quiet: 0, mending: 0 };
    const wrong: string[] = [];

    for (const item of cases) {
      const expected = 'verdict' in item.expect ? [item.expect] : item.expect;
      if (!item.record || expected.some(({ verdict }) => verdict === 'violation' || verdict === 'undetermined')) continue;
      const record = recordOf(item.record, 'event');
      const { configuration } = parseConfiguration(JSON.stringify(configurationOf(guardrail.id, item)), guardrails, { fileName: 'perimeter.yaml' });
      const loaded: string[] = [];
      await outcomeOf(bundled(guardrail.id, encodeSettings(configuration, guardrail.id), sdkOf('AccessDeniedException'), loaded), record);
      const interest = guardrail.events.find(({ name, source }) => source === record.eventSource && String(record.eventName).startsWith(name));
      const mayMend = interest?.mends === true || interest?.effect === 'close';
      seen[mayMend ? 'mending' : 'quiet'] += 1;
      if (loaded.some((name) => !mayMend || name !== '@aws-sdk/client-securityhub')) wrong.push(`${item.name}: ${loaded}`);
    }

    expect(wrong).toEqual([]);
    expect(seen.quiet + seen.mending).toBeGreaterThan(2);
  },
);
