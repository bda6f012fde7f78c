/** What CloudTrail and SNS tell of a subscription: AWS took it, so what is malformed or missing was hidden or cut. */
import { looksMasked } from '../../core/endpoint';
import { asText, type Unknown, unknown, type Value } from '../../core/value';
import { endpointOf, type Masked, protocolOf, redriveTargetOf, spokenBy, type Target } from './facts';

export const MASKED: Masked = { kind: 'masked' };

/** A record that lacks it was cut. */
export function toldProtocol(value: Value | undefined): string | Unknown {
  const protocol = protocolOf(value);
  return protocol === '' ? unknown('the protocol') : protocol;
}

export function toldEndpoint(value: Value | undefined, protocol: string | Unknown): Target {
  const text = asText(value);
  if (text === undefined) return MASKED;
  const endpoint = endpointOf(text, protocol);
  const wrong = endpoint.kind === 'invalid' || ((endpoint.kind === 'url' || endpoint.kind === 'arn') && endpoint.problem !== undefined);
  return endpoint.kind === 'unknown' || (wrong && (looksMasked(text) || isRedactedProtocol(spokenBy(text, protocol)))) ? MASKED : endpoint;
}

/** CloudTrail hides what names a person; its marker is not documented, so whatever is no address or number is one. */
const isRedactedProtocol = (protocol: string | undefined): boolean => protocol === 'email' || protocol === 'email-json' || protocol === 'sms';

export function toldDeadLetter(value: Value | undefined): Target | undefined {
  const target = redriveTargetOf(value);
  return typeof target === 'string' ? toldEndpoint(target, 'sqs') : target && MASKED;
}
