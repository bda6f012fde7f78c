import type { Configuration } from '../../lib/core/configuration';
import { decodeSettings, encodeSettings, REMEDIATOR_SHAPE, settingsLiteral } from '../../lib/handlers/settings';

const CONFIGURATION: Configuration = {
  trust: {
    organizationId: 'o-exampleorgid',
    managementAccountId: '111111111111',
    accountIds: new Set(['333333333333', '222222222222']),
    trustedAccountIds: new Set(['444455556666']),
    trustedOrganizationIds: new Set(),
  },
  guardrails: {
    'lambda-vpc': { mode: 'enforce', undetermined: 'deny', existing: 'allow', response: 'undo', settings: { allowedVpcIds: ['vpc-1'] } },
    'lambda-permission': { mode: 'observe', undetermined: 'allow', existing: 'allow', response: 'undo', settings: {} },
  },
  exemptions: [
    { guardrails: ['lambda-vpc', 'lambda-permission'], resources: ['arn:aws:lambda:*:*:function:edge-*'], reason: 'edge', expires: '2027-03-31' },
    { guardrails: ['lambda-permission'], resources: ['arn:aws:lambda:*:*:function:f'], reason: 'f', owner: 'o@example.com', expires: '2027-03-31' },
  ],
};

const SURROUNDINGS = {
  directory: { bucket: 'b', key: 'k', region: 'us-east-1' },
  docs: 'https://example.com/guardrails',
  undoLogGroup: 'perimeter-undo',
  scheduler: { roleArn: 'arn:aws:iam::222222222222:role/r' },
};

it('is cut to what the guardrail needs', () => {
  expect(encodeSettings(CONFIGURATION, 'lambda-vpc', SURROUNDINGS)).toEqual({
    configuration: {
      trust: {
        organizationId: 'o-exampleorgid',
        managementAccountId: '111111111111',
        accountIds: ['222222222222', '333333333333'],
        trustedAccountIds: ['444455556666'],
        trustedOrganizationIds: [],
      },
      guardrails: { 'lambda-vpc': CONFIGURATION.guardrails['lambda-vpc'] },
      exemptions: [{ ...CONFIGURATION.exemptions[0], guardrails: ['lambda-vpc'] }],
    },
    ...SURROUNDINGS,
  });
});

it('comes back as it went', () => {
  const text = JSON.stringify(encodeSettings(CONFIGURATION, ['lambda-vpc', 'lambda-permission'], SURROUNDINGS));

  expect(decodeSettings(JSON.parse(text))).toEqual({ configuration: CONFIGURATION, ...SURROUNDINGS });
});

it('is a statement that any text survives', () => {
  const [first, ...others] = CONFIGURATION.exemptions;
  const reason = '\u2028 </script> "\\ ${x} `';
  const settings = encodeSettings({ ...CONFIGURATION, exemptions: first ? [{ ...first, reason }, ...others] : [] }, 'lambda-vpc');
  const scope: { PERIMETER?: unknown } = {};
  new Function('globalThis', settingsLiteral(settings))(scope);

  expect(scope.PERIMETER).toEqual(JSON.parse(JSON.stringify(settings)));
});

const damaged = (change: (settings: Record<string, Record<string, unknown>>) => void): unknown => {
  const settings = JSON.parse(JSON.stringify(encodeSettings(CONFIGURATION, 'lambda-vpc', SURROUNDINGS)));
  change(settings);
  return settings;
};

it.each<[string, unknown]>([
  ['globalThis.PERIMETER: expected an object, got nothing', undefined],
  ['globalThis.PERIMETER: expected an object, got null', null],
  ['globalThis.PERIMETER.configuration: expected an object, got nothing', {}],
  [
    'globalThis.PERIMETER.configuration.trust: expected an object, got 5',
    damaged(({ configuration }) => Object.assign(configuration ?? {}, { trust: 5 })),
  ],
  [
    'globalThis.PERIMETER.configuration.trust.accountIds[1]: expected text, got 5',
    damaged(({ configuration }) => Object.assign(configuration?.trust ?? {}, { accountIds: ['222222222222', 5] })),
  ],
  [
    'globalThis.PERIMETER.configuration.guardrails.lambda-vpc.mode: expected off|observe|enforce, got "on"',
    damaged(({ configuration }) => Object.assign(configuration ?? {}, { guardrails: { 'lambda-vpc': { mode: 'on' } } })),
  ],
  [
    'globalThis.PERIMETER.configuration.exemptions: expected a list, got {}',
    damaged(({ configuration }) => Object.assign(configuration ?? {}, { exemptions: {} })),
  ],
  ['globalThis.PERIMETER.directory.key: expected text, got nothing', damaged((settings) => Object.assign(settings, { directory: { bucket: 'b' } }))],
])('names what cannot be read: %s', (message, value) => {
  expect(() => decodeSettings(value)).toThrow(expect.objectContaining({ name: 'DecodeError', message }));
});

it.each<[string, unknown]>([
  ['globalThis.PERIMETER.scheduler.x: expected text, got ["y"]', damaged((settings) => Object.assign(settings, { scheduler: { x: ['y'] } }))],
  ['globalThis.PERIMETER.queueUrl: expected text, got 5', damaged((settings) => Object.assign(settings, { queueUrl: 5 }))],
])('of a remediator: names what cannot be read: %s', (message, value) => {
  expect(() => decodeSettings(value, REMEDIATOR_SHAPE)).toThrow(expect.objectContaining({ name: 'DecodeError', message }));
});
