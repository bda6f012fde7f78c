/** What each operator decides: the rows of AWS's own tables where it gives them, and what lies next to them. */
import { evaluatePolicy } from '../../../lib/core/policy';
import { type Unknown, unknown } from '../../../lib/core/value';

type Given = { readonly [key: string]: string | readonly string[] | Unknown };
type Result = 'match' | 'no match' | 'open';

const RESULTS = { denied: 'match', allowed: 'no match', unknown: 'open' } as const;

/** Does a denial on this condition apply? */
function tried(Condition: unknown, given: Given, Version = '2012-10-17'): Result {
  const context = new Map(
    Object.entries(given).map(([key, value]): [string, readonly string[] | Unknown] => [
      key.toLowerCase(),
      typeof value === 'string' ? [value] : value,
    ]),
  );
  const document = { Version, Statement: [{ Effect: 'Deny', Action: '*', Resource: '*', Condition }] };
  return RESULTS[evaluatePolicy([document], { action: 'sns:Subscribe', resource: '*', context }, 'scp').effect];
}

const UNSET = unknown('a tag');

type Row = readonly [condition: object, given: Given, result: Result];

const TABLES: { readonly [page: string]: readonly Row[] } = {
  'String, reference_policies_elements_condition_operators.html#Conditions_String': [
    [{ StringEquals: { 'aws:PrincipalTag/job-category': 'iamuser-admin' } }, { 'aws:PrincipalTag/job-category': 'iamuser-admin' }, 'match'],
    [{ StringEquals: { 'aws:PrincipalTag/job-category': 'iamuser-admin' } }, { 'aws:PrincipalTag/job-category': 'dev-ops' }, 'no match'],
    [{ StringEquals: { 'aws:PrincipalTag/job-category': 'iamuser-admin' } }, {}, 'no match'],
    [{ StringEquals: { 'aws:PrincipalTag/job-category': 'iamuser-admin' } }, { 'aws:PrincipalTag/job-category': 'Iamuser-Admin' }, 'no match'],
    [{ StringEquals: { 'AWS:principaltag/JOB-category': 'iamuser-admin' } }, { 'aws:PrincipalTag/job-category': 'iamuser-admin' }, 'match'],
    [{ StringEquals: { a: 'x*' } }, { a: 'xy' }, 'no match'],
    [{ StringEquals: { a: 'x*' } }, { a: 'x*' }, 'match'],
    [{ StringEquals: { a: ['x', 'y'] } }, { a: 'y' }, 'match'],
    [{ StringEquals: { a: 'x', b: 'y' } }, { a: 'x', b: 'z' }, 'no match'],
    [{ StringEquals: { a: 'x', b: 'y' } }, { a: 'x', b: 'y' }, 'match'],
    [{ StringEquals: { a: 'x' }, StringLike: { b: 'y*' } }, { a: 'x', b: 'n' }, 'no match'],
    [{ StringNotEquals: { a: ['x', 'y'] } }, { a: 'y' }, 'no match'],
    [{ StringNotEquals: { a: ['x', 'y'] } }, { a: 'z' }, 'match'],
    [{ StringNotEquals: { a: 'x' } }, {}, 'match'],
    [{ StringEqualsIgnoreCase: { a: 'Preprod' } }, { a: 'PreProd' }, 'match'],
    [{ StringEqualsIgnoreCase: { a: 'Preprod' } }, { a: 'Preprods' }, 'no match'],
    [{ StringNotEqualsIgnoreCase: { a: 'Preprod' } }, { a: 'PREPROD' }, 'no match'],
    [{ StringNotEqualsIgnoreCase: { a: 'Preprod' } }, {}, 'match'],
    [{ StringLike: { a: 'https://*.example.com/?' } }, { a: 'https://x.y.example.com/a' }, 'match'],
    [{ StringLike: { a: 'https://*.example.com/?' } }, { a: 'https://x.example.com/' }, 'no match'],
    [{ StringLike: { a: 'https://*.example.com/?' } }, { a: 'HTTPS://x.example.com/a' }, 'no match'],
    [{ StringLike: { a: '*' } }, { a: 'two\nlines' }, 'match'],
    [{ StringLike: { a: '?' } }, { a: '😀' }, 'match'],
    [{ StringLike: { a: 'a.c' } }, { a: 'abc' }, 'no match'],
    [{ StringNotLike: { a: ['x*', 'y*'] } }, { a: 'yes' }, 'no match'],
    [{ StringNotLike: { a: ['x*', 'y*'] } }, { a: 'no' }, 'match'],
    [{ StringNotLike: { a: 'x*' } }, {}, 'match'],
  ],
  'Variables, reference_policies_variables.html': [
    [
      { StringLike: { 's3:prefix': ['home/', 'home/${aws:username}/'] } },
      { 's3:prefix': 'home/martha_rivera/', 'aws:username': 'martha_rivera' },
      'match',
    ],
    [
      { StringLike: { 's3:prefix': ['home/', 'home/${aws:username}/'] } },
      { 's3:prefix': 'home/martha_rivera/', 'aws:username': 'nikki_wolf' },
      'no match',
    ],
    [{ StringLike: { 's3:prefix': ['home/', 'home/${aws:username}/'] } }, { 's3:prefix': 'home/martha_rivera/' }, 'no match'],
    [{ StringNotEquals: { 's3:ExistingObjectTag/Team': '${aws:PrincipalTag/Team}' } }, { 's3:ExistingObjectTag/Team': 'a' }, 'match'],
    [
      { StringNotEquals: { 's3:ExistingObjectTag/Team': '${aws:PrincipalTag/Team}' } },
      { 's3:ExistingObjectTag/Team': 'a', 'aws:PrincipalTag/Team': 'a' },
      'no match',
    ],
    [{ StringEquals: { a: "x-${aws:PrincipalTag/team, 'company-wide'}" } }, { a: 'x-company-wide' }, 'match'],
    [{ StringEquals: { a: "x-${aws:PrincipalTag/team, 'company-wide'}" } }, { a: 'x-company-wide', 'aws:PrincipalTag/team': 'yellow' }, 'no match'],
    [{ StringEquals: { a: "x-${AWS:principaltag/TEAM, 'company-wide'}" } }, { a: 'x-yellow', 'aws:PrincipalTag/team': 'yellow' }, 'match'],
    [{ StringLike: { a: '${aws:username}' } }, { a: 'Bob', 'aws:username': 'B*' }, 'no match'],
    [{ StringLike: { a: 'a${*}b' } }, { a: 'axb' }, 'no match'],
    [{ StringLike: { a: 'a${*}b' } }, { a: 'a*b' }, 'match'],
    [{ StringLike: { a: 'https://host/${?}q=*' } }, { a: 'https://host/?q=1' }, 'match'],
    [{ StringLike: { a: 'https://host/${?}q=*' } }, { a: 'https://host/xq=1' }, 'no match'],
    [{ StringEquals: { a: '${$}{aws:username}' } }, { a: '${aws:username}', 'aws:username': 'Bob' }, 'match'],
    [{ StringEquals: { a: '${aws:username}' } }, { a: 'Bob', 'aws:username': UNSET }, 'open'],
    [{ StringEquals: { a: '${aws:TagKeys}' } }, { a: 'x', 'aws:TagKeys': ['x', 'y'] }, 'open'],
    [{ StringEquals: { a: '${aws:username}' } }, { a: '', 'aws:username': '' }, 'open'],
    [
      { ArnLike: { 'aws:SourceArn': 'arn:aws:*:*:${aws:PrincipalAccount}:*' } },
      { 'aws:SourceArn': 'arn:aws:sns:eu-west-1:222222222222:t', 'aws:PrincipalAccount': '222222222222' },
      'match',
    ],
    [
      { ArnLike: { 'aws:SourceArn': 'arn:aws:*:*:${aws:PrincipalAccount}:*' } },
      { 'aws:SourceArn': 'arn:aws:sns:eu-west-1:222222222222:t', 'aws:PrincipalAccount': '333333333333' },
      'no match',
    ],
    [
      { ArnEquals: { 'aws:PrincipalArn': '${aws:SourceArn}' } },
      { 'aws:PrincipalArn': 'arn:aws:iam::222222222222:role/a', 'aws:SourceArn': 'arn:aws:iam::222222222222:role/a' },
      'match',
    ],
  ],
  'Numbers, #Conditions_Numeric': [
    [{ NumericLessThanEquals: { 's3:max-keys': '10' } }, { 's3:max-keys': '10' }, 'match'],
    [{ NumericLessThanEquals: { 's3:max-keys': '10' } }, { 's3:max-keys': '11' }, 'no match'],
    [{ NumericLessThanEquals: { 's3:max-keys': 10 } }, { 's3:max-keys': '9' }, 'match'],
    [{ NumericLessThanEquals: { 's3:max-keys': '10' } }, {}, 'no match'],
    [{ NumericLessThan: { a: '10' } }, { a: '9.99' }, 'match'],
    [{ NumericLessThan: { a: '10' } }, { a: '10' }, 'no match'],
    [{ NumericGreaterThan: { a: '9' } }, { a: '10' }, 'match'],
    [{ NumericGreaterThan: { a: '-1' } }, { a: '-2' }, 'no match'],
    [{ NumericGreaterThanEquals: { a: '9' } }, { a: '9.0' }, 'match'],
    [{ NumericEquals: { a: ['1', '2'] } }, { a: '2.0' }, 'match'],
    [{ NumericNotEquals: { a: ['1', '2'] } }, { a: '2' }, 'no match'],
    [{ NumericNotEquals: { a: '1' } }, {}, 'match'],
    [{ NumericEquals: { a: '1' } }, { a: 'one' }, 'open'],
  ],
  'Dates, #Conditions_Date': [
    [{ DateGreaterThan: { 'aws:TokenIssueTime': '2020-01-01T00:00:01Z' } }, { 'aws:TokenIssueTime': '2020-01-01T00:00:02Z' }, 'match'],
    [{ DateGreaterThan: { 'aws:TokenIssueTime': '2020-01-01T00:00:01Z' } }, { 'aws:TokenIssueTime': '2020-01-01T00:00:01Z' }, 'no match'],
    [{ DateGreaterThan: { 'aws:TokenIssueTime': '2020-01-01T00:00:01Z' } }, {}, 'no match'],
    [{ DateGreaterThanEquals: { a: '2020-01-01' } }, { a: '2020-01-01T00:00:00Z' }, 'match'],
    [{ DateLessThan: { a: '2020-01-01T01:00:00+02:00' } }, { a: '2019-12-31T23:30:00Z' }, 'no match'],
    [{ DateLessThan: { a: '2020-01-01T01:00:00+02:00' } }, { a: '2019-12-31T22:30:00.5Z' }, 'match'],
    [{ DateLessThanEquals: { a: '1577836800' } }, { a: '2020-01-01T00:00:00Z' }, 'match'],
    [{ DateLessThanEquals: { a: '1577836800' } }, { a: '1577836801' }, 'no match'],
    [{ DateEquals: { a: '2020' } }, { a: '2020-01-01T00:00Z' }, 'match'],
    [{ DateNotEquals: { a: '2020-01' } }, { a: '2020-01-01' }, 'no match'],
    [{ DateNotEquals: { a: '2020-01' } }, {}, 'match'],
    [{ DateEquals: { a: '2020-01-01' } }, { a: 'today' }, 'open'],
  ],
  'Booleans, #Conditions_Boolean': [
    [{ Bool: { 'aws:SecureTransport': 'false' } }, { 'aws:SecureTransport': 'false' }, 'match'],
    [{ Bool: { 'aws:SecureTransport': 'false' } }, { 'aws:SecureTransport': 'true' }, 'no match'],
    [{ Bool: { 'aws:SecureTransport': 'false' } }, {}, 'no match'],
    [{ Bool: { a: true } }, { a: 'true' }, 'match'],
    [{ 'ForAllValues:Bool': { a: 'true' } }, { a: ['true', 'false'] }, 'no match'],
    [{ 'ForAnyValue:Bool': { a: 'true' } }, { a: ['true', 'false'] }, 'match'],
    [{ Bool: { a: 'true' } }, { a: 'yes' }, 'open'],
  ],
  'Binary, #Conditions_BinaryEquals': [
    [{ BinaryEquals: { key: 'QmluYXJ5VmFsdWVJbkJhc2U2NA==' } }, { key: 'QmluYXJ5VmFsdWVJbkJhc2U2NA==' }, 'match'],
    [{ BinaryEquals: { key: 'QmluYXJ5VmFsdWVJbkJhc2U2NA==' } }, { key: 'ASIAIOSFODNN7EXAMPLE' }, 'no match'],
    [{ BinaryEquals: { key: 'QmluYXJ5VmFsdWVJbkJhc2U2NA==' } }, {}, 'no match'],
  ],
  'Addresses, #Conditions_IPAddress': [
    [{ IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } }, { 'aws:SourceIp': '203.0.113.1' }, 'match'],
    [{ IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } }, { 'aws:SourceIp': '198.51.100.1' }, 'no match'],
    [{ IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } }, {}, 'no match'],
    [{ IpAddress: { a: ['203.0.113.0/24', '2001:DB8:1234:5678::/64'] } }, { a: '2001:db8:1234:5678::9' }, 'match'],
    [{ IpAddress: { a: ['203.0.113.0/24', '2001:DB8:1234:5678::/64'] } }, { a: '2001:db8:1234:5679::9' }, 'no match'],
    [{ IpAddress: { a: '203.0.113.7' } }, { a: '203.0.113.7' }, 'match'],
    [{ IpAddress: { a: '203.0.113.7' } }, { a: '203.0.113.8' }, 'no match'],
    [{ IpAddress: { a: '203.0.113.9/24' } }, { a: '203.0.113.1' }, 'match'],
    [{ IpAddress: { a: '2001:db8::1' } }, { a: '2001:db8::1' }, 'match'],
    [{ IpAddress: { a: '2001:db8::1' } }, { a: '2001:db8::2' }, 'open'],
    [{ IpAddress: { a: '2001:db8::1' } }, { a: '2001:db9::2' }, 'no match'],
    [{ NotIpAddress: { a: ['203.0.113.0/24', '198.51.100.0/24'] } }, { a: '198.51.100.1' }, 'no match'],
    [{ NotIpAddress: { a: ['203.0.113.0/24', '198.51.100.0/24'] } }, { a: '192.0.2.1' }, 'match'],
    [{ NotIpAddress: { a: '203.0.113.0/24' } }, { a: '2001:db8::1' }, 'match'],
    [{ NotIpAddress: { a: '203.0.113.0/24' } }, {}, 'match'],
    [{ IpAddress: { a: '203.0.113.0/24' } }, { a: 'cloudformation.amazonaws.com' }, 'open'],
  ],
  'ARNs, #Conditions_ARN': [
    [{ ArnEquals: { a: 'arn:aws:sns:us-west-2:123456789012:TOPIC-ID' } }, { a: 'arn:aws:sns:us-west-2:123456789012:TOPIC-ID' }, 'match'],
    [{ ArnEquals: { a: 'arn:aws:sns:us-west-2:123456789012:TOPIC-ID' } }, { a: 'arn:aws:sns:us-west-2:777788889999:TOPIC-ID' }, 'no match'],
    [{ ArnEquals: { a: 'arn:aws:sns:us-west-2:123456789012:TOPIC-ID' } }, {}, 'no match'],
    [{ ArnEquals: { a: 'arn:aws:sns:*:123456789012:*' } }, { a: 'arn:aws:sns:us-west-2:123456789012:a:b/c' }, 'match'],
    [{ ArnLike: { a: 'arn:*:lambda:*:123456789012:*' } }, { a: 'arn:aws:lambda:eu-west-1:777788889999:function:123456789012:x' }, 'no match'],
    [{ StringLike: { a: 'arn:*:lambda:*:123456789012:*' } }, { a: 'arn:aws:lambda:eu-west-1:777788889999:function:123456789012:x' }, 'match'],
    [{ ArnLike: { a: 'arn:aws:iam::??????????12:role/ci-*' } }, { a: 'arn:aws:iam::123456789012:role/ci-x/other' }, 'match'],
    [{ ArnLike: { a: 'arn:aws:iam::123456789012:role/ci' } }, { a: 'arn:aws:iam::123456789012:role/CI' }, 'no match'],
    [{ ArnNotLike: { a: ['arn:aws:iam::*:role/a', 'arn:aws:iam::*:role/b'] } }, { a: 'arn:aws:iam::123456789012:role/b' }, 'no match'],
    [{ ArnNotEquals: { a: 'arn:aws:iam::*:role/a' } }, { a: 'arn:aws:iam::123456789012:role/b' }, 'match'],
    [{ ArnNotLike: { a: 'arn:aws:iam::*:role/a' } }, {}, 'match'],
    [{ ArnLike: { a: 'arn:aws:iam::*:role/a' } }, { a: 'role/a' }, 'no match'],
    [{ ArnLike: { a: '*' } }, { a: 'arn:aws:iam::123456789012:role/b' }, 'open'],
    [
      {
        'ForAllValues:ArnLike': { a: ['arn:aws:cloudfront::123456789012:distribution/*', 'arn:aws:cloudfront::123456789012:distribution/support*'] },
      },
      { a: ['arn:aws:cloudfront::123456789012:distribution/costcenter', 'arn:aws:cloudfront::123456789012:distribution/support2025'] },
      'match',
    ],
    [
      { 'ForAllValues:ArnLike': { a: 'arn:aws:cloudfront::123456789012:distribution/support*' } },
      { a: ['arn:aws:cloudfront::123456789012:distribution/support1', 'arn:aws:cloudfront::123456789012:distribution/admin'] },
      'no match',
    ],
    [{ 'ForAllValues:ArnLike': { a: 'arn:aws:cloudfront::123456789012:distribution/*' } }, {}, 'match'],
  ],
  'IfExists, #Conditions_IfExists': [
    [{ StringLikeIfExists: { 'ec2:InstanceType': ['t1.*', 't2.*', 'm3.*'] } }, { 'ec2:InstanceType': 't1.micro' }, 'match'],
    [{ StringLikeIfExists: { 'ec2:InstanceType': ['t1.*', 't2.*', 'm3.*'] } }, { 'ec2:InstanceType': 'm2.micro' }, 'no match'],
    [{ StringLikeIfExists: { 'ec2:InstanceType': ['t1.*', 't2.*', 'm3.*'] } }, {}, 'match'],
    [{ StringNotEqualsIfExists: { a: 'x' } }, {}, 'match'],
    [{ StringNotEqualsIfExists: { a: 'x' } }, { a: 'x' }, 'no match'],
    [{ ArnNotLikeIfExists: { a: 'arn:aws:iam::*:role/a' } }, {}, 'match'],
    [{ BoolIfExists: { a: 'true' } }, {}, 'match'],
    [{ BoolIfExists: { a: 'true' } }, { a: 'false' }, 'no match'],
    [{ NumericLessThanIfExists: { a: '1' } }, {}, 'match'],
    [{ DateLessThanIfExists: { a: '2020-01-01' } }, {}, 'match'],
    [{ IpAddressIfExists: { a: '203.0.113.0/24' } }, {}, 'match'],
    [{ NotIpAddressIfExists: { a: '203.0.113.0/24' } }, { a: '203.0.113.1' }, 'no match'],
    [{ BinaryEqualsIfExists: { a: 'YWJj' } }, {}, 'match'],
    [{ 'ForAnyValue:StringEqualsIfExists': { a: 'x' } }, {}, 'match'],
    [{ 'ForAllValues:StringEqualsIfExists': { a: 'x' } }, {}, 'match'],
    [{ stringlikeifexists: { a: 'x*' } }, { a: 'xy' }, 'match'],
  ],
  'Null, #Conditions_Null': [
    [{ Null: { 'aws:TokenIssueTime': 'false' } }, { 'aws:TokenIssueTime': '2020-01-01T00:00:00Z' }, 'match'],
    [{ Null: { 'aws:TokenIssueTime': 'false' } }, {}, 'no match'],
    [{ Null: { 'lambda:VpcIds': 'true' } }, {}, 'match'],
    [{ Null: { 'lambda:VpcIds': true } }, { 'lambda:VpcIds': [] }, 'match'],
    [{ Null: { 'lambda:VpcIds': 'true' } }, { 'lambda:VpcIds': ['vpc-1'] }, 'no match'],
    [{ Null: { a: 'true' } }, { a: '' }, 'open'],
    [{ Null: { a: 'true' } }, { a: UNSET }, 'open'],
  ],
  'Several values, reference_policies_condition_examples-multi-valued-context-keys.html': [
    [{ 'ForAllValues:StringNotLike': { 'aws:TagKeys': 'key1*' } }, { 'aws:TagKeys': 'key1:legal' }, 'no match'],
    [{ 'ForAllValues:StringNotLike': { 'aws:TagKeys': 'key1*' } }, { 'aws:TagKeys': ['key1:hr', 'key1:personnel'] }, 'no match'],
    [{ 'ForAllValues:StringNotLike': { 'aws:TagKeys': 'key1*' } }, { 'aws:TagKeys': 'key2:audit' }, 'match'],
    [{ 'ForAllValues:StringNotLike': { 'aws:TagKeys': 'key1*' } }, {}, 'match'],
    [{ 'ForAnyValue:StringEquals': { 'aws:TagKeys': ['webserver', 'environment'] } }, { 'aws:TagKeys': ['environment', 'costcenter'] }, 'match'],
    [{ 'ForAnyValue:StringEquals': { 'aws:TagKeys': 'environment' } }, { 'aws:TagKeys': 'Environment' }, 'no match'],
    [{ 'ForAnyValue:StringEquals': { 'aws:TagKeys': 'environment' } }, {}, 'no match'],
    [{ 'ForAnyValue:StringNotEquals': { a: 'x' } }, { a: ['x', 'y'] }, 'match'],
    [{ 'ForAnyValue:StringNotEquals': { a: 'x' } }, { a: ['x', 'x'] }, 'no match'],
    [{ 'ForAnyValue:StringNotEquals': { a: 'x' } }, {}, 'no match'],
    [{ 'ForAllValues:StringEquals': { a: ['x', 'y'] } }, { a: ['y', 'x'] }, 'match'],
    [{ 'ForAllValues:StringEquals': { a: ['x', 'y'] } }, { a: ['y', 'z'] }, 'no match'],
    [{ 'ForAllValues:StringEquals': { a: 'x' } }, { a: [''] }, 'match'],
    [{ 'ForAnyValue:StringEquals': { a: 'x' } }, { a: [''] }, 'no match'],
    [{ 'forallvalues:stringequals': { a: 'x' } }, { a: [] }, 'match'],
    [{ StringEquals: { a: 'x' } }, { a: ['x', 'y'] }, 'open'],
    [{ 'ForAllValues:StringEquals': { a: 'x' } }, { a: UNSET }, 'open'],
  ],
  'What decides without what is not known': [
    [{ StringEquals: { a: 'x', b: 'y' } }, { a: UNSET, b: 'z' }, 'no match'],
    [{ StringEquals: { a: 'x', b: 'y' } }, { a: UNSET, b: 'y' }, 'open'],
    [{ StringEquals: { a: ['${aws:username}', 'x'] } }, { a: 'x', 'aws:username': UNSET }, 'match'],
    [{ StringNotEquals: { a: ['${aws:username}', 'x'] } }, { a: 'x', 'aws:username': UNSET }, 'no match'],
    [{ 'ForAnyValue:StringEquals': { a: ['x', '${aws:username}'] } }, { a: ['z', 'x'], 'aws:username': UNSET }, 'match'],
  ],
};

describe.each(Object.entries(TABLES))('%s', (_, rows) => {
  it.each(rows.map(([condition, given, result]) => [JSON.stringify(condition), JSON.stringify(given), result, condition, given] as const))(
    '%s, %s: %s',
    (_condition, _given, result, condition, given) => {
      expect(tried(condition, given)).toBe(result);
    },
  );
});

it('version 2008-10-17 has no variables, and is what a document without a version has: reference_policies_elements_version.html', () => {
  const condition = { StringEquals: { a: '${aws:username}' } };

  expect(tried(condition, { a: '${aws:username}', 'aws:username': 'Bob' }, '2008-10-17')).toBe('match');
  expect(tried(condition, { a: 'Bob', 'aws:username': 'Bob' }, '2008-10-17')).toBe('no match');
  expect(tried({ StringEquals: { a: '${AWS::AccountId}' } }, { a: '${AWS::AccountId}' }, '2008-10-17')).toBe('match');
});

const MALFORMED: readonly unknown[] = [
  { StringEqualz: { a: 'x' } },
  { StringEqualsIfExistsIfExists: { a: 'x' } },
  { 'ForSomeValues:StringEquals': { a: 'x' } },
  { NullIfExists: { a: 'true' } },
  { 'ForAnyValue:Null': { a: 'true' } },
  { Null: { a: 'perhaps' } },
  { NumericEquals: { a: 'ten' } },
  { NumericEquals: { a: '${aws:username}' } },
  { DateEquals: { a: 'yesterday' } },
  { DateEquals: { a: '2020-13-01' } },
  { Bool: { a: 'yes' } },
  { BinaryEquals: { a: 'not base64' } },
  { IpAddress: { a: '203.0.113.0/33' } },
  { IpAddress: { a: 'localhost' } },
  { StringEquals: { a: [] } },
  { StringEquals: { a: null } },
  { StringEquals: { a: [{ b: 'c' }] } },
  { StringEquals: 'x' },
  { StringEquals: { a: '${AWS::AccountId}' } },
  { StringEquals: { a: '${Parameter}' } },
  { StringEquals: { a: '${aws:username' } },
  { StringEquals: { a: "${aws:username, 'open}" } },
  { constructor: { a: 'x' } },
  { hasOwnProperty: { a: 'x' } },
  JSON.parse('{"__proto__":{"a":"x"}}'),
  'x',
  null,
  ['x'],
];

it.each(MALFORMED.map((condition) => [JSON.stringify(condition), condition] as const))(
  'what AWS would not take leaves the answer open: %s',
  (_, condition) => {
    expect(tried(condition, { a: 'x' })).toBe('open');
  },
);
