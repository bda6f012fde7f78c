import assert from 'node:assert/strict';
import fc from 'fast-check';
import { hasHole, holesOf, isHole, propertyIgnoringCase, splitOutsideHoles } from '../../lib/core/value';
import { runs } from '../support/runs';

it('knows what is unknown, in whole or in part', () => {
  const texts = ['plain', '${Param}', 'a-${Param}-b', '{{resolve:ssm:/x}}', '${', '{{resolve:', '$${x}', '${a}${b}'];
  expect(texts.map((text) => [hasHole(text), isHole(text), holesOf(text)])).toEqual([
    [false, false, []],
    [true, true, ['${Param}']],
    [true, false, ['${Param}']],
    [true, true, ['{{resolve:ssm:/x}}']],
    [false, false, []],
    [false, false, []],
    [true, false, ['${x}']],
    [true, false, ['${a}', '${b}']],
  ]);
});

it('splits at separators that stand outside holes', () => {
  expect(splitOutsideHoles('arn:${AWS::Partition}:s3:::{{resolve:ssm:/b}}:${unclosed:x', ':')).toEqual([
    'arn',
    '${AWS::Partition}',
    's3',
    '',
    '',
    '{{resolve:ssm:/b}}',
    '${unclosed',
    'x',
  ]);
});

it('loses nothing in a split', () => {
  const piece = fc.constantFrom('a', ':', '/', '${AWS::Region}', '${', '}', '{{resolve:ssm:/x}}', '{{', '');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), fc.constantFrom(':', '/'), (pieces, separator) => {
      const text = pieces.join('');
      assert.equal(splitOutsideHoles(text, separator).join(separator), text);
    }),
    { numRuns: runs },
  );
});

it('finds a property in any case, but none that the prototype lends', () => {
  expect([
    propertyIgnoringCase({ EFFECT: 'Allow' }, 'Effect'),
    propertyIgnoringCase({}, 'constructor'),
    propertyIgnoringCase({}, '__proto__'),
  ]).toEqual(['Allow', undefined, undefined]);
});
