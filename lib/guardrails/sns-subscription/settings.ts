/** The lists of this guardrail, and what must hold between them. */
import { familyOf, PROTOCOLS } from '../../core/endpoint';
import type { OptionTable, Settings } from '../../core/guardrail';

export const options = {
  trustedProtocols: {
    format: 'sns-protocol',
    description:
      'Protocols that may be subscribed. Absent: those judged by account (sqs, lambda, firehose, application) and those whose list is given; http only when it is named here.',
    example: ['https', 'email', 'sqs', 'lambda', 'firehose'],
  },
  trustedEmailDomains: {
    format: 'email-domain',
    description: 'Domains that mail may go to: exact, or *.x for the subdomains of x.',
    example: ['example.com', '*.example.org'],
  },
  trustedHosts: {
    format: 'host',
    description: 'Hosts that http and https endpoints may lie on: exact, or *.x for the subdomains of x.',
    example: ['api.example.com', '*.hooks.example.com'],
  },
  trustedPhonePrefixes: {
    format: 'phone-prefix',
    description: 'Beginnings of phone numbers that may get text messages, in E.164 form.',
    example: ['+49'],
  },
  allowMultiTenant: {
    format: 'domain-suffix',
    description: 'Domains shared by many tenants that trustedHosts and trustedEmailDomains may name all the same.',
    example: ['amazonaws.com'],
  },
} as const satisfies OptionTable;

export type SnsSettings = Settings<typeof options>;

type List = Exclude<keyof typeof options, 'trustedProtocols' | 'allowMultiTenant'>;

/** The list that a protocol is judged by; undefined for those judged by account. */
export function listOf(protocol: string): List | undefined {
  switch (familyOf(protocol)) {
    case 'url':
      return 'trustedHosts';
    case 'email':
      return 'trustedEmailDomains';
    case 'phone':
      return 'trustedPhonePrefixes';
    default:
      return undefined;
  }
}

/** `trustedProtocols`, or what the other lists imply; plain http is never implied: it has to be asked for. */
export function trustedProtocolsOf(settings: SnsSettings): readonly string[] {
  if (settings.trustedProtocols) return settings.trustedProtocols;
  return PROTOCOLS.filter((protocol) => {
    const list = listOf(protocol);
    return protocol !== 'http' && (list === undefined || settings[list] !== undefined);
  });
}

export function checkSettings(settings: SnsSettings): readonly string[] {
  return (settings.trustedProtocols ?? []).flatMap((protocol) => {
    const list = listOf(protocol);
    if (list === undefined || settings[list] !== undefined) return [];
    return [`trustedProtocols lists ${protocol}, but ${list} is missing: add ${list}, or take ${protocol} out of trustedProtocols`];
  });
}
