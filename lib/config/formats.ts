/**
 * Every kind of text that the configuration knows: the formats of the guardrails' lists, and those of the shared sections.
 * The validator, its messages, the JSON Schema and the generated pages read this one table.
 */
import type { OptionFormat } from '../core/guardrail';
import { domainSuffix, emailDomain, host } from './domains';
import { type Format, patternFormat, refuse, wordFormat } from './format';
import { readCidr } from './networks';
import { quote } from './problem';

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/FindingYourAccountAlias.html: 12 digits, leading zeros included */
export const accountId = patternFormat({
  noun: 'an account id',
  hint: 'write its 12 digits in quotes, like "111122223333"',
  pattern: /^\d{12}$/,
  mistake: (text) => {
    if (/^\d{4}-\d{4}-\d{4}$/.test(text)) return `drop the hyphens: "${text.replaceAll('-', '')}"`;
    if (/^\d{1,15}$/.test(text) && text.length !== 12) return `it has ${text.length} digits; write all 12 in quotes, leading zeros included`;
    return undefined;
  },
});

/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_Organization.html */
export const organizationId = patternFormat({
  noun: 'an organization id',
  hint: 'write o- and 10 to 32 lower-case letters or digits, like "o-exampleorgid"',
  pattern: /^o-[a-z0-9]{10,32}$/,
});

/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_OrganizationalUnit.html and API_Root.html */
export const organizationalUnitId = patternFormat({
  noun: 'an organizational unit id',
  hint: 'write the id of an OU (ou-ab12-11111111) or of the root (r-ab12), not its name',
  pattern: /^(?:ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}|r-[0-9a-z]{4,32})$/,
});

/** https://docs.aws.amazon.com/general/latest/gr/rande.html */
export const region = patternFormat({
  noun: 'a Region',
  hint: 'write its code, like eu-west-1',
  pattern: /^[a-z]{2,4}(?:-[a-z]{2,12}){1,2}-\d{1,2}$/,
  mistake: (text) => (/^[a-z-]+-\d[a-z]$/.test(text) ? `that is an Availability Zone; write ${text.slice(0, -1)}` : undefined),
});

/** Names of what AWS makes of a stage as well, and of what stands beside it: `perimeter-directory`, `perimeter-member`. */
const TAKEN_STAGES: readonly string[] = ['directory', 'member'];

/** StackSets take letters, digits and hyphens: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStackSet.html */
export const stageName = patternFormat({
  noun: 'the name of a stage',
  hint: 'write up to 64 letters, digits and hyphens, like pilot',
  pattern: /^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/,
  mistake: (text) => (TAKEN_STAGES.includes(stageKey(text)) ? `perimeter-${stageKey(text)} is something else already: name it otherwise` : undefined),
});

/** Two names of one key come to the same resource of a template, or to the same file. */
export const stageKey = (name: string): string => name.replaceAll('-', '').toLowerCase();

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_Tag.html */
const tagText = (noun: string, hint: string, longest: number): Format =>
  patternFormat({ noun, hint, pattern: new RegExp(`^[\\p{L}\\p{Z}\\p{N}_.:/=+@-]{1,${longest}}$`, 'u') });

export const tagKey = tagText('a tag key', 'write up to 128 letters, digits, spaces and _ . : / = + - @', 128);
export const tagValue = tagText('a tag value', 'write its value as it is: letters, digits, spaces and _ . : / = + - @', 256);

export const date: Format = {
  noun: 'a date',
  hint: 'write year, month and day, like 2027-03-31',
  json: { type: 'string', format: 'date', pattern: '^\\d{4}-\\d{2}-\\d{2}$' },
  read: (text) => {
    if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return refuse(text, 'a date', date.hint);
    const time = Date.parse(`${text}T00:00:00Z`);
    const real = !Number.isNaN(time) && new Date(time).toISOString().slice(0, 10) === text;
    return real ? { value: text } : refuse(text, 'a date', 'the calendar has no such day');
  },
};

const PARTITION = '(?:aws[a-z-]*|[a-z-]*\\*)';
const ACCOUNT_PATTERN = '(?:\\d{12}|\\d{0,11}[*?][\\d*?]{0,11})';

/** An ARN in which `*` and `?` stand for what they like within one field: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html */
export const arnPattern = patternFormat({
  noun: 'an ARN pattern',
  hint: 'write arn:partition:service:region:account:resource, like "arn:aws:lambda:*:222222222222:function:edge-*"',
  // One with a wildcard and too few fields is meant as a glob: it matches nothing, and a warning says so.
  pattern: new RegExp(
    `^(?:arn:${PARTITION}:[a-z0-9*?-]+:[a-z0-9*?-]*:${ACCOUNT_PATTERN}?:[^\\s]+|arn(?=\\S*\\*)(?::[^:\\s]*){1,3}(?::[a-z][^:\\s]*){0,2})$`,
  ),
  mistake: (text) => {
    if (!text.startsWith('arn:')) return undefined;
    const fields = text.split(':');
    if (fields.length < 6)
      return `it has ${fields.length} of 6 fields; write arn:partition:service:region:account:resource, with * where any will do`;
    const account = fields[4] ?? '';
    return /^\d+$/.test(account) && account.length !== 12 ? `its account ${quote(account)} has ${account.length} digits, not 12` : undefined;
  },
});

/** Names and paths of roles and users: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const NAME = '[\\w+=,.@*?-]+';
const IDENTITY = `arn:${PARTITION}:iam::${ACCOUNT_PATTERN}:(?:role|user)/(?:${NAME}/)*${NAME}`;

const sessionMistake = (text: string): string | undefined => {
  if (!/^arn:[^:]*:sts:/.test(text)) return undefined;
  const role = /:assumed-role\/([^/]+)\//.exec(text)?.[1] ?? 'NAME';
  return `that is a session, which has another ARN each time; name its role: arn:aws:iam::*:role/${role.slice(0, 64)}`;
};

export const identityArn = patternFormat({
  noun: 'the ARN of a role or user',
  hint: 'write arn:aws:iam::ACCOUNT:role/NAME, with * where any will do, like "arn:aws:iam::*:role/break-glass"',
  pattern: new RegExp(`^${IDENTITY}$`),
  mistake: sessionMistake,
});

const rolePattern = patternFormat({
  noun: 'a role pattern',
  hint: 'write a name (ci-*), a path and name (eks/*) or an ARN (arn:aws:iam::*:role/eks/*)',
  pattern: new RegExp(`^(?:${IDENTITY}|/?(?:${NAME}/)*${NAME})$`),
  mistake: (text) => {
    if (/^\/?(?:role|user)\//.test(text))
      return `drop ${quote(text.slice(0, text.indexOf('/', 1) + 1))}: a pattern with a / is the path and name alone`;
    if (/^arn:[^:]*:iam:[^:]*:[^:]*:root$/.test(text)) return 'the root user has no role; name roles or users';
    return sessionMistake(text);
  },
  canonical: (text) => text.replace(/^\//, ''),
});

/** EC2 ids have 8 or 17 hexadecimal digits: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resource-ids.html */
const ec2Id = (noun: string, prefix: string): Format =>
  patternFormat({ noun, hint: `write ${prefix}- and 8 or 17 hexadecimal digits`, pattern: new RegExp(`^${prefix}-(?:[0-9a-f]{8}|[0-9a-f]{17})$`) });

/** Suffixes of every partition; a few services sign in with `amazon.com` (`alexa-appkit.amazon.com`). */
const servicePrincipal = patternFormat({
  noun: 'a service principal',
  hint: 'write the service with its domain, like s3.amazonaws.com',
  pattern:
    /^(?:[a-z0-9-]+\.)+(?:amazonaws\.com|amazonaws\.com\.cn|amazonaws\.eu|amazon\.com|aws\.internal|c2s\.ic\.gov|sc2s\.sgov\.gov|csp\.hci\.ic\.gov|cloud\.adc-e\.uk)$/,
  mistake: (text) => {
    if (text === '*') return 'remove the key: without it any service whose source is trusted will do';
    if (/^[a-z0-9-]+$/.test(text)) return `did you mean \`${text}.amazonaws.com\`?`;
    return /[A-Z]/.test(text) ? 'service principals are in lower case' : undefined;
  },
});

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html */
const lambdaAction = patternFormat({
  noun: 'a Lambda action',
  hint: 'write lambda: and the action, like lambda:InvokeFunction or lambda:Invoke*',
  pattern: /^[Ll][Aa][Mm][Bb][Dd][Aa]:[A-Za-z0-9*?]+$/,
  mistake: (text) => (/^[A-Z][A-Za-z0-9*]+$/.test(text) ? `did you mean \`lambda:${text}\`?` : undefined),
  canonical: (text) => `lambda:${text.slice('lambda:'.length)}`,
});

/** https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html */
const PROTOCOLS = ['http', 'https', 'email', 'email-json', 'sms', 'sqs', 'application', 'lambda', 'firehose'] as const;

/** E.164: https://docs.aws.amazon.com/sns/latest/dg/sns-mobile-phone-number-as-subscriber.html */
const phonePrefix = patternFormat({
  noun: 'the beginning of a phone number',
  hint: 'write + and the country code, with no spaces, like "+49"',
  pattern: /^\+[1-9]\d{0,14}$/,
  mistake: (text) => {
    const digits = text.replace(/^(?:\+|00)/, '').replaceAll(/[\s().-]/g, '');
    return text.length < 40 && !/^\+[1-9]\d*$/.test(text) && /^[1-9]\d{0,14}$/.test(digits) ? `did you mean "+${digits}"?` : undefined;
  },
});

const cidr: Format = {
  noun: 'a network',
  hint: 'write a CIDR block, like 203.0.113.0/24',
  json: { type: 'string', pattern: '^[0-9A-Fa-f.:]+(/\\d{1,3})?$' },
  read: readCidr,
};

/** One entry for each format that a guardrail's list can have. */
export const optionFormats: { readonly [Name in OptionFormat]: Format } = {
  'role-pattern': rolePattern,
  cidr,
  'vpc-endpoint-id': ec2Id('a VPC endpoint id', 'vpce'),
  'service-principal': servicePrincipal,
  'lambda-action': lambdaAction,
  'vpc-id': ec2Id('a VPC id', 'vpc'),
  'subnet-id': ec2Id('a subnet id', 'subnet'),
  'security-group-id': ec2Id('a security group id', 'sg'),
  'sns-protocol': wordFormat('a protocol of SNS', PROTOCOLS),
  'email-domain': emailDomain,
  host,
  'phone-prefix': phonePrefix,
  'domain-suffix': domainSuffix,
};

/** Any text that says something. */
export const textFormat = (noun: string, hint: string, longest: number): Format => ({
  noun,
  hint,
  json: { type: 'string', pattern: '\\S', maxLength: longest },
  read: (text) => {
    if (text.trim() === '') return { problem: `is empty: ${hint}` };
    return text.length > longest ? { problem: `${quote(text)} has ${text.length} characters: at most ${longest} will do` } : { value: text.trim() };
  },
});
