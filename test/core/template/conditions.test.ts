import assert from 'node:assert/strict';
import fc from 'fast-check';
import { runs } from '../../support/runs';
import { type Shape, SOMEWHERE, shapesOf } from './support';

const template = (conditions: string, value: string, extra = '') => `
Parameters:
  Env: { Type: String, AllowedValues: [dev, stage, prod] }
  Known: { Type: String, Default: "yes" }
  P: { Type: String }
  Q: { Type: String }
Conditions: ${conditions}
Resources:
  S:
    Type: AWS::Test::Subject
    ${extra}
    Properties: { Value: ${value} }`;

const summary = (shapes: readonly Shape[] | string) =>
  typeof shapes === 'string' ? shapes : shapes.map(({ branch, properties }) => [branch, properties.Value] as const);

const variantsOf = (conditions: string, value: string, extra = '', scope = {}) => summary(shapesOf(template(conditions, value, extra), 'S', scope));

describe('a condition that is known', () => {
  it.each([
    ['!Equals [!Ref Known, "yes"]', true],
    ['!Equals [!Ref Known, "no"]', false],
    ['!Equals ["1", 1]', true],
    ['!Equals [true, "true"]', true],
    ['!Not [!Equals [a, b]]', true],
    ['!And [!Equals [a, a], !Equals [b, b]]', true],
    ['!And [!Equals [a, b], !Equals [!Ref P, x]]', false],
    ['!Or [!Equals [b, b], !Equals [!Ref P, x]]', true],
    ['!Or [!Equals [a, b], !Equals [b, c]]', false],
    ['!Equals [!Join ["", [a, b]], ab]', true],
    ['!Equals [!Select [1, !Split ["-", a-b]], b]', true],
    ['!Equals [!Ref P, !Ref P]', true],
    ['!Equals [!Sub "x-${P}", "y-1"]', false],
    ['!Equals [!Sub "${P}-x", "1-y"]', false],
    ['!Equals [!Ref AWS::AccountId, ""]', false],
    ['!Equals [!Ref AWS::Region, Frankfurt]', false],
    ['!Equals [!Ref Env, nowhere]', false],
    ['{ Condition: Other }', true],
  ])('%s', (condition, holds) => {
    expect(variantsOf(`{ C: ${condition}, Other: !Equals [1, 1] }`, '!If [C, one, other]')).toEqual([[`C=${holds}`, holds ? 'one' : 'other']]);
  });

  it('decides whether the resource is there', () => {
    expect(variantsOf('{ C: !Equals [a, b] }', 'x', 'Condition: C')).toEqual([]);
    expect(variantsOf('{ C: !Equals [a, a] }', 'x', 'Condition: C')).toEqual([['C=true', 'x']]);
    expect(variantsOf('{ C: !Equals [!Ref P, x] }', 'x', 'Condition: C')).toEqual([['C=true', 'x']]);
  });

  it('follows the place', () => {
    const value = '!If [C, one, other]';

    expect(variantsOf('{ C: !Equals [!Ref AWS::Region, eu-west-1] }', value, '', { place: SOMEWHERE })).toEqual([['C=true', 'one']]);
    expect(variantsOf('{ C: !Equals [!Ref AWS::AccountId, "444455556666"] }', value, '', { place: SOMEWHERE })).toEqual([['C=false', 'other']]);
  });
});

describe('a condition that is open', () => {
  it.each([
    ['!Equals [!Ref P, x]'],
    ['!Not [!Equals [!Ref P, ""]]'],
    ['!Equals [!ImportValue net, x]'],
    ['!Equals [!Sub "a-${P}-z", "a-1-z"]'],
    ['!Equals [!Ref P, !Ref Q]'],
    ['!Equals [!Ref AWS::Region, eu-west-1]'],
    ['!Condition Missing'],
    ['!Condition C'],
    ['!Foo [1]'],
    ['!Ref P'],
  ])('goes both ways: %s', (condition) => {
    expect(new Map(variantsOf(`{ C: ${condition} }`, '!If [C, one, other]') as readonly (readonly [string, string])[])).toEqual(
      new Map([
        ['C=true', 'one'],
        ['C=false', 'other'],
      ]),
    );
  });

  it('is the same wherever it is used', () => {
    expect(variantsOf('{ C: !Equals [!Ref P, x] }', '!Join ["", [!If [C, a, b], !If [C, c, d]]]')).toEqual([
      ['C=true', 'ac'],
      ['C=false', 'bd'],
    ]);
  });

  it('never makes a pair that cannot be', () => {
    const both = '!Join ["", [!If [A, a, "-"], !If [B, b, "-"]]]';

    expect(variantsOf('{ A: !Equals [!Ref P, x], B: !Equals [!Ref P, y] }', both)).toEqual([
      ['A=true, B=false', 'a-'],
      ['A=false, B=true', '-b'],
      ['A=false, B=false', '--'],
    ]);
    expect(variantsOf('{ A: !Equals [!Ref P, x], B: !Not [!Condition A] }', both)).toEqual([
      ['A=true, B=false', 'a-'],
      ['A=false, B=true', '-b'],
    ]);
    expect(variantsOf('{ A: !Equals [!Ref P, x], B: !Equals [!Sub "n-${P}", n-x] }', both)).toEqual([
      ['A=true, B=true', 'ab'],
      ['A=false, B=true', '-b'],
      ['A=false, B=false', '--'],
    ]);
    expect(variantsOf('{ A: !Equals [!Ref AWS::Partition, aws-cn], B: !Equals [!Ref AWS::Region, eu-west-1] }', both)).toEqual([
      ['A=true, B=false', 'a-'],
      ['A=false, B=true', '-b'],
      ['A=false, B=false', '--'],
    ]);
  });

  it('keeps to the allowed values of a parameter, and to what they mean elsewhere', () => {
    const conditions = '{ Prod: !Equals [!Ref Env, prod], Dev: !Equals [dev, !Ref Env], Gone: !Equals [!Ref Env, qa] }';

    expect(variantsOf(conditions, '!If [Prod, p, !If [Dev, d, s]]')).toEqual([
      ['Prod=true', 'p'],
      ['Dev=true, Prod=false', 'd'],
      ['Dev=false, Prod=false', 's'],
    ]);
    expect(variantsOf(conditions, '!If [Prod, !Ref Env, !Sub "not prod: ${Env}"]')).toEqual([
      ['Prod=true', 'prod'],
      ['Prod=false', 'not prod: dev'],
      ['Prod=false', 'not prod: stage'],
    ]);
    expect(variantsOf(conditions, '!Join ["", [!Ref Env, !If [Prod, "!", "?"], !If [Gone, g, ""]]]')).toEqual([
      ['Gone=false, Prod=false', 'dev?'],
      ['Gone=false, Prod=false', 'stage?'],
      ['Gone=false, Prod=true', 'prod!'],
    ]);
  });

  it('counts only where it is used', () => {
    const conditions = `{ ${Array.from({ length: 20 }, (_, index) => `C${index}: !Equals [!Ref P${index}, x]`).join(', ')} }`;

    expect(variantsOf(conditions, '!If [C7, a, b]')).toHaveLength(2);
    expect(variantsOf(conditions, `[${[0, 1, 2, 3, 4, 5].map((index) => `!If [C${index}, a, b]`).join(', ')}]`)).toHaveLength(64);
    expect(variantsOf(conditions, `[${[0, 1, 2, 3, 4, 5, 6].map((index) => `!If [C${index}, a, b]`).join(', ')}]`)).toBe('tooMany');
  });

  it('lets conditions be told where only values are too many', () => {
    const names = ['A', 'B', 'C', 'D', 'E'];
    const text = `
Parameters: { ${names.map((name) => `${name}: { AllowedValues: [a, b, c] }`).join(', ')} }
Conditions: { IsA: !Equals [!Ref A, a] }
Resources: { S: { Type: AWS::Test::Subject, Properties: { Value: !If [IsA, !Sub "\${A}\${B}\${C}\${D}\${E}", n] } } }`;

    expect(summary(shapesOf(text, 'S'))).toEqual([
      ['IsA=true', 'a${B}${C}${D}${E}'],
      ['IsA=false', 'n'],
    ]);
  });
});

/** A template's conditions over three parameters, against all that those could be. */
describe('every branch', () => {
  const VALUES = ['a', 'b', 'c', 'other'];
  const names = ['P', 'Q', 'R'] as const;
  type Expression = { readonly yaml: string; readonly holds: (values: { readonly [name: string]: string }) => boolean };
  const side = fc.oneof(
    fc.constantFrom(...names).map((name) => ({ yaml: `!Ref ${name}`, of: (values: { readonly [name: string]: string }) => values[name] })),
    fc.constantFrom('a', 'b', 'c').map((text) => ({ yaml: text, of: () => text })),
  );
  const equals: fc.Arbitrary<Expression> = fc
    .tuple(side, side)
    .map(([one, other]) => ({ yaml: `!Equals [${one.yaml}, ${other.yaml}]`, holds: (values) => one.of(values) === other.of(values) }));
  const expression: fc.Arbitrary<Expression> = fc.letrec<{ node: Expression }>((tie) => ({
    node: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      equals,
      tie('node').map((inner): Expression => ({ yaml: `!Not [${inner.yaml}]`, holds: (values) => !inner.holds(values) })),
      fc
        .tuple(tie('node'), tie('node'))
        .map(([a, b]): Expression => ({ yaml: `!And [${a.yaml}, ${b.yaml}]`, holds: (values) => a.holds(values) && b.holds(values) })),
      fc
        .tuple(tie('node'), tie('node'))
        .map(([a, b]): Expression => ({ yaml: `!Or [${a.yaml}, ${b.yaml}]`, holds: (values) => a.holds(values) || b.holds(values) })),
    ),
  })).node;

  /** With `AllowedValues` the parameters can be nothing else; without, `other` stands for all the rest. */
  const possible = (declared: readonly string[]) => declared.flatMap((P) => declared.flatMap((Q) => declared.map((R) => ({ P, Q, R }))));

  it.each([
    ['allowed values', 'AllowedValues: [a, b, c]', VALUES.slice(0, 3)],
    ['no allowed values', 'Type: String', [...VALUES, 'different', 'yet another']],
  ])('is one that some parameters make, and each of those is there: %s', (_, declaration, values) => {
    fc.assert(
      fc.property(expression, expression, (one, other) => {
        const text = `
Parameters: { ${names.map((name) => `${name}: { ${declaration} }`).join(', ')} }
Conditions: { A: ${one.yaml}, B: ${other.yaml} }
Resources: { S: { Type: AWS::Test::Subject, Properties: { V: [!If [A, yes, no], !If [B, yes, no]] } } }`;
        const shapes = shapesOf(text, 'S');
        const actual = typeof shapes === 'string' ? shapes : [...new Set(shapes.map(({ branch }) => branch))].sort();
        const expected = [...new Set(possible(values).map((assigned) => `A=${one.holds(assigned)}, B=${other.holds(assigned)}`))].sort();

        assert.deepEqual(actual, expected);
      }),
      { numRuns: Math.min(runs, 5000) },
    );
  });
});
