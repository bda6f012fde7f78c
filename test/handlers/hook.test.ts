/** The hook's replies: design section 3's table, case T1, and AWS's contract. */
import type { Value } from '../../lib/core/value';
import ecrLayerAccess from '../../lib/guardrails/ecr-layer-access';
import lambdaPermission from '../../lib/guardrails/lambda-permission';
import lambdaVpc from '../../lib/guardrails/lambda-vpc';
import {
  benchOf,
  cloudControlRequest,
  contractProblems,
  FIX,
  FOREIGN,
  grant,
  OPEN,
  REASON,
  raise,
  resourceRequest,
  settingsOf,
  TOKEN,
  VIOLATION,
  wholeRequest,
} from './hook.support';

describe('the table', () => {
  it.each(['observe', 'enforce'] as const)('violation: FAILED in %s; what that means is for the failure mode of the hook', async (mode) => {
    const { hook, logs, counted } = benchOf(lambdaPermission, settingsOf({ mode }));

    expect(await hook(resourceRequest(FOREIGN))).toEqual({
      hookStatus: 'FAILED',
      errorCode: 'NonCompliant',
      message: `lambda-permission/untrusted-account: Resource: ${REASON}; to mend it: ${FIX}`,
      clientRequestToken: TOKEN,
      annotations: [{ ...VIOLATION, status: 'FAILED' }],
    });
    expect(logs).toEqual([
      {
        level: 'info',
        message: 'judged',
        fields: {
          eventId: TOKEN,
          resourceType: 'AWS::Lambda::Permission',
          logicalId: 'Resource',
          operation: 'create',
          answers: ['untrusted-account deny'],
        },
      },
    ]);
    expect(counted).toEqual([]);
  });

  it('compliant: SUCCESS, and one line at DEBUG', async () => {
    const { hook, logs } = benchOf(lambdaPermission, settingsOf());

    expect(await hook(resourceRequest(grant('333333333333')))).toEqual({
      hookStatus: 'SUCCESS',
      message: 'lambda-permission: compliant',
      clientRequestToken: TOKEN,
      annotations: [{ annotationName: 'lambda-permission/compliant', status: 'PASSED', statusMessage: 'Resource', severityLevel: 'INFORMATIONAL' }],
    });
    expect(logs.map(({ level }) => level)).toEqual(['debug']);
  });

  it.each([
    ['allow', { hookStatus: 'SUCCESS' }, 'SKIPPED'],
    ['deny', { hookStatus: 'FAILED', errorCode: 'NonCompliant' }, 'FAILED'],
  ] as const)('undetermined: %s', async (undetermined, answer, status) => {
    const reply = await benchOf(lambdaPermission, settingsOf({ undetermined })).hook(resourceRequest(OPEN));

    const what = 'Resource: principal {{resolve:ssm:/partner}} is only known at deployment';
    expect(reply).toEqual({
      ...answer,
      message: `lambda-permission/undetermined: ${what}`,
      clientRequestToken: TOKEN,
      annotations: [
        {
          annotationName: 'lambda-permission/undetermined',
          status,
          statusMessage: what,
          remediationLink: 'https://example.com/guardrails/lambda-permission.md',
          severityLevel: 'INFORMATIONAL',
        },
      ],
    });
  });

  it('exempt: SUCCESS, naming the exemption', async () => {
    const exemption = {
      guardrails: ['lambda-permission'],
      resources: ['arn:aws:lambda:*:*:function:f'],
      reason: 'partner migration',
      owner: 'platform@example.com',
      expires: '2027-03-31',
    };
    const reply = await benchOf(lambdaPermission, settingsOf({ exemptions: [exemption] })).hook(resourceRequest(FOREIGN));

    expect(reply).toMatchObject({ hookStatus: 'SUCCESS', message: expect.stringContaining('partner migration (exempt until 2027-03-31') });
    expect(reply.annotations).toMatchObject([{ annotationName: 'lambda-permission/exempt', status: 'SKIPPED' }]);
  });

  it('off, a deletion, another type: SUCCESS', async () => {
    const { hook } = benchOf(lambdaPermission, settingsOf());
    const off = await benchOf(lambdaPermission, settingsOf({ mode: 'off' })).hook(resourceRequest(FOREIGN));
    const unnamed = await benchOf(lambdaPermission, { configuration: { ...settingsOf().configuration, guardrails: {} } }).hook(null);

    expect([off.hookStatus, off.message, unnamed.hookStatus]).toEqual(['SUCCESS', 'lambda-permission: off', 'SUCCESS']);
    expect(await hook(resourceRequest(FOREIGN, { actionInvocationPoint: 'DELETE_PRE_PROVISION' }))).toEqual({
      hookStatus: 'SUCCESS',
      message: 'lambda-permission: a deletion is not judged',
      clientRequestToken: TOKEN,
    });
    expect((await hook(resourceRequest({ ...FOREIGN, type: 'AWS::S3::Bucket' }))).message).toBe('lambda-permission: AWS::S3::Bucket is not judged');
  });

  it('several statements: one annotation each, and only what is refused in the message', async () => {
    const statement = (Sid: string, principal: string) => ({
      Sid,
      Effect: 'Allow',
      Principal: { AWS: principal },
      Action: 'lambda:InvokeFunction',
      Resource: '*',
    });
    const policy = {
      type: 'AWS::Lambda::ResourcePolicy',
      properties: {
        ResourceArn: 'arn:aws:lambda:eu-west-1:222222222222:function:f',
        PolicyDocument: { Statement: [statement('a', '999999999999'), statement('b', '{{resolve:ssm:/x}}'), statement('c', '*')] },
      },
    };
    const reply = await benchOf(lambdaPermission, settingsOf()).hook(resourceRequest(policy));

    expect(reply.annotations?.map(({ annotationName, status }) => `${annotationName} ${status}`)).toEqual([
      'lambda-permission/untrusted-account FAILED',
      'lambda-permission/public-principal FAILED',
      'lambda-permission/undetermined SKIPPED',
    ]);
    expect(reply.message).toMatch(/^2 statements: lambda-permission\/untrusted-account: a: .* \| lambda-permission\/public-principal: c: [^|]*$/);
  });
});

describe('an update', () => {
  it.each([
    ['allow', 'SUCCESS', 'SKIPPED'],
    ['deny', 'FAILED', 'FAILED'],
  ] as const)('that leaves a violation as it was: existing %s', async (existing, hookStatus, status) => {
    const request = resourceRequest({ ...FOREIGN, previous: { ...FOREIGN.properties, Action: 'lambda:InvokeFunction' } });
    const reply = await benchOf(lambdaPermission, settingsOf({ existing })).hook(request);

    const note = 'this update leaves it as it was';
    expect(reply).toMatchObject({ hookStatus, message: `lambda-permission/untrusted-account: Resource: ${REASON} (${note}); to mend it: ${FIX}` });
    expect(reply.annotations).toEqual([{ ...VIOLATION, status, statusMessage: `Resource: ${REASON}: ${note}` }]);
  });

  it.each([
    ['another principal', grant('888888888888').properties],
    ['another function', { ...FOREIGN.properties, FunctionName: 'g' }],
    ['a narrower grant', { ...FOREIGN.properties, SourceAccount: '999999999999' }],
    ['nothing at all', {}],
  ])('that violates anew, where before there was %s', async (_, previous) => {
    const reply = await benchOf(lambdaPermission, settingsOf()).hook(resourceRequest({ ...FOREIGN, previous }));

    expect(reply).toMatchObject({ hookStatus: 'FAILED', errorCode: 'NonCompliant' });
  });

  it('an order of keys, the type of a scalar and the place of a statement are no change', async () => {
    const bad = { Effect: 'Allow', Principal: '*', Action: 'ecr:BatchGetImage', Condition: { Bool: { 'aws:SecureTransport': true } } };
    const moved = { Action: 'ecr:BatchGetImage', Condition: { Bool: { 'aws:SecureTransport': 'true' } }, Principal: '*', Effect: 'Allow' };
    const good = { Effect: 'Allow', Principal: { AWS: '333333333333' }, Action: 'ecr:BatchGetImage' };
    const repository = (...Statement: readonly (typeof bad | typeof moved | typeof good)[]) => ({
      RepositoryName: 'app',
      RepositoryPolicyText: { Statement },
    });
    const { hook } = benchOf(ecrLayerAccess, settingsOf());
    const update = (properties: ReturnType<typeof repository>, previous: ReturnType<typeof repository>) =>
      hook(resourceRequest({ type: 'AWS::ECR::Repository', properties, previous }));

    expect(await update(repository(good, moved), repository(bad))).toMatchObject({ hookStatus: 'SUCCESS' });
    expect(await update(repository(good, { ...moved, Action: 'ecr:*' }), repository(bad))).toMatchObject({ hookStatus: 'FAILED' });
  });

  it('V2: one that does not say what was before is judged like a creation', async () => {
    const told = (previous: { readonly previousResourceProperties?: Value }) =>
      benchOf(lambdaVpc, settingsOf()).hook({
        actionInvocationPoint: 'UPDATE_PRE_PROVISION',
        requestData: { targetName: 'AWS::Lambda::Function', targetModel: { resourceProperties: {}, ...previous } },
      });

    expect(await told({})).toMatchObject({ hookStatus: 'FAILED', errorCode: 'NonCompliant' });
    expect(await told({ previousResourceProperties: null })).toMatchObject({ hookStatus: 'FAILED', errorCode: 'NonCompliant' });
    expect(await told({ previousResourceProperties: {} })).toMatchObject({ hookStatus: 'SUCCESS' });
  });

  it('V2: one that drops the VPC is refused', async () => {
    const VpcConfig = { SubnetIds: ['subnet-0123456789abcdef0'], SecurityGroupIds: ['sg-1'] };
    const request = resourceRequest({ type: 'AWS::Lambda::Function', properties: { Role: 'r' }, previous: { Role: 'r', VpcConfig } });

    expect(await benchOf(lambdaVpc, settingsOf()).hook(request)).toMatchObject({ hookStatus: 'FAILED', errorCode: 'NonCompliant' });
  });

  it('more images for a destination that is not trusted are a new violation; another rule for one that is, is none', async () => {
    const rule = (RegistryId: string, Filter?: string) => ({
      Destinations: [{ Region: 'eu-west-1', RegistryId }],
      ...(Filter !== undefined && { RepositoryFilters: [{ FilterType: 'PREFIX_MATCH', Filter }] }),
    });
    const configuration = (...Rules: readonly ReturnType<typeof rule>[]) => ({ ReplicationConfiguration: { Rules } });
    const { hook } = benchOf(ecrLayerAccess, settingsOf());
    const update = async (...Rules: readonly ReturnType<typeof rule>[]) => {
      const previous = configuration(rule('999999999999', 'team-a/'));
      const { hookStatus } = await hook(
        resourceRequest({ type: 'AWS::ECR::ReplicationConfiguration', properties: configuration(...Rules), previous }),
      );
      return hookStatus;
    };

    expect(await update(rule('999999999999', 'team-a/'), rule('333333333333'))).toBe('SUCCESS');
    expect(await update(rule('999999999999'))).toBe('FAILED');
    expect(await update(rule('999999999999', 'team-a/'), rule('999999999999', 'team-b/'))).toBe('FAILED');
  });

  it('a removed Deny makes what was left a new violation', async () => {
    const allow = { Sid: 'share', Effect: 'Allow', Principal: '*', Action: 'ecr:BatchGetImage' };
    const deny = { Sid: 'stop', Effect: 'Deny', Principal: { AWS: '999999999999' }, Action: '*' };
    const repository = (...Statement: readonly (typeof allow | typeof deny)[]) => ({ RepositoryName: 'app', RepositoryPolicyText: { Statement } });
    const reply = await benchOf(ecrLayerAccess, settingsOf()).hook(
      resourceRequest({ type: 'AWS::ECR::Repository', properties: repository(allow), previous: repository(allow, deny) }),
    );

    expect(reply).toMatchObject({ hookStatus: 'FAILED' });
  });
});

describe('the request', () => {
  const { hook } = benchOf(lambdaPermission, settingsOf());

  it('is read whatever the case of its keys', async () => {
    const lower = (value: Value): Value =>
      JSON.parse(JSON.stringify(value).replace(/"(\w+)":/g, (_, key: string) => `"${/^[A-Z]/.test(key) ? key : key.toLowerCase()}":`));
    const reply = await hook(lower(resourceRequest(FOREIGN)));

    expect(reply).toMatchObject({ hookStatus: 'FAILED', errorCode: 'NonCompliant', clientRequestToken: TOKEN });
  });

  it.each(['STACK', 'CHANGE_SET'] as const)('of a %s is let through, saying that each resource is judged', async (target) => {
    expect(await hook(wholeRequest(target))).toEqual({
      hookStatus: 'SUCCESS',
      message: `lambda-permission: only RESOURCE and CLOUD_CONTROL are judged, not ${target}`,
      clientRequestToken: TOKEN,
    });
  });

  it('names the place: partition and Region of the stack, else of the function', async () => {
    const china = { stackId: 'arn:aws-cn:cloudformation:cn-north-1:222222222222:stack/s/1' };
    const exempting = (arn: string) =>
      benchOf(
        lambdaPermission,
        settingsOf({ exemptions: [{ guardrails: ['lambda-permission'], resources: [arn], reason: 'r', expires: '2027-03-31' }] }),
      ).hook;

    expect(await exempting('arn:aws-cn:lambda:cn-north-1:222222222222:function:f')(resourceRequest(FOREIGN, china))).toMatchObject({
      hookStatus: 'SUCCESS',
    });
    expect(await exempting('arn:aws:lambda:eu-west-1:222222222222:function:f')(cloudControlRequest(FOREIGN))).toMatchObject({
      hookStatus: 'SUCCESS',
    });
  });

  it('may hold intrinsics that nobody resolved: undetermined, never a pass', async () => {
    const reply = await hook(resourceRequest({ ...FOREIGN, properties: { ...FOREIGN.properties, Principal: { 'Fn::ImportValue': 'partner' } } }));

    expect(reply.annotations).toMatchObject([{ annotationName: 'lambda-permission/undetermined' }]);
  });

  it.each([
    ['null', null, ''],
    ['a number', 7, ''],
    ['an empty object', {}, ''],
    ['no resource', { clientRequestToken: TOKEN, requestData: { targetName: 'AWS::Lambda::Permission' } }, TOKEN],
    [
      'a resource whose properties lie elsewhere',
      { clientRequestToken: TOKEN, requestData: { targetName: 'AWS::Lambda::Permission', payload: 'http://127.0.0.1:9/payload' } },
      TOKEN,
    ],
    [
      'properties that are none',
      { clientRequestToken: TOKEN, requestData: { targetName: 'AWS::Lambda::Permission', targetModel: { resourceProperties: 'x' } } },
      TOKEN,
    ],
  ])('that cannot be read is our failure, logged and counted: %s', async (_, event, clientRequestToken) => {
    const { hook, logs, counted } = benchOf(lambdaPermission, settingsOf({ mode: 'observe' }));
    const reply = await hook(event);

    expect(reply).toEqual({
      hookStatus: 'FAILED',
      errorCode: 'InternalFailure',
      message: expect.stringMatching(/^lambda-permission: nothing was decided: requestData\.\S+: expected .*; see the log of the hook's function$/),
      clientRequestToken,
    });
    expect({ levels: logs.map(({ level }) => level), counted }).toEqual({ levels: ['error'], counted: ['failed'] });
  });
});

describe('our own failure', () => {
  it('is never hidden, and its reply and log quote nothing of the request', async () => {
    const broken = {
      ...lambdaPermission,
      evaluate: () => {
        throw new Error('secret ops@example.com');
      },
    };
    const { hook, logs, counted } = benchOf(broken, settingsOf({ mode: 'observe' }));
    const reply = await hook(resourceRequest(FOREIGN));

    expect(reply).toEqual({
      hookStatus: 'FAILED',
      errorCode: 'InternalFailure',
      message: "lambda-permission: nothing was decided: perimeter failed; see the log of the hook's function",
      clientRequestToken: TOKEN,
    });
    expect(counted).toEqual(['failed']);
    expect(logs).toEqual([{ level: 'error', message: 'perimeter failed', fields: { eventId: TOKEN, error: 'Error', frames: expect.any(Array) } }]);
    expect(JSON.stringify(logs)).not.toContain('ops@example.com');
  });

  it.each([
    ['a log that cannot be written', { log: () => raise('EPIPE') }],
    ['settings that cannot be read', { settings: () => raise('broken') }],
    ['a clock that fails', { now: () => raise('clock') }],
  ])('%s costs no reply', async (_, ports) => {
    const { hook } = benchOf(lambdaPermission, settingsOf(), ports);
    const reply = await hook(resourceRequest(FOREIGN));

    expect(reply).toMatchObject({ hookStatus: 'FAILED', errorCode: 'InternalFailure' });
    expect(contractProblems(reply)).toEqual([]);
  });
});

describe('the limits', () => {
  const many = {
    type: 'AWS::Lambda::ResourcePolicy',
    properties: {
      ResourceArn: 'arn:aws:lambda:eu-west-1:222222222222:function:f',
      PolicyDocument: {
        Statement: Array.from({ length: 300 }, (_, index) => ({
          Sid: `s${index}`,
          Effect: 'Allow',
          Principal: { AWS: '999999999999' },
          Action: `lambda:Invoke😀${'😀'.repeat(300)}`,
        })),
      },
    },
  };

  it.each([
    ['CloudFormation', resourceRequest(many), 4096],
    ['Cloud Control', cloudControlRequest(many), 1024],
  ] as const)('of %s hold for 300 long statements', async (surface, request, longest) => {
    const reply = await benchOf(lambdaPermission, settingsOf()).hook(request);

    expect(contractProblems(reply, surface)).toEqual([]);
    expect([reply.message.length > longest - 3, reply.message.at(-1), reply.annotations?.length]).toEqual([true, '…', 100]);
    expect(JSON.stringify(reply)).not.toMatch(/\\ud[89ab]/);
  });
});
