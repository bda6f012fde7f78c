/**
 * What CloudFormation sends to a hook's function, decoded at the boundary.
 * https://docs.aws.amazon.com/cloudformation-cli/latest/hooks-userguide/lambda-hooks-create-lambda-function.html
 *
 * Only RESOURCE and CLOUD_CONTROL are judged. STACK and CHANGE_SET show earlier what RESOURCE shows all the same before
 * anything is made, and show less of it: the template as it was written, with its intrinsics, or contexts whose values are
 * not known yet. No guardrail gains from that, and reading template text would double the size of every hook.
 */
import { isAccountId, parseArn, partitionOfRegion } from '../core/arn';
import type { Place } from '../core/guardrail';
import { asText, hole, isList, isObject, OWN_ACCOUNT, OWN_PARTITION, OWN_REGION, propertyIgnoringCase, type Value } from '../core/value';

type Properties = { readonly [name: string]: Value };

export interface ResourceRequest {
  readonly kind: 'resource';
  readonly action: 'create' | 'update' | 'delete';
  readonly type: string;
  readonly logicalId: string;
  readonly properties: Properties;
  /** On an update, where the request tells: as they are now. */
  readonly previous?: Properties;
  readonly place: Place;
}

type HookRequest =
  | ResourceRequest
  /** A whole stack or change set. */
  | { readonly kind: 'whole'; readonly target: 'STACK' | 'CHANGE_SET' };

/** What the runtime handed over is not what it should be. The message names the key and quotes nothing that a deployer wrote. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError';
}

/** The docs spell `clientRequestToken` and `stackId` in two ways, so keys are read whatever their case. */
const field = (object: Value | undefined, name: string): Value | undefined => (isObject(object) ? propertyIgnoringCase(object, name) : undefined);

const textField = (object: Value | undefined, name: string): string => asText(field(object, name)) ?? '';

/** Has to be echoed; `''` when there is none. */
export const tokenOf = (event: Value | undefined): string => textField(event, 'clientRequestToken');

/** Cloud Control has no stack, and cuts messages earlier. */
export function isCloudControl(event: Value | undefined): boolean {
  return textField(event, 'stackId') === '' || textField(field(event, 'requestData'), 'targetType') === 'RESOURCE';
}

/** `region`: where the function runs, for a request without a stack. Throws `DecodeError`. */
export function decodeRequest(event: Value | undefined, region: string | undefined): HookRequest {
  const data = field(event, 'requestData');
  const type = textField(data, 'targetName');
  if (type === 'STACK' || type === 'CHANGE_SET') return { kind: 'whole', target: type };
  if (type === '') throw new DecodeError('requestData.targetName: expected a resource type');
  const action = actionOf(textField(event, 'actionInvocationPoint'));
  const place = placeOf(event, region);
  const logicalId = /^[\w-]{1,255}$/.exec(textField(data, 'targetLogicalId'))?.[0] ?? 'Resource';
  if (action === 'delete') return { kind: 'resource', action, type, logicalId, properties: {}, place };
  const model = field(data, 'targetModel');
  const properties = propertiesOf(field(model, 'resourceProperties'));
  if (!isObject(model) || !properties) throw new DecodeError('requestData.targetModel.resourceProperties: expected an object');
  const before = action === 'update' ? field(model, 'previousResourceProperties') : undefined;
  const previous = isObject(before) ? propertiesOf(before) : undefined;
  return { kind: 'resource', action, type, logicalId, properties, ...(previous && { previous }), place };
}

/** An action that is new to us is judged like a creation: the stricter way. */
function actionOf(invocationPoint: string): ResourceRequest['action'] {
  const [word] = invocationPoint.split('_');
  return word === 'UPDATE' ? 'update' : word === 'DELETE' ? 'delete' : 'create';
}

/** A resource without properties comes with none, null or `{}`. */
function propertiesOf(value: Value | undefined): Properties | undefined {
  if (value === undefined || value === null) return {};
  const known = withHoles(value);
  return isObject(known) ? known : undefined;
}

/** Intrinsics are resolved before a resource is made; one that is not stands for something unknown. */
function withHoles(value: Value): Value {
  if (isList(value)) return value.map(withHoles);
  if (!isObject(value)) return value;
  const entries = Object.entries(value);
  const [key = ''] = Object.keys(value);
  if (entries.length === 1 && /^(?:Ref$|Fn::\w+$)/.test(key)) return hole(key);
  return Object.fromEntries(entries.map(([name, item]) => [name, withHoles(item)]));
}

function placeOf(event: Value | undefined, region: string | undefined): Place {
  const stack = parseArn(textField(event, 'stackId'));
  const account = [textField(event, 'awsAccountId'), stack?.account ?? ''].find(isAccountId) ?? OWN_ACCOUNT;
  if (stack) return { partition: stack.partition, region: stack.region, account };
  if (region === undefined || region === '') return { partition: OWN_PARTITION, region: OWN_REGION, account };
  return { partition: partitionOfRegion(region), region, account };
}
