import { shapesOf, valueIn } from './support';

const parameter = (declaration: string) => `Parameters:\n  P: ${declaration}\n`;

describe('what is known of a parameter', () => {
  it.each([
    ['{ Type: String, Default: a }', 'a'],
    ['{ Type: String, Default: "" }', ''],
    ['{ Type: Number, Default: 5 }', '5'],
    ['{ Type: String, Default: true }', 'true'],
    ['{ Type: String }', '${P}'],
    ['{}', '${P}'],
    ['text', '${P}'],
    ['{ Type: String, NoEcho: true, Default: secret }', '${P}'],
    ['{ Type: String, NoEcho: "true", AllowedValues: [a, b] }', '${P}'],
    ['{ Type: String, NoEcho: false, Default: plain }', 'plain'],
    ['{ Type: "AWS::SSM::Parameter::Value<String>", Default: /network/vpc }', '${P}'],
    ['{ Type: "AWS::SSM::Parameter::Value<List<String>>", Default: /network/subnets }', '${P}'],
    ['{ Type: AWS::SSM::Parameter::Name, Default: /network/vpc }', '/network/vpc'],
    ['{ Type: AWS::EC2::VPC::Id, Default: vpc-1 }', 'vpc-1'],
    ['{ Type: CommaDelimitedList, Default: "a, b ,c" }', ['a', 'b', 'c']],
    ['{ Type: List<AWS::EC2::Subnet::Id>, Default: subnet-1 }', ['subnet-1']],
    ['{ Type: List<Number>, Default: "1,2" }', ['1', '2']],
    ['{ Type: CommaDelimitedList, Default: "" }', []],
    ['{ Type: CommaDelimitedList, AllowedValues: [a, b] }', '${P}'],
    ['{ Type: String, AllowedValues: [only] }', 'only'],
    ['{ Type: String, AllowedValues: [] }', '${P}'],
    ['{ Type: String, AllowedValues: [a, [b]] }', '${P}'],
    ['{ Type: String, Default: { a: b } }', '${P}'],
  ])('%s', (declaration, expected) => {
    expect(valueIn('!Ref P', parameter(declaration))).toEqual(expected);
  });
});

describe('an override', () => {
  it.each([
    ['{ Type: String, Default: a }', 'b', 'b'],
    ['{ Type: String, AllowedValues: [a, c] }', 'b', 'b'],
    ['{ Type: String, NoEcho: true }', 'b', 'b'],
    ['{ Type: CommaDelimitedList, Default: a }', 'b, c', ['b', 'c']],
    ['{ Type: CommaDelimitedList }', '${Parent.Subnets}', '${Parent.Subnets}'],
    ['{ Type: CommaDelimitedList }', 'a,${Parent.B}', ['a', '${Parent.B}']],
    ['{ Type: "AWS::SSM::Parameter::Value<String>" }', '/other', '${P}'],
  ])('of %s by %s', (declaration, override, expected) => {
    expect(valueIn('!Ref P', parameter(declaration), { parameters: { P: override } })).toEqual(expected);
  });

  it('of what nobody declares changes nothing', () => {
    expect(valueIn('!Ref P', '', { parameters: { P: 'b' } })).toBe('${P}');
    expect(valueIn('!Ref constructor', parameter('{ Type: String }'))).toBe('${constructor}');
  });
});

describe('allowed values without a default', () => {
  const template = (value: string, values: readonly string[]) => `
Parameters: { P: { Type: String, AllowedValues: [${values.join(', ')}] }, Q: { Type: String, AllowedValues: [x, y] } }
Resources: { S: { Type: AWS::Test::Subject, Properties: { Value: ${value} } } }`;

  it('are all tried, in one branch', () => {
    expect(shapesOf(template('!Sub "${P}-${P}-${Q}"', ['a', 'b']), 'S')).toEqual(
      ['a-a-x', 'a-a-y', 'b-b-x', 'b-b-y'].map((Value) => ({ branch: '', properties: { Value } })),
    );
  });

  it('multiply nothing where they are not used', () => {
    expect(shapesOf(template('z', ['a', 'b']), 'S')).toEqual([{ branch: '', properties: { Value: 'z' } }]);
  });

  it('stay unknown where there are too many to try', () => {
    const many = Array.from({ length: 33 }, (_, index) => `v${index}`);

    expect(shapesOf(template('!Sub "${P}-${Q}"', many), 'S')).toEqual([{ branch: '', properties: { Value: '${P}-${Q}' } }]);
    expect(shapesOf(template('!Ref P', [...many, ...many.map((value) => `w${value}`)]), 'S')).toEqual([
      { branch: '', properties: { Value: '${P}' } },
    ]);
  });
});
