/** What `scp check` says about policies that mean more, or less, than they seem to. */
import { lintPolicy } from '../../lib/policies/lint';

const SPARES = { ArnNotLikeIfExists: { 'aws:PrincipalArn': ['arn:*:iam::*:role/stacksets-exec-*', 'arn:aws:iam::*:role/break-glass'] } };
const statement = (over: object) => ({ Sid: 'A', Effect: 'Deny', Action: ['sns:Subscribe'], Resource: ['*'], Condition: SPARES, ...over });
const say = (statements: readonly object[], over: object = {}) =>
  lintPolicy({ Version: '2012-10-17', Statement: statements, ...over }, 'scp', 10_240).map(({ level, message }) => `${level}: ${message}`);
const withEndpoint = (...patterns: readonly string[]) => statement({ Condition: { ...SPARES, StringNotLike: { 'sns:Endpoint': patterns } } });

it('has nothing to say about a denial that spares', () => {
  expect(say([statement({})])).toEqual([]);
  expect(
    say([withEndpoint('https://api.example.com', 'https://api.example.com/*', 'https://api.example.com${?}*', 'https://api.example.com#*')]),
  ).toEqual([]);
});

it.each<readonly [string, readonly string[], RegExp]>([
  [
    'a host that a path can hold',
    say([withEndpoint('https://*.example.com', 'https://*.example.com/*')]),
    /https:\/\/\*\.example\.com: \* crosses \/, \? and @/,
  ],
  ['a host that is only a beginning', say([withEndpoint('https://api.example.com*')]), /\* crosses/],
  ['any port', say([withEndpoint('https://api.example.com:*')]), /\* crosses/],
  ['a question mark that is any character', say([withEndpoint('https://api.example.com/x?y')]), /\? stands for any one character/],
  ['an address with two @', say([withEndpoint('*@example.com')]), /deny \*@\*@\* as well/],
  ['an account behind wildcards', say([withEndpoint('arn:*:sqs:*:222222222222:*')]), /\* crosses :/],
  [
    'everyone who is spared',
    say([statement({ Condition: { ArnNotLikeIfExists: { 'aws:PrincipalArn': ['arn:aws:iam::*:role/*'] } } })]),
    /nearly everyone/,
  ],
  [
    'a name that a path can hold',
    say([
      statement({ Condition: { ArnNotLikeIfExists: { 'aws:PrincipalArn': ['arn:aws:iam::*:role/stacksets-exec-*', 'arn:aws:iam::*:role/ci-*'] } } }),
    ]),
    /ci-\*: \* crosses \//,
  ],
  [
    'StackSets that are refused',
    say([statement({ Condition: { ArnNotLikeIfExists: { 'aws:PrincipalArn': ['arn:aws:iam::*:role/ops'] } } })]),
    /does not spare stacksets-exec/,
  ],
  [
    'what goes around it by CloudFormation',
    say([statement({ Condition: { ...SPARES, BoolIfExists: { 'aws:ViaAWSService': 'false' } } })]),
    /whoever may use CloudFormation goes around it/,
  ],
  ['who may sign in that is denied', say([statement({ Action: ['sts:AssumeRole*'] })]), /lock themselves out/],
  ['all but a few actions that are denied', say([statement({ Action: undefined, NotAction: ['s3:*'] })]), /lock themselves out/],
])('warns of %s, once', (_, said, expected) => {
  expect(said).toEqual([expect.stringMatching(expected)]);
  expect(said[0]).toMatch(/^warning: /);
});

it('has nothing to say about a denial of everything under some circumstances, by who is not spared', () => {
  const condition = { ...SPARES, StringNotEquals: { 'aws:RequestedRegion': ['eu-west-1'] } };
  expect(say([statement({ Action: ['*'], Condition: condition })])).toEqual([]);
  expect(say([statement({ Action: undefined, NotAction: ['iam:*'], Condition: condition })])).toEqual([]);
});

it('lets services pull images for the caller', () => {
  expect(say([statement({ Action: ['ecr:BatchGetImage'], Condition: { ...SPARES, BoolIfExists: { 'aws:ViaAWSService': 'false' } } })])).toEqual([]);
});

it('is content where a denial catches what lies below a path that looks like a name', () => {
  const spares = { ArnNotLikeIfExists: { 'aws:PrincipalArn': ['arn:*:iam::*:role/stacksets-exec-*', 'arn:aws:iam::*:role/ci-*'] } };
  const below = { ...SPARES, ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/ci-*/*' } };
  expect(say([statement({ Condition: spares }), statement({ Sid: 'B', Condition: below })])).toEqual([]);
});

it('is content where another denial catches the rest', () => {
  const second = statement({ Sid: 'B', Condition: { ...SPARES, StringLike: { 'sns:Endpoint': '*@*@*' } } });
  expect(say([withEndpoint('*@example.com'), second])).toEqual([]);
});

it('takes one text and one statement for a list of one', () => {
  const bare = { Effect: 'Deny', Action: 'sns:Subscribe', Resource: '*', Condition: { Bool: { 'aws:SecureTransport': false } } };
  const lints = lintPolicy({ Version: '2012-10-17', Statement: bare }, 'scp', 10_240);

  expect(lints).toEqual([{ level: 'error', statement: '#1', message: expect.stringContaining('spares nobody') }]);
});

it.each<readonly [string, object]>([
  ['accounts', { StringNotEquals: { 'aws:PrincipalAccount': ['222222222222'] } }],
  ['a part of the organization', { 'ForAllValues:StringNotLike': { 'aws:PrincipalOrgPaths': ['o-exampleorgid/*/ou-ab12-22222222/*'] } }],
  ['everyone but the root user', { StringLike: { 'aws:PrincipalArn': ['arn:aws:iam::*:root'] } }],
])('knows that %s are spared, too', (_, Condition) => {
  expect(say([statement({ Condition })])).toEqual([]);
});

it('does not ask a resource policy to spare principals, but to leave somebody in', () => {
  const rcp = { ...statement({ Condition: { StringNotEqualsIfExists: { 'aws:PrincipalOrgID': 'o-exampleorgid' } } }), Principal: '*' };
  const lint = (each: object) =>
    lintPolicy({ Version: '2012-10-17', Statement: [each] }, 'rcp', 5120).map(({ level, message }) => `${level}: ${message}`);

  expect(lint(rcp)).toEqual([]);
  expect(lint({ ...rcp, Condition: undefined })).toEqual([expect.stringMatching(/^error: it has no condition/)]);
  expect(lint({ ...rcp, Action: ['*'], Condition: undefined })).toEqual([expect.stringMatching(/^error: it denies everything/)]);
});

it.each<readonly [string, readonly string[], RegExp]>([
  ['a denial of everything', say([statement({ Action: ['*'] })]), /denies everything to everyone/],
  [
    'a denial of everything, in other words',
    say([statement({ Action: ['s3:*', '*:*'], Resource: ['**'], Condition: {} })]),
    /denies everything to everyone/,
  ],
  ['a denial that spares nobody', say([statement({ Condition: {} })]), /spares nobody/],
  ['a denial that spares nobody by name', say([statement({ Condition: { ArnLike: { 'aws:PrincipalArn': '*' } } })]), /spares nobody/],
  ['a denial that asks about the call alone', say([statement({ Condition: { Null: { 'aws:PrincipalArn': 'false' } } })]), /spares nobody/],
  ['another version', say([statement({})], { Version: '2008-10-17' }), /its Version is not/],
  ['an unknown element', say([statement({ Conditions: {} })]), /unknown element Conditions/],
  ['a principal', say([statement({ Principal: '*' })]), /principal/],
  ['a Sid twice', say([statement({}), statement({})]), /the same Sid/],
  ['a Sid with other characters', say([statement({ Sid: 'a-b' })]), /letters and digits/],
  ['no action', say([statement({ Action: undefined })]), /names no action/],
  [
    'too many characters',
    say([statement({ Resource: Array.from({ length: 300 }, (_, index) => `arn:aws:sns:eu-west-1:222222222222:topic-${index}`) })]),
    /characters, and 10240 are allowed/,
  ],
])('refuses %s', (_, said, expected) => {
  expect(said).toEqual([expect.stringMatching(expected)]);
  expect(said[0]).toMatch(/^error: /);
});
