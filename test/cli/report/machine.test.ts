import { version } from '../../../package.json';
import { checked, print, replayed } from './fixtures';
import { sarifFaults } from './sarif';

describe('json', () => {
  it('holds the assessments as they are and the summary', async () => {
    const errors = [{ file: 'x.json', offset: 12, line: 1, message: 'not JSON' }];

    expect(JSON.parse(await print('json', 'check', checked, { errors }))).toEqual({
      schemaVersion: 1,
      tool: { name: 'perimeter', version },
      surface: 'check',
      assessments: checked,
      summary: { judged: 4, compliant: 0, violation: 2, undetermined: 1, exempt: 1, scanned: { files: 1, records: 4, bytes: 4096 }, errors },
    });
  });

  it('is valid when there is nothing to report, and whatever a text holds', async () => {
    const odd = { ...replayed(1), reason: '\ud800 \u2028 "\\' };

    expect(JSON.parse(await print('json', 'replay', [])).assessments).toEqual([]);
    expect(JSON.parse(await print('json', 'replay', [odd, odd])).assessments).toEqual([odd, odd]);
  });
});

describe('sarif', () => {
  it('maps verdicts to levels, places and rules', async () => {
    const { runs } = JSON.parse(await print('sarif', 'check', checked, { errors: [{ file: '/elsewhere/x y.json', message: 'is empty' }] }));

    expect(runs[0].tool.driver.rules.map(({ id }: { id: string }) => id)).toEqual([
      'lambda-permission/untrusted-account',
      'lambda-permission/undetermined',
      'lambda-permission/exempt',
      'lambda-permission/compliant',
      'lambda-vpc/no-vpc',
      'lambda-vpc/undetermined',
      'lambda-vpc/exempt',
      'lambda-vpc/compliant',
    ]);
    expect(runs[0].results.map(({ ruleId, level, suppressions }: Result) => [ruleId, level, suppressions])).toEqual([
      ['lambda-vpc/undetermined', 'warning', undefined],
      ['lambda-permission/exempt', 'note', [{ kind: 'external', status: 'accepted', justification: 'a partner' }]],
      ['lambda-permission/untrusted-account', 'error', undefined],
      ['lambda-vpc/no-vpc', 'warning', undefined],
    ]);
    expect(runs[0].results[2]).toEqual({
      ruleId: 'lambda-permission/untrusted-account',
      ruleIndex: 0,
      level: 'error',
      message: {
        text:
          'arn:aws:lambda:eu-west-1:222222222222:function:f: principal 999999999999 is neither in the organization nor trusted. ' +
          'way out: add it to trusted.accountIds or grant the organization instead',
      },
      locations: [
        {
          physicalLocation: { artifactLocation: { uri: 'stacks/orders.yaml' }, region: { startLine: 12 } },
          logicalLocations: [{ fullyQualifiedName: 'arn:aws:lambda:eu-west-1:222222222222:function:f', kind: 'resource' }],
        },
      ],
      partialFingerprints: {
        guardrail: 'lambda-permission',
        resource: 'arn:aws:lambda:eu-west-1:222222222222:function:f',
        code: 'untrusted-account',
        statement: 'partner',
      },
      properties: { resourceType: 'AWS::Lambda::Permission', mode: 'enforce', severity: 'HIGH', source: checked[2]?.source },
    });
    expect(runs[0].invocations[0]).toEqual({
      executionSuccessful: false,
      toolExecutionNotifications: [
        {
          level: 'error',
          message: { text: 'is empty' },
          locations: [{ physicalLocation: { artifactLocation: { uri: 'file:///elsewhere/x%20y.json' } } }],
        },
      ],
    });
  });

  it('keeps the schema', async () => {
    const errors = [{ file: '/elsewhere/x y.json', line: 3, message: 'is empty' }];
    const log = JSON.parse(await print('sarif', 'check', checked, { errors }));

    expect(sarifFaults(log)).toEqual([]);
    expect(sarifFaults(JSON.parse(await print('sarif', 'replay', [replayed(1)])))).toEqual([]);
    expect(
      sarifFaults({
        ...log,
        runs: log.runs.map((run: object) => ({ ...run, results: [{ ...log.runs[0].results[0], level: 'grave', ruleIndex: 0 }] })),
      }),
    ).toEqual([
      expect.stringMatching(/^\/runs\/0\/results\/0\/level must be equal to one of the allowed values/),
      'lambda-vpc/undetermined is no rule',
    ]);
  });

  it('names the log file, without a line, for what was replayed', async () => {
    const { runs } = JSON.parse(await print('sarif', 'replay', [replayed(1)]));

    expect(runs[0].results[0].locations[0].physicalLocation).toEqual({ artifactLocation: { uri: 'logs/a%20b.json.gz' } });
  });
});

interface Result {
  readonly ruleId: string;
  readonly level: string;
  readonly suppressions?: unknown;
}
