import { decodeRecord, isCallOf, ownerOf, principalOf } from '../../lib/core/cloudtrail';

const raw = {
  eventVersion: '1.11',
  eventID: 'e-1',
  eventName: 'AddPermission20150331v2',
  eventSource: 'lambda.amazonaws.com',
  eventTime: '2026-11-22T10:00:00Z',
  awsRegion: 'eu-west-1',
  recipientAccountId: '222222222222',
  sharedEventID: 's-1',
  sourceIPAddress: '192.0.2.1',
  vpcEndpointId: 'vpce-0123456789abcdef0',
  userIdentity: {
    type: 'AssumedRole',
    arn: 'arn:aws-cn:sts::222222222222:assumed-role/ci/build',
    accountId: '222222222222',
    principalId: 'AROAX:build',
    sessionContext: { sessionIssuer: { type: 'Role', arn: 'arn:aws-cn:iam::222222222222:role/eks/ci', accountId: '222222222222' } },
  },
  requestParameters: { functionName: 'f' },
  responseElements: null,
  resources: [{ ARN: 'arn:aws-cn:lambda:eu-west-1:222222222222:function:f', accountId: '222222222222', type: 'AWS::Lambda::Function' }, 7],
};

const decoded = {
  eventId: 'e-1',
  eventName: 'AddPermission20150331v2',
  eventSource: 'lambda.amazonaws.com',
  eventTime: '2026-11-22T10:00:00Z',
  region: 'eu-west-1',
  recipientAccountId: '222222222222',
  sharedEventId: 's-1',
  sourceIpAddress: '192.0.2.1',
  vpcEndpointId: 'vpce-0123456789abcdef0',
  errorCode: undefined,
  userIdentity: {
    type: 'AssumedRole',
    arn: 'arn:aws-cn:sts::222222222222:assumed-role/ci/build',
    accountId: '222222222222',
    principalId: 'AROAX:build',
    userName: undefined,
    invokedBy: undefined,
    issuerArn: 'arn:aws-cn:iam::222222222222:role/eks/ci',
    issuerAccountId: '222222222222',
  },
  request: { functionName: 'f' },
  response: {},
  hasRequest: true,
  hasResponse: false,
  resources: [{ arn: 'arn:aws-cn:lambda:eu-west-1:222222222222:function:f', accountId: '222222222222', type: 'AWS::Lambda::Function' }],
  place: { partition: 'aws-cn', region: 'eu-west-1', account: '222222222222' },
};

it('decodes a record, bare or in its EventBridge envelope', () => {
  expect(decodeRecord(raw)).toEqual(decoded);
  expect(decodeRecord({ version: '0', 'detail-type': 'AWS API Call via CloudTrail', account: '222222222222', detail: raw })).toEqual(decoded);
});

it('takes the account and the Region of the envelope where the record does not say them', () => {
  const { recipientAccountId: _, awsRegion: __, ...anonymous } = { ...raw, userIdentity: { type: 'AWSService' } };
  const envelope = { 'detail-type': 'AWS API Call via CloudTrail', account: '333333333333', region: 'cn-north-1' };

  expect(decodeRecord({ ...envelope, detail: anonymous })).toMatchObject({
    recipientAccountId: '333333333333',
    place: { account: '333333333333', region: 'cn-north-1', partition: 'aws-cn' },
  });
  expect(decodeRecord({ ...envelope, detail: raw })).toMatchObject({ place: { account: '222222222222', region: 'eu-west-1' } });
});

it("takes the owner of the resource before the caller's account where neither says", () => {
  const { recipientAccountId: _, ...record } = { ...raw, userIdentity: { type: 'AWSAccount', accountId: '333333333333' } };

  expect(decodeRecord(record)).toMatchObject({ place: { account: '222222222222' } });
  expect(decodeRecord({ ...record, resources: null })).toMatchObject({ place: { account: '333333333333' } });
});

it('treats a field of the wrong type, and one that was left out for its size, as absent', () => {
  const odd = {
    ...raw,
    userIdentity: 7,
    requestParameters: 'x',
    responseElements: { omitted: true, reason: 'responseElements too large' },
    resources: {},
    errorCode: {},
  };
  expect(decodeRecord(odd)).toEqual({
    ...decoded,
    userIdentity: { type: 'Unknown' },
    request: {},
    hasRequest: false,
    resources: [],
    place: { partition: 'aws', region: 'eu-west-1', account: '222222222222' },
  });
});

it.each([
  [null, 'not a CloudTrail record: expected a JSON object'],
  [[], 'not a CloudTrail record: expected a JSON object'],
  [{ Records: [] }, 'not a CloudTrail record: it has no eventName and eventSource'],
  [{ ...raw, eventVersion: '2.0' }, 'unknown eventVersion "2.0": expected 1.x'],
  [{ ...raw, eventVersion: {} }, undefined],
])('%j', (value, problem) => {
  expect((decodeRecord(value) as { problem?: string }).problem).toBe(problem);
});

it.each([
  ['AddPermission', 'AddPermission', true],
  ['AddPermission20150331v2', 'AddPermission', true],
  ['AddPermission20150331', 'AddPermission', true],
  ['AddPermissionX', 'AddPermission', false],
  ['AddLayerVersionPermission20181031', 'AddPermission', false],
  ['GetPolicy20150331v2', 'GetPolicy', true],
])('%s is a call of %s: %s', (name, operation, expected) => {
  expect(isCallOf(name, operation)).toBe(expected);
});

it('finds the owner in the ARN, and who called in whatever the identity holds', () => {
  const record = decodeRecord(raw);
  if ('problem' in record) throw new Error(record.problem);
  expect([
    ownerOf(record, 'arn:aws:lambda:eu-west-1:333333333333:function:f'),
    ownerOf(record, 'arn:aws:s3:::bucket'),
    ownerOf(record, 'f'),
    principalOf(record),
    principalOf({ ...record, userIdentity: { type: 'AWSService', invokedBy: 'lambda.amazonaws.com' } }),
    principalOf({ ...record, userIdentity: { type: 'Unknown' } }),
  ]).toEqual(['333333333333', '222222222222', '222222222222', 'arn:aws-cn:iam::222222222222:role/eks/ci', 'lambda.amazonaws.com', 'Unknown']);
});

it('names a user of IAM Identity Center by the id that it acts on behalf of', () => {
  const onBehalfOf = {
    userId: '544894e8-80c1-707f-60e3-3ba6510dfac1',
    identityStoreArn: 'arn:aws:identitystore::222222222222:identitystore/d-9067642ac7',
  };
  const record = decodeRecord({ ...raw, userIdentity: { type: 'IdentityCenterUser', accountId: '222222222222', onBehalfOf } });
  if ('problem' in record) throw new Error(record.problem);

  expect(principalOf(record)).toBe(onBehalfOf.userId);
});

it('knows no place that the record does not name', () => {
  const { recipientAccountId: _, awsRegion: __, resources: ___, ...nowhere } = raw;
  const service = { ...nowhere, userIdentity: { type: 'AWSService', invokedBy: 'cloudformation.amazonaws.com' } };

  expect(decodeRecord(service)).toMatchObject({ place: { partition: '${AWS::Partition}', region: '${AWS::Region}', account: '${AWS::AccountId}' } });
  expect(decodeRecord({ ...service, resources: raw.resources })).toMatchObject({ place: { account: '222222222222' } });
});
