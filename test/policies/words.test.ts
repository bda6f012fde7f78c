/** Policies in plain words. */
import { describeCondition, explainStatement } from '../../lib/policies/words';

it.each<readonly [string, string, readonly string[], string]>([
  ['StringEquals', 'k', ['a'], 'k is a'],
  ['StringEquals', 'k', ['a', 'b'], 'k is one of a, b'],
  ['StringNotEquals', 'k', ['a'], 'k is not a, or is absent'],
  ['StringNotLike', 'k', ['a*', 'b'], 'k looks like none of a*, b, or is absent'],
  ['StringNotLikeIfExists', 'k', ['a*'], 'k does not look like a*, or is absent'],
  ['ArnLike', 'k', ['a', 'b'], 'k looks like one of a, b'],
  ['ForAnyValue:StringNotEquals', 'k', ['a', 'b'], 'one of k is none of a, b'],
  ['ForAllValues:StringLike', 'k', ['a'], 'each of k looks like a, or is absent'],
  ['NotIpAddressIfExists', 'k', ['10.0.0.0/8', '192.0.2.1'], 'k is outside all of 10.0.0.0/8, 192.0.2.1, or is absent'],
  ['DateGreaterThan', 'k', ['2027-01-01'], 'k is after 2027-01-01'],
  ['Null', 'k', ['true'], 'k is absent'],
  ['Null', 'k', ['false'], 'k is there'],
  ['StringLike', 'k', ['https://a.b', 'https://a.b/*', 'https://a.b${?}*', 'https://a.b#*'], 'k looks like https://a.b'],
  ['StringLike', 'k', ['https://a.b', 'https://a.b/*'], 'k looks like one of https://a.b, https://a.b/*'],
  ['StringEquals', 'k', Array.from('abcdefghijklmn'), 'k is one of a, b, c, d, e, f, g, h, i, j, k, l and 2 more'],
])('%s %s %j: %s', (operator, key, values, words) => {
  expect(describeCondition(operator, key, values)).toBe(words);
});

it('names what is left out, and all but it', () => {
  const base = { Sid: 'A', Effect: 'Deny' as const };
  expect(explainStatement({ ...base, NotAction: ['s3:*'], NotResource: ['arn:aws:lambda:*:*:function:perimeter-sweep'] })).toEqual({
    actions: 'every action but s3:*',
    resources: 'everything but arn:aws:lambda:*:*:function:perimeter-sweep',
    conditions: [],
    spared: [],
  });
});
