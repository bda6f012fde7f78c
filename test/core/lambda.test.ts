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
])('function %s, qualifier %s', (text, qualifier, expected) => {
  expect(parseFunctionName(text, place, qualifier)).toEqual(expected);
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
])('layer %s, version %s', (text, version, expected) => {
  expect(parseLayerName(text, place, version)).toEqual(expected);
});

it("reserves the names of Perimeter's own functions for the guardrails that exist, and no others", () => {
  const names = guardrails.flatMap(({ id }) => [`perimeter-${id}-hook`, `perimeter-${id}-remediator`]);
  expect([...PERIMETER_FUNCTIONS].sort()).toEqual([...names, 'perimeter-directory', 'perimeter-sweep'].sort());
});
