/** Writes believable CloudTrail logs: files of 1,000 records each, gzipped, or all in one. The same records every time. */
import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createGzip, gzipSync } from 'node:zlib';

const ACCOUNT = '222222222222';

const CALLS = [
  [
    'ec2.amazonaws.com',
    'DescribeInstances',
    { maxResults: 100, filterSet: { items: [{ name: 'tag:team', valueSet: { items: [{ value: 'orders' }] } }] } },
  ],
  ['sts.amazonaws.com', 'AssumeRole', { roleArn: `arn:aws:iam::${ACCOUNT}:role/deploy`, roleSessionName: 'pipeline', durationSeconds: 3600 }],
  ['kms.amazonaws.com', 'Decrypt', { encryptionAlgorithm: 'SYMMETRIC_DEFAULT', encryptionContext: { service: 'orders' } }],
  ['s3.amazonaws.com', 'GetBucketAcl', { bucketName: 'orders-archive', Host: 's3.eu-west-1.amazonaws.com' }],
  ['logs.amazonaws.com', 'CreateLogStream', { logGroupName: '/aws/lambda/orders', logStreamName: '2026/11/22/[$LATEST]0123456789abcdef' }],
];

function call(number, share) {
  if (number % 100 < share) {
    return [
      'lambda.amazonaws.com',
      'AddPermission20150331v2',
      { functionName: `orders-${number % 500}`, action: 'lambda:InvokeFunction', principal: '999999999999', statementId: `s${number}` },
    ];
  }
  if (number % 10 === 3)
    return ['ecr.amazonaws.com', 'BatchGetImage', { repositoryName: 'orders', registryId: ACCOUNT, imageIds: [{ imageTag: 'latest' }] }];
  return CALLS[number % CALLS.length];
}

function record(number, share) {
  const [eventSource, eventName, requestParameters] = call(number, share);
  return {
    eventVersion: '1.11',
    userIdentity: {
      type: 'AssumedRole',
      principalId: `AROAEXAMPLEEXAMPLE${number % 10}:session-${number % 97}`,
      arn: `arn:aws:sts::${ACCOUNT}:assumed-role/ci-deploy/session-${number % 97}`,
      accountId: ACCOUNT,
      accessKeyId: 'ASIAEXAMPLEEXAMPLE12',
      sessionContext: {
        sessionIssuer: {
          type: 'Role',
          principalId: 'AROAEXAMPLEEXAMPLE12',
          arn: `arn:aws:iam::${ACCOUNT}:role/ci-deploy`,
          accountId: ACCOUNT,
          userName: 'ci-deploy',
        },
        attributes: { creationDate: '2026-11-22T09:00:00Z', mfaAuthenticated: 'false' },
      },
    },
    eventTime: new Date(Date.UTC(2026, 10, 22) + number * 700).toISOString().replace(/\.\d+Z/, 'Z'),
    eventSource,
    eventName,
    awsRegion: 'eu-west-1',
    sourceIPAddress: '203.0.113.10',
    userAgent: 'aws-sdk-js/3.900.0 ua/2.1 os/linux lang/js md/nodejs#24.1.0 api/client#3.900.0',
    requestParameters,
    responseElements: null,
    requestID: `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`,
    eventID: `11111111-0000-4000-8000-${String(number).padStart(12, '0')}`,
    readOnly: eventName !== 'AddPermission20150331v2',
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: ACCOUNT,
    eventCategory: 'Management',
    tlsDetails: {
      tlsVersion: 'TLSv1.3',
      cipherSuite: 'TLS_AES_128_GCM_SHA256',
      clientProvidedHostHeader: `${eventSource.split('.')[0]}.eu-west-1.amazonaws.com`,
    },
  };
}

/** `share`: how many records of a hundred violate. */
export function writeLogFolder(folder, count, share) {
  mkdirSync(folder, { recursive: true });
  for (let start = 0; start < count; start += 1000) {
    const Records = Array.from({ length: Math.min(1000, count - start) }, (_, index) => record(start + index, share));
    writeFileSync(
      join(folder, `${ACCOUNT}_CloudTrail_eu-west-1_${String(start).padStart(7, '0')}.json.gz`),
      gzipSync(JSON.stringify({ Records }), { level: 1 }),
    );
  }
}

/** One file of `{"Records": […]}`, as large as it comes. */
export async function writeLogFile(path, count, share) {
  const gzip = createGzip({ level: 1 });
  const done = new Promise((resolve, reject) => gzip.pipe(createWriteStream(path)).on('finish', resolve).on('error', reject));
  gzip.write('{"Records":[');
  for (let number = 0; number < count; number += 1) {
    if (!gzip.write(`${number === 0 ? '' : ','}${JSON.stringify(record(number, share))}`))
      await new Promise((resolve) => gzip.once('drain', resolve));
  }
  gzip.end(']}');
  await done;
}
