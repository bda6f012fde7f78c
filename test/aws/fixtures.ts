/** What the tests make in the emulated AWS before the test begins. */
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { CreateFunctionCommand, type CreateFunctionCommandInput, LambdaClient, PublishLayerVersionCommand } from '@aws-sdk/client-lambda';
import type { Api, Caller } from './emulator';

/** A zip archive that holds nothing: moto never runs it. */
const EMPTY_ZIP = Buffer.from('504b0506000000000000000000000000000000000000', 'hex');

/** Makes a function of that name, and the role that it needs. */
export async function makeFunction(api: Api, caller: Caller, name: string, input: Partial<CreateFunctionCommandInput> = {}): Promise<string> {
  await makeRole(api, caller, 'function-role');
  const { FunctionArn = '' } = await new LambdaClient(api.client(caller)).send(functionCommand(caller, name, input));
  return FunctionArn;
}

export const functionCommand = (caller: Caller, name: string, input: Partial<CreateFunctionCommandInput> = {}): CreateFunctionCommand =>
  new CreateFunctionCommand({
    FunctionName: name,
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Role: `arn:aws:iam::${caller.account}:role/function-role`,
    Code: { ZipFile: EMPTY_ZIP },
    ...input,
  });

/** Makes the role, or leaves it as it is. */
export async function makeRole(api: Api, caller: Caller, name: string): Promise<void> {
  const AssumeRolePolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
  });
  try {
    await new IAMClient(api.client(caller)).send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument }));
  } catch (error) {
    if (!(error instanceof Error && error.name === 'EntityAlreadyExistsException')) throw error;
  }
}

/** Publishes a version of a layer; answers its ARN. */
export async function publishLayer(api: Api, caller: Caller, name: string): Promise<string> {
  const command = new PublishLayerVersionCommand({ LayerName: name, Content: { ZipFile: EMPTY_ZIP } });
  const { LayerVersionArn = '' } = await new LambdaClient(api.client(caller)).send(command);
  return LayerVersionArn;
}

/** AWS's own name of the error that a call ends with, and its HTTP status; `'no error'` where it succeeds. */
export async function failureOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'no error';
  } catch (error) {
    if (!(error instanceof Error && '$metadata' in error)) throw error;
    const metadata: { readonly httpStatusCode?: number } = { ...(error.$metadata ?? {}) };
    return `${error.name} ${metadata.httpStatusCode}`;
  }
}

/**
 * A call of Lambda Core or Lambda Web, which no client of the SDK at hand knows: both are signed as Lambda and answered at its endpoint.
 * Throws as a client does: `name` is AWS's own, and the status in `$metadata`.
 */
export async function callLambda<Answer = { readonly [name: string]: string }>(
  api: Api,
  { account, region = 'eu-west-1' }: Caller,
  request: LambdaRequest,
): Promise<Answer> {
  const { method, path, body } = request;
  const authorization = `AWS4-HMAC-SHA256 Credential=${account}/20260101/${region}/lambda/aws4_request, SignedHeaders=host, Signature=0`;
  const headers = { authorization, 'content-type': 'application/json' };
  const response = await fetch(`${api.endpoint}${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  const text = await response.text();
  const answer = text === '' ? {} : JSON.parse(text);
  if (response.ok) return answer;
  throw Object.assign(new Error(answer.message), {
    name: response.headers.get('x-amzn-errortype') ?? answer.__type,
    $metadata: { httpStatusCode: response.status },
  });
}

interface LambdaRequest {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  /** With its arguments, encoded. */
  readonly path: string;
  readonly body?: object;
}
