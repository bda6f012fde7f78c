import { PERIMETER_FUNCTIONS, parseFunctionName, parseLayerName } from '../../lib/core/lambda';
import { guardrails } from '../../lib/guardrails';

const place = { partition: 'aws', region: 'eu-west-1', account: '222222222222' };
const FUNCTION = 'arn:aws:lambda:eu-west-1:222222222222:function:orders';
const bare = { functionArn: FUNCTION, name: 'orders', arn: FUNCTION };
const live = { ...bare, qualifier: 'live', arn: `${FUNCTION}:live` };

it.each([
  ['orders', undefined, bare],
  ['orders:live', undefined, live],
  ['orders', 'live', live],
  ['222222222222:function:orders', undefined, bare],
  ['222222222222:function:orders:live', undefined, live],
  [FUNCTION, undefined, bare],
  [`${FUNCTION}:live`, undefined, live],
  [FUNCTION, '$LATEST', bare],
  ['function:orders', undefined, bare],
  ['function:orders:live', undefined, live],
  ['function:orders', 'live', live],
  ['222222222222:orders', undefined, bare],
  ['222222222222:orders:live', undefined, live],
  ['eu-west-1:222222222222:function:orders', undefined, bare],
  ['eu-west-1:222222222222:function:orders:live', undefined, live],
  ['eu-west-1:function:orders:live', undefined, live],
  ['eu-west-1:orders', undefined, bare],
  ['arn:aws:lambda:function:orders:live', undefined, live],
  ['arn:aws:lambda:orders', 'live', live],
  ['arn:aws:lambda:eu-west-1:function:orders', undefined, bare],
  ['arn%3Aaws%3Alambda%3Aeu-west-1%3A222222222222%3Afunction%3Aorders%3Alive', undefined, live],
  ['222222222222%3Afunction%3Aorders%3A%24LATEST', undefined, bare],
  ['orders:$LATEST', undefined, bare],
])('function %s, qualifier %s', (text, qualifier, expected) => {
  expect(parseFunctionName(text, place, qualifier)).toEqual(expected);
});

const named = (name: string, qualifier?: string) => {
  const functionArn = `arn:aws:lambda:eu-west-1:222222222222:function:${name}`;
  return qualifier === undefined ? { functionArn, name, arn: functionArn } : { functionArn, name, qualifier, arn: `${functionArn}:${qualifier}` };
};

it.each([
  ['function', named('function')],
  ['function:$LATEST', named('function')],
  ['222222222222', named('222222222222')],
  ['222222222222:$LATEST', named('222222222222')],
  ['eu-west-1', named('eu-west-1')],
  ['functions:live', named('functions', 'live')],
  ['22222222222:live', named('22222222222', 'live')],
  ['eu-west:live', named('eu-west', 'live')],
  ['orders:$LATEST.PUBLISHED', named('orders', '$LATEST.PUBLISHED')],
  ['orders.eu', named('orders.eu')],
  ['100%', named('100%')],
  ['${Function}:live', named('${Function}', 'live')],
])('a function whose name looks like what may stand before one: %s', (text, expected) => {
  expect(parseFunctionName(text, place)).toEqual(expected);
});

/** https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html, without its ARN. */
const PATTERN =
  /^(?:((?:eusc-)?[a-z]{2}(?:-gov|-iso[a-z]?)?-[a-z]+-\d):)?(?:(\d{12}):)?(?:function:)?([a-zA-Z0-9-_.]+)(?::(\$LATEST(?:\.PUBLISHED)?|[a-zA-Z0-9-_]+))?$/;

it('reads every name as the pattern of the API does', () => {
  const all = (...choices: readonly (readonly string[])[]) =>
    choices.reduce((texts, some) => texts.flatMap((text) => some.map((next) => text + next)));
  const texts = all(
    ['', 'eu-west-1:', 'us-gov-east-1:', 'us-isob-east-1:', 'eusc-de-east-1:'],
    ['', '222222222222:', '999999999999:'],
    ['', 'function:'],
    ['orders', 'function', '333333333333', 'us-east-1', 'a.b', '7'],
    ['', ':live', ':7', ':$LATEST', ':$LATEST.PUBLISHED', ':function', ':444455556666', ':us-east-1'],
  );

  const differing = texts.filter((text) => {
    const [, region = place.region, account = place.account, name = '', qualifier] = PATTERN.exec(text) ?? [];
    const functionArn = `arn:aws:lambda:${region}:${account}:function:${name}`;
    const arn = qualifier === undefined || qualifier === '$LATEST' ? functionArn : `${functionArn}:${qualifier}`;
    return parseFunctionName(text, place).arn !== arn;
  });

  expect([texts.length, differing]).toEqual([1440, []]);
});

it.each(['999999999999:orders', '999999999999:function:orders', 'eu-west-1:999999999999:orders'])('keeps the account of %s', (text) => {
  expect(parseFunctionName(text, place).arn).toBe('arn:aws:lambda:eu-west-1:999999999999:function:orders');
});

it('knows an account and a Region that are holes', () => {
  const account = '${AWS::AccountId}';
  const region = '${AWS::Region}';

  expect(parseFunctionName(`${region}:${account}:function:orders:live`, place).arn).toBe(`arn:aws:lambda:${region}:${account}:function:orders:live`);
});

it('keeps the account, Region and partition of an ARN', () => {
  expect(parseFunctionName('arn:aws-cn:lambda:cn-north-1:999999999999:function:f', place).arn).toBe(
    'arn:aws-cn:lambda:cn-north-1:999999999999:function:f',
  );
  expect(parseFunctionName('arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:${Fn}', place).name).toBe('${Fn}');
});

it('takes an ARN that is none of a function as it is', () => {
  const shop = 'arn:aws:lambda:eu-west-1:222222222222:web-function/shop';

  expect(parseFunctionName(shop, place)).toEqual({ functionArn: shop, name: shop, arn: shop });
});

const LAYER = 'arn:aws:lambda:eu-west-1:222222222222:layer:common';

it.each([
  ['common', '7', { layerArn: LAYER, name: 'common', version: '7', arn: `${LAYER}:7` }],
  ['common:7', undefined, { layerArn: LAYER, name: 'common', version: '7', arn: `${LAYER}:7` }],
  [LAYER, '7', { layerArn: LAYER, name: 'common', version: '7', arn: `${LAYER}:7` }],
  [`${LAYER}:7`, '7', { layerArn: LAYER, name: 'common', version: '7', arn: `${LAYER}:7` }],
  ['common', undefined, { layerArn: LAYER, name: 'common', arn: LAYER }],
  [encodeURIComponent(LAYER), '7', { layerArn: LAYER, name: 'common', version: '7', arn: `${LAYER}:7` }],
])('layer %s, version %s', (text, version, expected) => {
  expect(parseLayerName(text, place, version)).toEqual(expected);
});

it("reserves the names of Perimeter's own functions for the guardrails that exist, and no others", () => {
  const names = guardrails.flatMap(({ id }) => [`perimeter-${id}-hook`, `perimeter-${id}-remediator`]);
  expect([...PERIMETER_FUNCTIONS].sort()).toEqual([...names, 'perimeter-directory', 'perimeter-sweep'].sort());
});
