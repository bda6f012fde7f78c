/**
 * What a policy can say about `Subscribe`: its protocol, and its endpoint as text. `*` and `?` are wildcards there, so every
 * pattern says where the host, the domain or the account ends.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsns.html
 */
import { canonicalPhone, familyOf } from '../../core/endpoint';
import { accountDenials, type Denial, type GuardrailScp, type PolicyScope, type RenderedScp, renderDenials } from '../../core/scp';
import { canonical, denial, hostDenials, SUBSCRIBE } from './scp.hosts';
import { type SnsSettings, trustedProtocolsOf } from './settings';

export const scp: GuardrailScp = {
  render,
  sees: [
    { what: 'Subscribe by a protocol that is not trusted', scp: 'refuses', others: 'hook and remediator too' },
    {
      what: 'Subscribe of a host that is not trusted',
      scp: 'refuses',
      others:
        'It compares text, so it also refuses upper case in the scheme or the host, a trailing dot, user info, a port that is empty or not the usual one, and names beyond ASCII, which the others compare rightly',
    },
    {
      what: 'Subscribe of a host, where `*.x` is trusted',
      scp: 'sees a part',
      others: '`*` crosses `/`, `?` and `#`, so `https://evil.example/.x/` passes; the hook and the remediator see the host',
      codes: ['untrusted-host'],
    },
    {
      what: 'Subscribe of an e-mail domain that is not trusted',
      scp: 'refuses',
      others:
        'It also refuses upper case and a trailing dot in the domain. What stands before the @ it cannot read: white space, comments, several quoted parts are left to the hook',
      codes: ['invalid-endpoint', 'untrusted-email-domain'],
    },
    {
      what: 'Subscribe of a phone number outside trustedPhonePrefixes',
      scp: 'refuses',
      others: 'It also refuses punctuation inside the prefix. Whether the rest is a number, the hook and the remediator tell',
      codes: ['invalid-endpoint', 'untrusted-phone'],
    },
    {
      what: 'Subscribe of a queue, function or stream of an account that is not trusted',
      scp: 'refuses',
      others: 'Only while members are listed and fit; a malformed ARN is left to SNS and the hook',
      codes: ['invalid-endpoint'],
    },
    {
      what: 'ConfirmSubscription of an untrusted endpoint, by the link too',
      scp: 'cannot see',
      others: 'no condition key, and the link is not signed: the remediator looks the subscription up again',
      codes: ['untrusted-host', 'untrusted-email-domain', 'untrusted-phone', 'untrusted-protocol', 'untrusted-account'],
    },
    {
      what: 'A dead-letter queue in a foreign account (Subscribe, SetSubscriptionAttributes)',
      scp: 'cannot see',
      others: 'no condition key: hook and remediator',
      codes: ['untrusted-dead-letter'],
    },
    {
      what: 'Topic policies (CreateTopic, SetTopicAttributes, AddPermission)',
      scp: 'cannot see',
      others: 'no condition key for their content, and RCPs do not cover SNS: hook and remediator',
      codes: ['public-topic', 'untrusted-account'],
    },
    { what: "A stranger's own Subscribe on our topic", scp: 'cannot see', others: 'SCPs bind our principals alone: keep the topic policy closed' },
  ],
  traps: [
    { trap: '`?` stands for any one character', answer: 'a question mark is written `${?}`' },
    {
      trap: '`https://host:*` admits `https://host:443@evil.example`',
      answer: 'ports are written out, and every pattern says where the host ends: `/`, `${?}`, `#` or nothing',
    },
    { trap: '`*@domain` admits `a@evil.example,b@domain`', answer: 'a second denial for addresses with two `@`, but for a quoted one' },
    {
      trap: "`arn:*:lambda:*:ACCOUNT:*` admits a stranger's function with the name of an account",
      answer: 'the number of colons is fixed by a second denial',
    },
    {
      trap: '`*` crosses `/`, so `*.example.com` admits `https://evil.example/.example.com/`',
      answer: '`scp check` warns; list the hosts one by one where that is too loose',
    },
    {
      trap: 'A list of what is not denied cannot be cut in two',
      answer: 'hosts that do not fit are cut by how they begin, and decide as one list would',
    },
    { trap: 'What is odd, but on no list of this page (`https://host?query`), is right', answer: 'it passes the policy, too' },
    { trap: 'No list names the own account of every member', answer: '`${aws:PrincipalAccount}` and `${aws:ResourceAccount}` stand in every list' },
    { trap: 'Sparing `aws:ViaAWSService` lets everybody subscribe through CloudFormation', answer: 'it is not spared' },
  ],
};

function render(scope: PolicyScope): RenderedScp {
  const settings: SnsSettings = scope.settings;
  const protocols = trustedProtocolsOf(settings);
  const hosts = hostDenials(scope, settings, protocols);
  const accounts = protocols.some((protocol) => familyOf(protocol) === 'arn')
    ? accountDenials(scope, { what: 'subscribed queues, functions and streams', service: 'sns' }, (ids) => arnDenials(ids, protocols))
    : { denials: [], notes: [] };
  const denials = [
    { sid: 'SnsProtocol', actions: SUBSCRIBE, condition: { StringNotEquals: { 'sns:Protocol': protocols } } },
    ...hosts.denials,
    ...emailDenials(settings, protocols),
    ...phoneDenials(settings, protocols),
    ...accounts.denials,
  ];
  const { statements, notes } = renderDenials(scope, 'sns', denials);
  return { statements, notes: [...hosts.notes, ...accounts.notes, ...notes] };
}

// ---- E-mail

/** `*@x` alone would let `a@evil.example,b@x` through; a quoted local part may hold an `@` of its own. */
function emailDenials({ trustedEmailDomains }: SnsSettings, protocols: readonly string[]): readonly Denial[] {
  const used = protocols.filter((protocol) => familyOf(protocol) === 'email');
  const domains = [...new Set(trustedEmailDomains?.map(canonical))].sort();
  if (used.length === 0 || domains.length === 0) return [];
  return [
    denial(
      'SnsEmail',
      used,
      domains.map((domain) => `*@${domain}`),
    ),
    denial(
      'SnsEmailSeveral',
      used,
      domains.map((domain) => `"*"@${domain}`),
      ['*@*@*'],
    ),
  ];
}

// ---- Phones

function phoneDenials({ trustedPhonePrefixes }: SnsSettings, protocols: readonly string[]): readonly Denial[] {
  const prefixes = [...new Set(trustedPhonePrefixes?.map((prefix) => canonicalPhone(prefix) ?? prefix))].sort();
  if (!protocols.includes('sms') || prefixes.length === 0) return [];
  return [
    denial(
      'SnsSms',
      ['sms'],
      prefixes.flatMap((prefix) => [`${prefix}*`, `${prefix.replace(/^\+/, '')}*`]),
    ),
  ];
}

// ---- ARNs

/**
 * A wildcard crosses colons: a stranger's function `…:999999999999:function:222222222222` with an alias would pass for one of account
 * 222222222222. So the number of colons is fixed: five, and for a function six or, with its alias or version, seven; with seven, the
 * account is not one field later.
 */
function arnDenials(accounts: readonly string[], protocols: readonly string[]): readonly Denial[] {
  const plain = ['sqs', 'firehose', 'application'].filter((protocol) => protocols.includes(protocol));
  const functions = ['lambda'].filter((protocol) => protocols.includes(protocol));
  return [
    ...(plain.length === 0
      ? []
      : [
          denial(
            'SnsArn',
            plain,
            accounts.map((account) => `arn:*:*:*:${account}:*`),
          ),
          denial('SnsArnColons', plain, [], [`*${':*'.repeat(6)}`]),
        ]),
    ...(functions.length === 0
      ? []
      : [
          denial(
            'SnsFunction',
            functions,
            accounts.map((account) => `arn:*:*:*:${account}:function:*`),
          ),
          denial('SnsFunctionColons', functions, [], [`*${':*'.repeat(8)}`, `arn:*:*:*:*:${'?'.repeat(12)}:function:*`]),
        ]),
  ];
}
