/** The bundles that are deployed: what they answer, what they load, how large they are, and that they come out the same each time. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseConfiguration } from '../../lib/config/load';
import { guardrails } from '../../lib/guardrails';
import { encodeSettings, type FunctionConfiguration, settingsLiteral } from '../../lib/handlers/settings';
import { configurationOf, guardrailCases, isLiteral } from '../support/cases';
import { benchOf, resourceRequest } from './hook.support';

const ROOT = resolve(__dirname, '../..');
/** Minified, as it is deployed: what CloudFormation waits for. */
const MOST_BYTES = 40 * 1024;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'perimeter-bundles-'));
  execFileSync(process.execPath, ['scripts/bundles.mjs', join(folder, 'one')], { cwd: ROOT });
});
afterAll(() => rmSync(folder, { recursive: true }));

const bundleOf = (id: string): string => readFileSync(join(folder, 'one', 'hooks', `${id}.js`), 'utf8');

/** Runs a bundle as Lambda would, on each request in turn, and writes down what it loads. */
const RUNNER = `
const Module = require('node:module');
const { readFileSync, writeFileSync } = require('node:fs');
const [bundle, requests, answers, failing] = process.argv.slice(2);
const loaded = new Set();
const load = Module._load;
Module._load = (name, ...others) => {
  loaded.add(name);
  if (name === failing) throw new Error(name + ' is not there');
  return load(name, ...others);
};
const { handler } = require(bundle);
(async () => {
  const replies = [];
  for (const [settings, request] of JSON.parse(readFileSync(requests, 'utf8'))) {
    globalThis.PERIMETER = settings;
    delete require.cache[bundle];
    replies.push(await require(bundle).handler(request, { awsRequestId: 'r-1' }));
  }
  loaded.delete(bundle);
  writeFileSync(answers, JSON.stringify({ replies, loaded: [...loaded] }));
})();
`;

type Request = readonly [FunctionConfiguration | null, unknown];

function run(
  id: string,
  requests: readonly Request[],
): { readonly replies: readonly unknown[]; readonly loaded: readonly string[]; readonly stdout: string } {
  const path = (name: string) => join(folder, `${id}.${name}`);
  writeFileSync(path('runner.cjs'), RUNNER);
  writeFileSync(path('requests.json'), JSON.stringify(requests));
  // The configuration stands in front when it is deployed; here each request brings its own.
  writeFileSync(path('bundle.js'), bundleOf(id));
  const stdout = execFileSync(
    process.execPath,
    [path('runner.cjs'), path('bundle.js'), path('requests.json'), path('answers.json'), '@aws-sdk/client-s3'],
    { encoding: 'utf8', env: { AWS_REGION: 'eu-west-1' }, maxBuffer: 1 << 26 },
  );
  return { ...JSON.parse(readFileSync(path('answers.json'), 'utf8')), stdout };
}

const DOCS = 'https://example.com/guardrails';

describe.each(guardrailCases)('$guardrail.id', ({ guardrail, cases }) => {
  const seen = cases.flatMap((item) => (item.resource && isLiteral(item.resource.properties) ? [{ item, resource: item.resource }] : []));
  const settingsOf = (item: (typeof seen)[number]['item']) => {
    const { configuration } = parseConfiguration(JSON.stringify(configurationOf(guardrail.id, item)), guardrails, { fileName: 'perimeter.yaml' });
    return encodeSettings(configuration, guardrail.id, { docs: DOCS });
  };

  it('answers every case, created and updated, as the sources do, and loads nothing but Node.js', async () => {
    const requests = seen.flatMap(({ item, resource }, index): readonly Request[] => {
      const previous = seen[index - 1]?.resource;
      const update = resourceRequest({ ...resource, previous: previous?.type === resource.type ? previous.properties : resource.properties });
      return [
        [settingsOf(item), resourceRequest(resource)],
        [settingsOf(item), update],
      ];
    });
    const expected = [];
    for (const [settings, request] of requests) {
      if (settings) expected.push(await benchOf(guardrail, settings, { now: () => new Date() }).hook(JSON.parse(JSON.stringify(request))));
    }

    const { replies, loaded } = run(guardrail.id, requests);

    expect(replies.length).toBeGreaterThan(20);
    expect(replies).toEqual(JSON.parse(JSON.stringify(expected)));
    expect(loaded.filter((name) => !name.startsWith('node:'))).toEqual([]);
  });

  it('answers without a configuration, and with one in front', () => {
    const { replies, stdout } = run(guardrail.id, [[null, {}]]);

    expect(replies).toMatchObject([
      { hookStatus: 'FAILED', errorCode: 'InternalFailure', message: expect.stringContaining('globalThis.PERIMETER: expected an object, got null') },
    ]);
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([
      expect.objectContaining({
        ...{ level: 'ERROR', message: expect.any(String), timestamp: expect.stringMatching(/^\d{4}-.*Z$/) },
        ...{ service: 'perimeter', surface: 'hook', guardrail: guardrail.id, function_request_id: 'r-1' },
      }),
      expect.objectContaining({ _aws: expect.any(Object), guardrail: guardrail.id, failed: 1 }),
    ]);
    const [first] = seen;
    if (first) expect(() => new Function('exports', 'require', `${settingsLiteral(settingsOf(first.item))}${bundleOf(guardrail.id)}`)).not.toThrow();
  });

  it(`has at most ${MOST_BYTES} bytes`, () => {
    expect(Buffer.byteLength(bundleOf(guardrail.id))).toBeLessThanOrEqual(MOST_BYTES);
  });

  it('knows the types that the guardrail knows', () => {
    const code = readFileSync(join(ROOT, 'hooks', `${guardrail.id}.ts`), 'utf8');

    expect(code).toContain(`id: '${guardrail.id}'`);
    for (const type of guardrail.resources) expect(bundleOf(guardrail.id)).toContain(type);
  });
});

it('loads the S3 client of the runtime for the organization directory alone, and does without it', () => {
  const own = { mode: 'enforce', undetermined: 'allow', existing: 'allow', response: 'undo', settings: {} } as const;
  const configuration = {
    trust: {
      organizationId: 'o-exampleorgid',
      managementAccountId: '111111111111',
      accountIds: [],
      trustedAccountIds: [],
      trustedOrganizationIds: [],
    },
    guardrails: { 'lambda-layer-permission': own },
    exemptions: [],
  };
  const settings = { configuration, directory: { bucket: 'b', key: 'k', region: 'us-east-1' } };
  const request = resourceRequest({
    type: 'AWS::Lambda::LayerVersionPermission',
    properties: { LayerVersionArn: 'arn:aws:lambda:eu-west-1:222222222222:layer:l:1', Action: 'lambda:GetLayerVersion', Principal: '999999999999' },
  });

  const { replies, loaded } = run('lambda-layer-permission', [[settings, request]]);

  expect(replies).toMatchObject([{ hookStatus: 'SUCCESS', message: expect.stringContaining('the organization directory cannot be read') }]);
  expect(loaded.filter((name) => !name.startsWith('node:'))).toEqual(['@aws-sdk/client-s3']);
});

it('there is one hook for each guardrail', () => {
  expect(readdirSync(join(ROOT, 'hooks')).sort()).toEqual(guardrails.map(({ id }) => `${id}.ts`).sort());
});

it('the build gives the same bytes twice', () => {
  execFileSync(process.execPath, [join(ROOT, 'scripts/bundles.mjs'), join(folder, 'two')], { cwd: tmpdir() });

  expect(hashes(join(folder, 'two'))).toEqual(hashes(join(folder, 'one')));
  expect(readFileSync(join(folder, 'one', 'hooks', 'lambda-vpc.js'), 'utf8')).not.toContain(ROOT);
});

const hashes = (path: string): readonly string[] =>
  ['functions', 'hooks', 'lambda'].flatMap((part) =>
    readdirSync(join(path, part)).map(
      (name) =>
        `${part}/${name} ${createHash('sha256')
          .update(readFileSync(join(path, part, name)))
          .digest('hex')}`,
    ),
  );
