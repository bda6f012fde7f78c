/** A small registry with every format that an option can have, so that these tests do not depend on the real guardrails. */
import { type AnyGuardrail, defineGuardrail, type Fact, type OptionTable, type Settings } from '../../lib/core/guardrail';
import { compliant, noSafePlan } from '../../lib/core/verdict';

interface Sketch {
  readonly id: string;
  readonly options: OptionTable;
  readonly checkSettings?: (settings: Settings) => readonly string[];
}

const sketch = ({ id, options, checkSettings }: Sketch): AnyGuardrail =>
  defineGuardrail({
    id,
    title: `Title of ${id}`,
    summary: 'What leaves the perimeter.',
    resources: [],
    events: [],
    codes: {},
    options,
    calls: { reads: [], lists: [], undo: [] },
    terraform: {},
    ...(checkSettings && { checkSettings }),
    fromResource: (): readonly Fact[] => [],
    fromRecord: () => [],
    evaluate: () => compliant(),
    plan: () => noSafePlan('nothing to undo'),
  });

const option = <const Format extends OptionTable[string]['format']>(format: Format, ...example: readonly string[]) => ({
  format,
  description: `Entries of format ${format}`,
  example,
});

export const registry: readonly AnyGuardrail[] = [
  sketch({
    id: 'lambda-permission',
    options: {
      trustedServices: option('service-principal', 's3.amazonaws.com'),
      unscopedServices: option('service-principal', 'alexa-appkit.amazon.com'),
      allowedActions: option('lambda-action', 'lambda:InvokeFunction'),
    },
  }),
  sketch({ id: 'lambda-layer-permission', options: {} }),
  sketch({
    id: 'lambda-vpc',
    options: {
      allowedVpcIds: option('vpc-id', 'vpc-0123456789abcdef0'),
      allowedSubnetIds: option('subnet-id', 'subnet-0123456789abcdef0'),
      allowedSecurityGroupIds: option('security-group-id', 'sg-0123456789abcdef0'),
    },
  }),
  sketch({
    id: 'sns-subscription',
    options: {
      trustedProtocols: option('sns-protocol', 'https', 'sqs'),
      trustedEmailDomains: option('email-domain', 'example.com'),
      trustedHosts: option('host', 'api.example.com', '*.hooks.example.com'),
      trustedPhonePrefixes: option('phone-prefix', '+49'),
      allowMultiTenant: option('domain-suffix', 'ngrok.io'),
    },
    checkSettings: ({ trustedProtocols = [], trustedHosts, trustedEmailDomains }) => [
      ...(trustedProtocols.includes('https') && !trustedHosts
        ? ['trustedProtocols lists https while trustedHosts is missing: add trustedHosts']
        : []),
      ...(trustedProtocols.includes('email') && !trustedEmailDomains
        ? ['trustedProtocols lists email while trustedEmailDomains is missing: add trustedEmailDomains']
        : []),
    ],
  }),
  sketch({
    id: 'ecr-layer-access',
    options: {
      allowedRoles: option('role-pattern', 'ci-*'),
      allowedNetworks: option('cidr', '203.0.113.0/24'),
      allowedVpcEndpoints: option('vpc-endpoint-id', 'vpce-0123456789abcdef0'),
    },
    checkSettings: (settings) =>
      Object.keys(settings).length === 0 ? ['needs allowedRoles, allowedNetworks or allowedVpcEndpoints: add one or remove the guardrail'] : [],
  }),
];
