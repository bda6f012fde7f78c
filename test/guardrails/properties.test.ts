/** What a guardrail says that it reads of a type is what it reads: `check` resolves nothing else. */
import type { Case } from '../../lib/core/case';
import { readDocument } from '../../lib/core/document';
import type { ResourceInput } from '../../lib/core/guardrail';
import { openTemplate } from '../../lib/core/template';
import { guardrailCases, PLACE, templateOf } from '../support/cases';

const declared = guardrailCases.flatMap(({ guardrail, cases }) =>
  Object.entries(guardrail.properties ?? {}).map(([type, names]) => ({ id: guardrail.id, type, names, guardrail, cases })),
);

const textOf = (item: Case): string | undefined => item.template ?? (item.resource && JSON.stringify(templateOf(item.resource)));

function inputsOf(cases: readonly Case[], type: string): readonly ResourceInput[] {
  return cases.flatMap((item) => {
    const text = textOf(item);
    const document = text === undefined ? undefined : readDocument(text);
    if (document?.kind !== 'cloudformation') return [];
    return openTemplate(document.root, { place: PLACE, parameters: {} })
      .resources(new Set([type]))
      .flatMap(({ variants }) => {
        const shapes = variants();
        return typeof shapes === 'string' ? [] : shapes.map(({ input }) => input);
      });
  });
}

/** Whatever is asked of an object, by name; all names where they are listed. */
function watched(properties: ResourceInput['properties'], read: Set<string>): ResourceInput['properties'] {
  const noted = <Name extends string | symbol>(name: Name): Name => {
    read.add(String(name));
    return name;
  };
  return new Proxy(properties, {
    get: (target, name) => Reflect.get(target, noted(name)),
    has: (target, name) => Reflect.has(target, noted(name)),
    getOwnPropertyDescriptor: (target, name) => Reflect.getOwnPropertyDescriptor(target, noted(name)),
    ownKeys: (target) => {
      noted('every name');
      return Reflect.ownKeys(target);
    },
  });
}

it.each(declared)('$id reads of $type what it says', ({ type, names, guardrail, cases }) => {
  const read = new Set<string>();
  const inputs = inputsOf(cases, type);
  expect(inputs.length).toBeGreaterThan(0);
  for (const input of inputs) guardrail.fromResource({ ...input, properties: watched(input.properties, read) });
  expect([...read].sort()).toEqual([...names].sort());
});

it('is said of some', () => {
  expect(declared.length).toBeGreaterThan(0);
});
