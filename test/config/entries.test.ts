import { parseConfiguration } from '../../lib/config/load';
import { ConfigurationError } from '../../lib/config/problem';
import { registry } from './registry';

const HEAD = 'version: 1\norganization: { id: o-exampleorgid, managementAccountId: "111111111111" }\n';

/** One line in the section of one guardrail. */
const of = (id: string, line: string) => `${HEAD}guardrails:\n  ${id}:\n    ${line}\n`;

describe('a list with', () => {
  it.each([
    [
      'a list in a list',
      of('lambda-vpc', 'allowedVpcIds: [[vpc-0123456789abcdef0]]'),
      'perimeter.yaml:5: guardrails.lambda-vpc.allowedVpcIds[0]: a list is not a VPC id: write vpc- and 8 or 17 hexadecimal digits',
    ],
    [
      'a section in a list',
      of('lambda-vpc', 'allowedVpcIds: [{ id: vpc-0123456789abcdef0 }]'),
      'perimeter.yaml:5: guardrails.lambda-vpc.allowedVpcIds[0]: a section is not a VPC id: write vpc- and 8 or 17 hexadecimal digits',
    ],
    [
      'a null in a list',
      of('lambda-vpc', 'allowedVpcIds: [~]'),
      'perimeter.yaml:5: guardrails.lambda-vpc.allowedVpcIds[0]: is empty: write vpc- and 8 or 17 hexadecimal digits',
    ],
    [
      'a network with host bits',
      of('ecr-layer-access', 'allowedNetworks: [203.0.113.7/24]'),
      'perimeter.yaml:5: guardrails.ecr-layer-access.allowedNetworks[0]: "203.0.113.7/24" is an address inside a network: write 203.0.113.0/24 for the network, 203.0.113.7/32 for the address',
    ],
    [
      'an IPv6 network with host bits',
      of('ecr-layer-access', 'allowedNetworks: ["2001:db8::1/64"]'),
      'perimeter.yaml:5: guardrails.ecr-layer-access.allowedNetworks[0]: "2001:db8::1/64" is an address inside a network: write 2001:db8::/64 for the network, 2001:db8::1/128 for the address',
    ],
    [
      'a prefix that is too long',
      of('ecr-layer-access', 'allowedNetworks: [203.0.113.0/33]'),
      'perimeter.yaml:5: guardrails.ecr-layer-access.allowedNetworks[0]: "203.0.113.0/33" is not a network: the prefix behind the / is a number from 0 to 32',
    ],
    [
      'an octet that is too large',
      of('ecr-layer-access', 'allowedNetworks: [203.0.113.256]'),
      'perimeter.yaml:5: guardrails.ecr-layer-access.allowedNetworks[0]: "203.0.113.256" is not a network: write a CIDR block (203.0.113.0/24, 2001:db8::/32) or one address',
    ],
    [
      'an endpoint id that is none',
      of('ecr-layer-access', 'allowedVpcEndpoints: [vpce-xyz]'),
      'perimeter.yaml:5: guardrails.ecr-layer-access.allowedVpcEndpoints[0]: "vpce-xyz" is not a VPC endpoint id: write vpce- and 8 or 17 hexadecimal digits',
    ],
    [
      'a VPC id of a subnet',
      of('lambda-vpc', 'allowedVpcIds: [subnet-0123456789abcdef0]'),
      'perimeter.yaml:5: guardrails.lambda-vpc.allowedVpcIds[0]: "subnet-0123456789abcdef0" is not a VPC id: write vpc- and 8 or 17 hexadecimal digits',
    ],
    [
      'the session of a role',
      of('ecr-layer-access', 'allowedRoles: ["arn:aws:sts::111111111111:assumed-role/ci/run"]'),
      'perimeter.yaml:5: guardrails.ecr-layer-access.allowedRoles[0]: "arn:aws:sts::111111111111:assumed-role/ci/run" is not a role pattern: that is a session, which has another ARN each time; name its role: arn:aws:iam::*:role/ci',
    ],
    [
      'a role with its kind in front',
      of('ecr-layer-access', 'allowedRoles: [role/ci]'),
      'perimeter.yaml:5: guardrails.ecr-layer-access.allowedRoles[0]: "role/ci" is not a role pattern: drop "role/": a pattern with a / is the path and name alone',
    ],
    [
      'a service without its domain',
      of('lambda-permission', 'trustedServices: [s3]'),
      'perimeter.yaml:5: guardrails.lambda-permission.trustedServices[0]: "s3" is not a service principal: did you mean `s3.amazonaws.com`?',
    ],
    [
      'any service',
      of('lambda-permission', 'trustedServices: ["*"]'),
      'perimeter.yaml:5: guardrails.lambda-permission.trustedServices[0]: "*" is not a service principal: remove the key: without it any service whose source is trusted will do',
    ],
    [
      'an action without its service',
      of('lambda-permission', 'allowedActions: [InvokeFunction]'),
      'perimeter.yaml:5: guardrails.lambda-permission.allowedActions[0]: "InvokeFunction" is not a Lambda action: did you mean `lambda:InvokeFunction`?',
    ],
    [
      'a protocol that is none',
      of('sns-subscription', 'trustedProtocols: [htps]'),
      'perimeter.yaml:5: guardrails.sns-subscription.trustedProtocols[0]: "htps" is not a protocol of SNS: write http, https, email, email-json, sms, sqs, application, lambda or firehose; did you mean `https`?',
    ],
    [
      'a URL for a host',
      of('sns-subscription', 'trustedHosts: ["https://api.example.com/hook"]'),
      'perimeter.yaml:5: guardrails.sns-subscription.trustedHosts[0]: "https://api.example.com/hook" is not a host: drop the scheme and the path: write api.example.com',
    ],
    [
      'a host with a path',
      of('sns-subscription', 'trustedHosts: [api.example.com/hook]'),
      'perimeter.yaml:5: guardrails.sns-subscription.trustedHosts[0]: "api.example.com/hook" is not a host: drop the path: write api.example.com',
    ],
    [
      'a host with a port',
      of('sns-subscription', 'trustedHosts: ["api.example.com:8443"]'),
      'perimeter.yaml:5: guardrails.sns-subscription.trustedHosts[0]: "api.example.com:8443" is not a host: drop the port, any port of a trusted host is trusted: write api.example.com',
    ],
    [
      'a host with a user',
      of('sns-subscription', 'trustedHosts: ["me@api.example.com"]'),
      'perimeter.yaml:5: guardrails.sns-subscription.trustedHosts[0]: "me@api.example.com" is not a host: drop the user: write api.example.com',
    ],
    [
      'a wildcard inside a host',
      of('sns-subscription', 'trustedHosts: ["api.*.example.com"]'),
      'perimeter.yaml:5: guardrails.sns-subscription.trustedHosts[0]: "api.*.example.com" is not a host: a wildcard stands alone in front: *.example.com',
    ],
    [
      'a wildcard without a dot',
      of('sns-subscription', 'trustedHosts: ["*example.com"]'),
      'perimeter.yaml:5: guardrails.sns-subscription.trustedHosts[0]: "*example.com" is not a host: a wildcard stands alone in front: *.example.com',
    ],
    [
      'a bare name',
      of('sns-subscription', 'trustedHosts: [localhost]'),
      'perimeter.yaml:5: guardrails.sns-subscription.trustedHosts[0]: "localhost" is not a host: write it in full: localhost.example.com',
    ],
    [
      'an address for an e-mail domain',
      of('sns-subscription', 'trustedEmailDomains: [user@example.com]'),
      'perimeter.yaml:5: guardrails.sns-subscription.trustedEmailDomains[0]: "user@example.com" is not an e-mail domain: write only what stands behind the @: example.com',
    ],
    [
      'a phone prefix with 00',
      of('sns-subscription', 'trustedPhonePrefixes: ["0049 30"]'),
      'perimeter.yaml:5: guardrails.sns-subscription.trustedPhonePrefixes[0]: "0049 30" is not the beginning of a phone number: did you mean "+4930"?',
    ],
    [
      'a domain that anyone can use',
      of('sns-subscription', 'trustedHosts: [api.example.com, ngrok.io]'),
      'perimeter.yaml:5: guardrails.sns-subscription.trustedHosts[1]: "ngrok.io" is shared by many tenants, strangers among them: name your own below it, or add ngrok.io to allowMultiTenant',
    ],
    [
      'the subdomains of a provider',
      of('sns-subscription', 'trustedHosts: ["*.eu-west-1.amazonaws.com"]'),
      'perimeter.yaml:5: guardrails.sns-subscription.trustedHosts[0]: "*.eu-west-1.amazonaws.com" is shared by many tenants, strangers among them: name your own below it, or add eu-west-1.amazonaws.com to allowMultiTenant',
    ],
    [
      'a public suffix',
      of('sns-subscription', 'trustedEmailDomains: ["*.co.uk"]'),
      'perimeter.yaml:5: guardrails.sns-subscription.trustedEmailDomains[0]: "*.co.uk" is shared by many tenants, strangers among them: name your own below it, or add co.uk to allowMultiTenant',
    ],
    [
      'mailboxes for anyone',
      of('sns-subscription', 'trustedEmailDomains: [gmail.com]'),
      'perimeter.yaml:5: guardrails.sns-subscription.trustedEmailDomains[0]: "gmail.com" is shared by many tenants, strangers among them: name your own below it, or add gmail.com to allowMultiTenant',
    ],
    [
      'a suffix with a wildcard',
      of('sns-subscription', 'allowMultiTenant: ["*.ngrok.io"]'),
      'perimeter.yaml:5: guardrails.sns-subscription.allowMultiTenant[0]: "*.ngrok.io" is not a domain: drop the wildcard: write ngrok.io',
    ],
  ])('%s is refused', (_, text, expected) => {
    const load = () => parseConfiguration(text, registry, { fileName: 'perimeter.yaml' });

    expect(load).toThrow(ConfigurationError);
    expect(load).toThrow(new Error(expected));
  });
});
