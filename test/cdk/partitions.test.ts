/** One template for every partition: what a partition lacks is left out there, and nothing else is. */
import type { Template } from '../../lib/cdk/member';
import { example, member, type Resource, resourcesOf } from './support';

/** As CloudFormation evaluates them: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-conditions.html */
function holds(condition: unknown, partition: string): boolean {
  const [[name, argument] = ['', undefined]] = Object.entries(Object(condition));
  if (!Array.isArray(argument)) throw new Error(`${JSON.stringify(condition)} is no condition of ours`);
  if (name === 'Fn::Not') return !holds(argument[0], partition);
  if (name === 'Fn::Or') return argument.some((each) => holds(each, partition));
  expect([name, argument[0]]).toEqual(['Fn::Equals', { Ref: 'AWS::Partition' }]);
  return argument[1] === partition;
}

/** What is made in this partition: resources without those whose condition does not hold, `Fn::If` decided. */
function madeIn(template: Template, partition: string): { readonly [logicalId: string]: Resource } {
  const conditions = Object.fromEntries(Object.entries(Object(template.Conditions)).map(([name, condition]) => [name, holds(condition, partition)]));
  const decided = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(decided);
    if (typeof value !== 'object' || value === null) return value;
    const [[name, argument] = ['', undefined]] = Object.entries(value);
    if (name === 'Fn::If' && Array.isArray(argument)) return decided(conditions[String(argument[0])] ? argument[1] : argument[2]);
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, decided(item)]));
  };
  const there = Object.entries(resourcesOf(template)).filter(([, { Condition }]) => Condition === undefined || conditions[Condition]);
  return Object.fromEntries(there.map(([id, resource]) => [id, decided(resource) as Resource]));
}

const watched = () => ({ ...example(), deployment: { logRetentionDays: 30, alarms: true, dashboard: true } });

let template: Template;
beforeAll(() => {
  template = member(watched());
});

const isOfHook = (id: string) => /^[A-Z]\w+Hook(?:Asked|Role|Stacks|CloudControl|Errors)/.test(id);
const isAge = (id: string) => /^Watch\w+Age$/.test(id);

it.each([
  ['aws', () => false],
  ['aws-eusc', () => false],
  // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resource-type-schemas.html has no Lambda hook for these two;
  // https://docs.amazonaws.cn/en_us/aws/latest/userguide/lambda.html: no metrics of asynchronous invocations
  ['aws-cn', (id: string) => isOfHook(id) || isAge(id)],
  ['aws-us-gov', isOfHook],
])('leaves out in %s what is not there', (partition, isLacking) => {
  const all = Object.keys(resourcesOf(template));
  const made = Object.keys(madeIn(template, partition));

  expect(all.filter((id) => !made.includes(id))).toEqual(all.filter(isLacking));
  expect(all.filter(isOfHook).length).toBe(35);
  expect(all.filter(isAge).length).toBe(5);
});

it.each(['aws', 'aws-cn', 'aws-us-gov'])('refers in %s to nothing that was left out', (partition) => {
  const made = madeIn(template, partition);
  const named = [...JSON.stringify(made).matchAll(/\{"Ref":"(\w+)"\}|"Fn::GetAtt":\["(\w+)"/g)].map(([, ref, of]) => ref ?? of ?? '');

  expect(named.length).toBeGreaterThan(50);
  expect(named.filter((id) => !(id in made))).toEqual([]);
});

it('logs as text where there is no JSON: https://docs.aws.amazon.com/govcloud-us/latest/UserGuide/govcloud-lambda.html', () => {
  const formats = (partition: string) =>
    Object.values(madeIn(template, partition)).flatMap(({ Type, Properties }) =>
      Type === 'AWS::Lambda::Function' ? [Properties.LoggingConfig] : [],
    );
  const group = { Ref: expect.stringMatching(/Logs$/) };

  expect(formats('aws-us-gov')).toEqual(Array(5).fill({ LogFormat: 'Text', LogGroup: group }));
  expect(formats('aws')).toEqual(Array(10).fill({ LogFormat: 'JSON', ApplicationLogLevel: 'INFO', SystemLogLevel: 'WARN', LogGroup: group }));
});

describe.each([
  ['aws-cn', 'cn-north-1'],
  ['aws-us-gov', 'us-gov-west-1'],
])('rolled out in %s', (partition, region) => {
  const stage = { name: 'all', organizationalUnits: ['ou-ab12-11111111'], regions: [region], modes: {} };
  const rolledOut = () => member({ ...watched(), rollout: [stage] }, { stage });

  it('has no hooks at all, and says so: StackSets refuse a type whatever its condition says', () => {
    const { Description, ...rest } = rolledOut();

    expect(JSON.stringify(rest)).not.toContain('AWS::CloudFormation::LambdaHook');
    expect(Description).toMatch(new RegExp(`; without hooks, which ${partition} does not have$`));
    expect(madeIn(rolledOut(), partition)).toEqual(madeIn(template, partition));
  });
});
