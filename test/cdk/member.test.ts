/** The member template: what is in it, what it needs, what changes with the configuration. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Template } from '../../lib/cdk/member';
import { synthOrganization } from '../../lib/cdk/whole';
import { configurationOf, type WholeConfiguration } from '../../lib/core/configuration';
import type { Mode } from '../../lib/core/verdict';
import { guardrails } from '../../lib/guardrails';
import { encodeSettings, type Surroundings, settingsLiteral } from '../../lib/handlers/settings';
import { BUNDLES, deployedCode, example, load, member, ofType, resolved, resourcesOf } from './support';

let template: Template;
beforeAll(() => {
  template = member();
});

const names = (type: string, property: string, of = template) => ofType(of, type).map(({ Properties }) => Properties[property]);
const ids = guardrails.map(({ id }) => id);

const withModes = (modes: { readonly [id: string]: Mode }): WholeConfiguration => {
  const configuration = example();
  const sections = ids.map((id) => [id, { ...configurationOf(configuration, id), mode: modes[id] ?? configurationOf(configuration, id).mode }]);
  return { ...configuration, guardrails: Object.fromEntries(sections) };
};

/** Where the configuration itself may name a partition, and where all of them are named. */
const ELSEWHERE = ['ZipFile', 'EventPattern', 'Mappings', 'Conditions'];

describe('for the example configuration', () => {
  it('has two functions for each guardrail, by the names that are reserved', () => {
    expect(names('AWS::Lambda::Function', 'FunctionName').sort()).toEqual(
      ids.flatMap((id) => [`perimeter-${id}-hook`, `perimeter-${id}-remediator`]).sort(),
    );
  });

  it('has two hooks for each, that fail where the guardrail is enforced', () => {
    const hooks = ofType(template, 'AWS::CloudFormation::LambdaHook');
    const configuration = example();

    expect(hooks.map(({ Properties: { TargetOperations, FailureMode } }) => [TargetOperations, FailureMode])).toEqual(
      expect.arrayContaining(
        ids.flatMap((id) => {
          const mode = configurationOf(configuration, id).mode === 'enforce' ? 'FAIL' : 'WARN';
          return [
            [['RESOURCE'], mode],
            [['CLOUD_CONTROL'], mode],
          ];
        }),
      ),
    );
    expect(hooks).toHaveLength(2 * ids.length);
    expect(new Set(hooks.map(({ Properties }) => Properties.Alias)).size).toBe(hooks.length);
    for (const { Properties } of hooks) {
      expect(Properties.Alias).toMatch(/^[A-Za-z0-9]{2,64}(::[A-Za-z0-9]{2,64}){2}$/);
      expect(Properties.TargetFilters).toMatchObject({ Actions: ['CREATE', 'UPDATE'], InvocationPoints: ['PRE_PROVISION'] });
    }
  });

  it('needs nothing but itself: no parameter, rule, asset, transform or custom resource', () => {
    expect(Object.keys(template).sort()).toEqual(['Conditions', 'Description', 'Mappings', 'Resources']);
    expect(JSON.stringify(template)).not.toMatch(/Custom::|cdk-bootstrap|AssetParameters|AWS::CDK::Metadata|AWS::CloudFormation::Stack"/);
  });

  it('names no partition and no Region: the same template everywhere', () => {
    const without = JSON.stringify(template, (key, value) => (ELSEWHERE.includes(key) ? undefined : value));
    const named = without.match(/arn:aws[a-z-]*:.{9}|\b[a-z]{2}-(?:[a-z]+-)?(?:east|west|north|south|central)[a-z]*-\d/g);

    expect(named).toBeNull();
  });

  it('is the same, twice', () => {
    expect(JSON.stringify(member())).toBe(JSON.stringify(template));
  });

  it('fits: at most 600 KB', () => {
    expect(Buffer.byteLength(JSON.stringify(template))).toBeLessThanOrEqual(600 * 1024);
  });

  it('reserves no concurrency, which a new account could not give', () => {
    expect(JSON.stringify(template)).not.toContain('ReservedConcurrentExecutions":');
    for (const { Properties } of ofType(template, 'AWS::Lambda::Function')) {
      expect(Properties).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'], MemorySize: 256 });
    }
  });

  it('hears calls that read only by the state that delivers them, and lets them wait in a queue', () => {
    const states = Object.fromEntries(ofType(template, 'AWS::Events::Rule').map(({ Properties }) => [Properties.Name, Properties.State]));

    expect(states).toEqual({
      ...Object.fromEntries(ids.map((id) => [`perimeter-${id}-changes`, 'ENABLED'])),
      'perimeter-ecr-layer-access-reads': 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS',
    });
    expect(names('AWS::Scheduler::Schedule', 'Name').sort()).toEqual(
      ['perimeter-ecr-layer-access-drain', ...ids.map((id) => `perimeter-${id}-sweep`).sort()].sort(),
    );
  });

  it('sweeps once a day, whenever it suits EventBridge, once what is removed can be recorded', () => {
    const sweeps = ofType(template, 'AWS::Scheduler::Schedule').filter(({ Properties }) => Properties.Name.endsWith('-sweep'));

    for (const { Properties, DependsOn } of sweeps) {
      expect([Properties.ScheduleExpression, Properties.FlexibleTimeWindow, DependsOn]).toEqual([
        'rate(1 day)',
        { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 240 },
        ['UndoLog'],
      ]);
      expect(Properties.Target).toMatchObject({ Input: '{"perimeter":"sweep"}', RoleArn: { 'Fn::GetAtt': ['LookAgain', 'Arn'] } });
    }
  });

  it('keeps logs as long as they are told, and what was removed for 400 days', () => {
    const retention = Object.fromEntries(
      ofType(template, 'AWS::Logs::LogGroup').map(({ Properties }) => [Properties.LogGroupName, Properties.RetentionInDays]),
    );

    expect(retention).toEqual({
      'perimeter-undo': 400,
      ...Object.fromEntries(ids.flatMap((id) => [`perimeter-${id}-hook`, `perimeter-${id}-remediator`]).map((name) => [`/aws/lambda/${name}`, 30])),
    });
  });

  it('names roles by their Region, at most as long as IAM takes', () => {
    for (const { Properties } of ofType(template, 'AWS::IAM::Role')) {
      const name: string = Properties.RoleName['Fn::Sub'];
      expect(name).toMatch(/^perimeter-.*-\$\{AWS::Region\}$/);
      expect(name.replace('${AWS::Region}', 'ap-southeast-1').length).toBeLessThanOrEqual(64);
    }
  });
});

describe('the configuration', () => {
  const off = () => member(withModes({ 'lambda-vpc': 'off' }));

  it('leaves out a guardrail that is off, and changes nothing else', () => {
    const without = resourcesOf(off());
    const all = resourcesOf(template);

    expect(
      Object.keys(all)
        .filter((id) => !(id in without))
        .every((id) => id.startsWith('LambdaVpc')),
    ).toBe(true);
    expect(Object.keys(without).filter((id) => JSON.stringify(without[id]) !== JSON.stringify(all[id]))).toEqual([]);
  });

  it('with no guardrail on comes to the undo log alone, and to nothing that nothing needs', () => {
    const idle = member(withModes(Object.fromEntries(ids.map((id) => [id, 'off']))));

    expect(Object.keys(idle).sort()).toEqual(['Description', 'Resources']);
    expect(Object.keys(resourcesOf(idle)).sort()).toEqual(['Schedules', 'UndoLog']);
  });

  it('of a stage of the rollout goes before the modes of the guardrails', () => {
    const stage = { name: 'pilot', organizationalUnits: ['ou-ab12-11111111'], regions: ['eu-west-1'], modes: { 'lambda-vpc': 'enforce' as const } };
    const code = deployedCode(member(example(), { stage }), 'perimeter-lambda-vpc-hook', {
      partition: 'aws',
      region: 'eu-west-1',
      account: '222222222222',
    });

    expect(code).toContain("'lambda-vpc':{'mode':'enforce'");
  });

  it('adds alarms and a dashboard where they are chosen', () => {
    const chosen = member({ ...example(), deployment: { logRetentionDays: 30, alarms: true, dashboard: true } });

    expect(ofType(template, 'AWS::CloudWatch::Alarm')).toEqual([]);
    expect(ofType(chosen, 'AWS::CloudWatch::Alarm')).toHaveLength(4 * ids.length);
    expect(ofType(chosen, 'AWS::CloudWatch::Dashboard')).toHaveLength(1);
  });

  it('without a directory asks for none', () => {
    const alone = member(example(), { directory: false });

    expect(JSON.stringify(alone)).not.toContain('perimeter-directory-');
    expect(Object.keys(alone.Mappings ?? {})).toEqual(['CodeRemediators']);
  });
});

describe('many accounts', () => {
  const accounts = (count: number) => Array.from({ length: count }, (_, index) => String(200_000_000_000 + index));
  const large = (count: number) =>
    load(
      JSON.stringify({
        version: 1,
        organization: { id: 'o-exampleorgid', managementAccountId: '111111111111', accountIds: accounts(count) },
        guardrails: {
          'lambda-permission': { mode: 'enforce' },
          'lambda-layer-permission': { mode: 'enforce' },
          'lambda-vpc': { mode: 'observe' },
          'sns-subscription': {
            mode: 'enforce',
            trustedProtocols: ['email', 'https', 'sqs'],
            trustedEmailDomains: ['example.com'],
            trustedHosts: Array.from({ length: 200 }, (_, index) => `host-${index}.example.com`),
          },
          'ecr-layer-access': { mode: 'observe', allowedRoles: ['ci-*'] },
        },
        exemptions: Array.from({ length: 100 }, (_, index) => ({
          guardrails: ids,
          resources: [`arn:aws:lambda:*:${accounts(1)[0]}:function:legacy-${index}-*`],
          reason: 'it is replaced this year',
          owner: 'platform@example.com',
          expires: '2031-03-31',
        })),
      }),
    );

  it('1,000, with 200 hosts and 100 exemptions, fit: the template, its patterns, the policies', () => {
    const configuration = large(1000);
    const fitting = member(configuration);
    const place = { partition: 'aws-us-gov', region: 'ap-southeast-1', account: '222222222222' };
    const patterns = ofType(fitting, 'AWS::Events::Rule').map(({ Properties }) => JSON.stringify(resolved(Properties.EventPattern, place)).length);
    const policies = ofType(synthOrganization(configuration, BUNDLES, String), 'AWS::Organizations::Policy');
    const sizesOf = (type: string) =>
      policies.filter(({ Properties }) => Properties.Type === type).map(({ Properties }) => JSON.stringify(Properties.Content).length);

    expect(Buffer.byteLength(JSON.stringify(fitting))).toBeLessThanOrEqual(1_000_000);
    // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
    expect([patterns.length, Math.max(...patterns) <= 2_048]).toEqual([6, true]);
    // https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html
    expect(sizesOf('SERVICE_CONTROL_POLICY').length).toBeGreaterThan(1);
    expect(sizesOf('SERVICE_CONTROL_POLICY').filter((size) => size > configuration.scp.maxCharacters)).toEqual([]);
    expect(sizesOf('SERVICE_CONTROL_POLICY').length).toBeLessThanOrEqual(configuration.scp.maxPoliciesPerTarget);
    expect(sizesOf('RESOURCE_CONTROL_POLICY').filter((size) => size > 5_120)).toEqual([]);
  });

  it('more than fit are refused with the sizes', () => {
    expect(() => member(large(5000))).toThrow(
      /^perimeter-member: the template has \d{7} bytes, CloudFormation takes 1000000; \d{6} are the configuration of 10 functions: shorten/,
    );
  });
});

describe('the code of a function', () => {
  const PLACE = {
    partition: 'aws',
    region: 'eu-west-1',
    account: '222222222222',
    refs: { Schedules: 'perimeter', EcrLayerAccessRemediatorEventsQueue: 'https://queue' },
  };
  const directory = { bucket: 'perimeter-directory-111122223333', key: 'organization.json', region: 'us-east-1' };

  /** What a remediator is told of, besides the directory. */
  const beside = (id: string): Surroundings => {
    return {
      scheduler: {
        roleArn: 'arn:aws:iam::222222222222:role/perimeter-look-again-eu-west-1',
        groupName: 'perimeter',
        deadLetterArn: `arn:aws:sqs:eu-west-1:222222222222:perimeter-${id}-failed`,
      },
      ...(id === 'ecr-layer-access' && { queueUrl: 'https://queue' }),
    };
  };

  it.each(ids)('is its settings and its bundle, byte for byte: %s', (id) => {
    for (const [kind, folder, more] of [
      ['hook', 'hooks', {}],
      ['remediator', 'lambda', beside(id)],
    ] as const) {
      const literal = settingsLiteral(encodeSettings(example(), id, { directory, ...more }));
      const bundle = readFileSync(join(BUNDLES, folder, `${id}.js`), 'utf8');
      expect(deployedCode(template, `perimeter-${id}-${kind}`, PLACE) === `${literal}${bundle}`).toBe(true);
    }
  });
});
