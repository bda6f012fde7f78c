/** Hooks never stand in Perimeter's own way: by their filters, as AWS documents them, even a hook that throws leaves its own stacks alone. */
import { Script } from 'node:vm';
import { guardrails } from '../../lib/guardrails';
import { example, member, type Resource, resourcesOf } from './support';

let resources: ReturnType<typeof resourcesOf>;
let hooks: readonly (readonly [string, Resource])[];
beforeAll(() => {
  resources = resourcesOf(member({ ...example(), guardrails: enforced() }));
  hooks = Object.entries(resources).filter(([, { Type }]) => Type === 'AWS::CloudFormation::LambdaHook');
});

const enforced = () =>
  Object.fromEntries(Object.entries(example().guardrails).map(([id, section]) => [id, { ...section, mode: 'enforce' as const }]));

interface Operation {
  readonly kind: 'RESOURCE' | 'CLOUD_CONTROL';
  readonly action: 'CREATE' | 'UPDATE' | 'DELETE';
  readonly type: string;
  /** A call of Cloud Control has none. */
  readonly stack?: string;
}

/** `*` is any text, `?` one character: https://docs.aws.amazon.com/cloudformation-cli/latest/hooks-userguide/hooks-target-filtering.html */
const matches = (pattern: string, text: string): boolean =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  ).test(text);

/** https://docs.aws.amazon.com/cloudformation-cli/latest/hooks-userguide/hooks-stack-level-filtering.html: included, and not excluded. */
function isAsked({ Properties }: Resource, { kind, action, type, stack }: Operation): boolean {
  const { TargetOperations, TargetFilters, StackFilters } = Properties;
  if (!TargetOperations.includes(kind)) return false;
  if (!TargetFilters.Actions.includes(action) || !TargetFilters.TargetNames.some((name: string) => matches(name, type))) return false;
  // Cloud Control ignores the filters of stacks.
  if (stack === undefined || StackFilters === undefined) return true;
  const { Include, Exclude = [] } = StackFilters.StackNames;
  expect(Object.keys(StackFilters).sort()).toEqual(['FilteringCriteria', 'StackNames']);
  return (Include === undefined || Include.some((name: string) => matches(name, stack))) && !Exclude.some((name: string) => matches(name, stack));
}

/** The bundle of a hook that is broken. */
const BROKEN = 'exports.handler = async () => { throw new Error("broken"); };';

/** The operations that would be refused while every hook has this code: a function that fails is a hook that fails, and FAIL refuses. */
async function refused(code: string, operations: readonly Operation[]): Promise<readonly Operation[]> {
  const answers = await Promise.all(
    operations.map(async (operation) => {
      for (const [, hook] of hooks.filter(([, each]) => isAsked(each, operation))) {
        const loaded: { handler?: (request: object) => Promise<{ hookStatus: string }> } = {};
        new Script(`((exports) => { ${code} })`).runInThisContext()(loaded);
        const reply = await loaded.handler?.({}).catch(() => ({ hookStatus: 'FAILED' }));
        if (reply?.hookStatus === 'FAILED' && hook.Properties.FailureMode === 'FAIL') return [operation];
      }
      return [];
    }),
  );
  return answers.flat();
}

/** Every resource of the member template, made, changed, rolled back (an update to what was) and removed. */
const inStack = (stack: string): readonly Operation[] =>
  Object.values(resources).flatMap(({ Type }) =>
    (['CREATE', 'UPDATE', 'DELETE'] as const).map((action) => ({ kind: 'RESOURCE' as const, action, type: Type, stack })),
  );

it.each(['perimeter-member', 'StackSet-perimeter-pilot-11111111-2222-3333-4444-555555555555', 'perimeter-directory', 'perimeter-rollout'])(
  'a hook that throws leaves %s alone',
  async (stack) => {
    expect(await refused(BROKEN, inStack(stack))).toEqual([]);
  },
);

it.each(['orders', 'my-perimeter-member', 'Perimeter-member', 'StackSet-orders-perimeter', 'perimeter'])(
  'and refuses what it guards in %s',
  async (stack) => {
    const operations = await refused(BROKEN, inStack(stack));

    expect(new Set(operations.map(({ type, action }) => `${action} ${type}`))).toEqual(
      new Set(['AWS::Lambda::Function', 'AWS::Lambda::Permission'].flatMap((type) => [`CREATE ${type}`, `UPDATE ${type}`])),
    );
    expect(await refused('exports.handler = async () => ({ hookStatus: "SUCCESS" });', inStack(stack))).toEqual([]);
  },
);

it('sees the calls of Cloud Control, whose hook no name of a stack can pass by', async () => {
  const operations = guardrails.flatMap(({ resources }) =>
    resources.map((type) => ({ kind: 'CLOUD_CONTROL' as const, action: 'CREATE' as const, type })),
  );
  const guarded = operations.filter(({ type }) => !type.startsWith('AWS::Serverless::'));

  expect(await refused(BROKEN, operations)).toEqual(guarded);
});

/** The resources that have to be there before this one. */
function neededBy(id: string, seen = new Set<string>()): ReadonlySet<string> {
  const { DependsOn = [] } = resources[id] ?? {};
  const named = [...JSON.stringify(resources[id]).matchAll(/\{"Ref":"(\w+)"\}|"Fn::GetAtt":\["(\w+)"/g)].map(([, ref, of]) => ref ?? of ?? '');
  for (const other of [...DependsOn, ...named]) {
    if (!(other in resources) || seen.has(other)) continue;
    seen.add(other);
    neededBy(other, seen);
  }
  return seen;
}

it('are made when their function, its log group and both roles are there, and removed before them', () => {
  expect(hooks).toHaveLength(2 * guardrails.length);
  for (const [id] of hooks) {
    const base = id.replace(/(?:Stacks|CloudControl)$/, '');
    expect([...neededBy(id)].sort()).toEqual([`${base}AskedFunction`, `${base}AskedLogs`, `${base}AskedRole`, `${base}Role`]);
    expect(Object.keys(resources).filter((other) => neededBy(other).has(id))).toEqual([]);
    // A policy of its own would come after the role, and the hook might be made in between.
    expect(resources[`${base}Role`]?.Properties.Policies).toHaveLength(1);
  }
});
