/** Is the caller one of `allowedRoles`? */
import { formatArn, parseArn } from '../../core/arn';
import { matchGlob } from '../../core/exemption';
import type { Membership } from '../../core/trust';
import { assertNever } from '../../core/value';
import type { Caller } from './facts';

type Match = 'yes' | 'maybe' | 'no';

/** `membership` of the caller's account: a pattern that is no ARN means a role of the organization. */
export function matchRoles(patterns: readonly string[], caller: Caller, membership: Membership): Match {
  const matches = patterns.map((pattern) => matchRole(pattern, caller, membership));
  return matches.find((match) => match === 'yes') ?? matches.find((match) => match === 'maybe') ?? 'no';
}

function matchRole(pattern: string, caller: Caller, membership: Membership): Match {
  switch (caller.kind) {
    case 'identity':
      return pattern.startsWith('arn:') ? matchGlob(pattern, caller.arn) : within(membership, matchPathAndName(pattern, caller.arn));
    case 'session':
      return pattern.startsWith('arn:') ? matchSession(pattern, caller) : within(membership, matchName(pattern, caller.role));
    case 'account':
    case 'nobody':
      return 'maybe';
    case 'service':
      return 'no';
    default:
      return assertNever(caller);
  }
}

function within(membership: Membership, match: Match): Match {
  if (membership === 'own' || membership === 'organization' || match === 'no') return match;
  return membership === 'unlisted' || membership === 'unknown' ? 'maybe' : 'no';
}

/** A name alone leaves the path open; with a path, both have to match, segment by segment. */
function matchPathAndName(pattern: string, arn: string): Match {
  const parsed = parseArn(arn);
  if (parsed?.service !== 'iam' || !parsed.resource.startsWith('role/')) return 'no';
  const pathAndName = parsed.resource.slice('role/'.length);
  const wanted = pattern.replace(/^\//, '');
  return matchGlob(wanted, wanted.includes('/') ? pathAndName : lastSegment(pathAndName));
}

/** The path of a session's role is not known, so a pattern with a path may or may not match. */
const matchName = (pattern: string, name: string): Match =>
  pattern.includes('/') ? atMostMaybe(matchGlob(lastSegment(pattern), name)) : matchGlob(pattern, name);

function matchSession(pattern: string, { arn, account, role }: Extract<Caller, { kind: 'session' }>): Match {
  if (matchGlob(pattern, arn) === 'yes') return 'yes';
  const fields = pattern.split(':');
  const session = parseArn(arn);
  const [kind = '', ...rest] = (fields[5] ?? '').split('/');
  if (!session || fields.length !== 6 || rest.length === 0) return 'no';
  const whole = formatArn({ ...session, service: 'iam', region: '', account, resource: `role/${role}` });
  return atMostMaybe(matchGlob([...fields.slice(0, 5), `${kind}/${lastSegment(rest.join('/'))}`].join(':'), whole));
}

const atMostMaybe = (match: Match): Match => (match === 'no' ? 'no' : 'maybe');

const lastSegment = (text: string): string => text.slice(text.lastIndexOf('/') + 1);
