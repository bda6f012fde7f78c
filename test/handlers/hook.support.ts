/** Requests as CloudFormation sends them, AWS's contract of the reply, and a hook with everything around it in hand. */
import Ajv from 'ajv';
import type { AnyGuardrail } from '../../lib/core/guardrail';
import { isObject, type Value } from '../../lib/core/value';
import type { Mode } from '../../lib/core/verdict';
import { createHook, type Hook, type HookPorts } from '../../lib/handlers/hook';
import { decodeSettings, type FunctionConfiguration } from '../../lib/handlers/settings';

interface Logged {
  readonly level: string;
  readonly message: string;
  readonly fields: { readonly [name: string]: Value };
}

interface Bench {
  readonly hook: Hook;
  readonly logs: Logged[];
  readonly counted: string[];
}

export function benchOf(guardrail: AnyGuardrail, settings: FunctionConfiguration, ports: Partial<HookPorts> = {}): Bench {
  const logs: Logged[] = [];
  const counted: string[] = [];
  const hook = createHook(guardrail, {
    settings: () => decodeSettings(JSON.parse(JSON.stringify(settings))),
    now: () => new Date('2026-11-23T12:00:00Z'),
    region: 'eu-west-1',
    readDirectory: () => Promise.reject(new Error('no directory was expected to be read')),
    log: (level, message, fields) => void logs.push({ level, message, fields }),
    count: (metric) => void counted.push(metric),
    ...ports,
  });
  return { hook, logs, counted };
}

type Properties = { readonly [name: string]: Value };

export const TOKEN = 'f8da6d11-b23f-48f4-814c-0fb6a667f50e';

export interface Resource {
  readonly type: string;
  readonly properties: Properties;
  readonly previous?: Properties;
}

/** https://docs.aws.amazon.com/cloudformation-cli/latest/hooks-userguide/lambda-hooks-create-lambda-function.html */
export const resourceRequest = ({ type, properties, previous }: Resource, over: Properties = {}): Properties => ({
  clientRequestToken: TOKEN,
  awsAccountId: '222222222222',
  stackId: 'arn:aws:cloudformation:eu-west-1:222222222222:stack/MyStack/1a2345b6-0000-00a0-a123-00abc0abc000',
  changeSetId: null,
  hookTypeName: 'Perimeter::Test::Hook',
  hookTypeVersion: '00000001',
  hookModel: { LambdaFunction: 'arn:aws:lambda:eu-west-1:222222222222:function:perimeter-test-hook' },
  actionInvocationPoint: previous === undefined ? 'CREATE_PRE_PROVISION' : 'UPDATE_PRE_PROVISION',
  requestData: {
    targetName: type,
    targetType: type,
    targetLogicalId: 'Resource',
    targetModel: { resourceProperties: properties, previousResourceProperties: previous ?? {} },
  },
  requestContext: { invocation: 1, callbackContext: null },
  ...over,
});

export const cloudControlRequest = (resource: Resource): Properties => {
  const { requestData, ...envelope } = resourceRequest(resource, { stackId: '' });
  return { ...envelope, requestData: isObject(requestData) ? { ...requestData, targetType: 'RESOURCE', targetLogicalId: '123:abc/Made up' } : null };
};

export const wholeRequest = (target: 'STACK' | 'CHANGE_SET'): Properties => ({
  clientRequesttoken: TOKEN,
  awsAccountId: '222222222222',
  stackID: 'arn:aws:cloudformation:eu-west-1:222222222222:stack/MyStack/1a2345b6-0000-00a0-a123-00abc0abc000',
  actionInvocationPoint: 'CREATE_PRE_PROVISION',
  requestData: { targetName: target, targetType: target, targetLogicalId: 'MyStack', payload: 'https://s3.example.com/payload' },
});

/** Lengths of an annotation: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Annotation.html */
const contract = (longestMessage: number) => ({
  type: 'object',
  required: ['hookStatus', 'message', 'clientRequestToken'],
  additionalProperties: false,
  properties: {
    hookStatus: { enum: ['SUCCESS', 'FAILED', 'IN_PROGRESS'] },
    errorCode: { enum: ['NonCompliant', 'InternalFailure'] },
    message: { type: 'string', minLength: 1, maxLength: longestMessage },
    clientRequestToken: { type: 'string' },
    callbackContext: {},
    callbackDelaySeconds: { type: 'integer', minimum: 0 },
    annotations: {
      type: 'array',
      maxItems: 100,
      items: {
        type: 'object',
        required: ['annotationName', 'status'],
        additionalProperties: false,
        properties: {
          annotationName: { type: 'string', minLength: 1, maxLength: 1024 },
          status: { enum: ['PASSED', 'FAILED', 'SKIPPED'] },
          statusMessage: { type: 'string', minLength: 1, maxLength: 16384 },
          remediationMessage: { type: 'string', minLength: 1, maxLength: 16384 },
          remediationLink: { type: 'string', minLength: 1, maxLength: 5120, pattern: '^https://' },
          severityLevel: { enum: ['INFORMATIONAL', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL'] },
        },
      },
    },
  },
  if: { properties: { hookStatus: { const: 'FAILED' } } },
  // biome-ignore lint/suspicious/noThenProperty: JSON Schema's own word
  then: { required: ['errorCode'] },
  else: { not: { required: ['errorCode'] } },
});

const ajv = new Ajv({ strict: false });
const ofCloudFormation = ajv.compile(contract(4096));
const ofCloudControl = ajv.compile(contract(1024));

/** What is wrong with a reply by AWS's contract; `[]`: nothing. The function's answer is its JSON. */
export function contractProblems(reply: unknown, surface: 'CloudFormation' | 'Cloud Control' = 'CloudFormation'): readonly string[] {
  const validate = surface === 'CloudFormation' ? ofCloudFormation : ofCloudControl;
  const text = JSON.stringify(reply);
  if (validate(JSON.parse(text))) return text.length < 6_000_000 ? [] : [`${text.length} characters`];
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

/** What is configured around a request. */
interface Choices {
  readonly mode?: Mode;
  readonly undetermined?: 'allow' | 'deny';
  readonly existing?: 'allow' | 'deny';
  readonly exemptions?: FunctionConfiguration['configuration']['exemptions'];
  readonly accountIds?: readonly string[];
  readonly directory?: FunctionConfiguration['directory'];
}

export function settingsOf({
  mode = 'enforce',
  undetermined = 'allow',
  existing = 'allow',
  exemptions = [],
  ...over
}: Choices = {}): FunctionConfiguration {
  const own = (settings: { readonly [list: string]: readonly string[] }) => ({ mode, undetermined, existing, response: 'undo', settings }) as const;
  return {
    configuration: {
      trust: {
        organizationId: 'o-exampleorgid',
        managementAccountId: '111111111111',
        accountIds: over.accountIds ?? ['222222222222', '333333333333'],
        trustedAccountIds: ['444455556666'],
        trustedOrganizationIds: [],
      },
      guardrails: {
        'lambda-permission': own({}),
        'lambda-vpc': own({ allowedSubnetIds: ['subnet-0123456789abcdef0'] }),
        'ecr-layer-access': own({ allowedRoles: ['ci-*'] }),
      },
      exemptions,
    },
    docs: 'https://example.com/guardrails',
    ...(over.directory && { directory: over.directory }),
  };
}

export const grant = (principal: string, over: { readonly [name: string]: string } = {}) => ({
  type: 'AWS::Lambda::Permission',
  properties: { FunctionName: 'f', Action: 'lambda:InvokeFunction', Principal: principal, ...over },
});
export const FOREIGN = grant('999999999999');
export const OPEN = grant('{{resolve:ssm:/partner}}');

export const REASON = 'principal 999999999999 is neither in the organization nor trusted';
export const FIX = 'remove the grant, or add 999999999999 to trusted.accountIds';
export const VIOLATION = {
  annotationName: 'lambda-permission/untrusted-account',
  statusMessage: `Resource: ${REASON}`,
  remediationMessage: FIX,
  remediationLink: 'https://example.com/guardrails/lambda-permission.md',
  severityLevel: 'HIGH',
};

export const raise = (message: string): never => {
  throw new Error(message);
};
