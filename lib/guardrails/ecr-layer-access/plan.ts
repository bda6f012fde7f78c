/** How a violation is undone: the document without what violates, or nothing where nothing can be undone safely. */
import { isAccountId } from '../../core/arn';
import type { GuardrailConfiguration } from '../../core/configuration';
import { withoutStatements } from '../../core/iam/policy';
import { assertNever, isObject, propertyIgnoringCase, type Value } from '../../core/value';
import { type Call, noSafePlan, type Plan } from '../../core/verdict';
import { destinationsOf } from './documents';
import type { EcrFact, GrantFact, ReplicationFact } from './facts';
import { planOfPull } from './revoke';

export function plan(fact: EcrFact, _violation: unknown, violating: readonly EcrFact[], response?: GuardrailConfiguration['response']): Plan {
  switch (fact.kind) {
    case 'pull':
      return response === 'revoke' ? planOfPull(fact) : noSafePlan('a pull cannot be undone: what was fetched is out');
    case 'grant':
      return planOfGrant(fact, violating);
    case 'replication':
      return rewriteReplication(fact, violating);
    case 'ungranted':
      return NO_ENDPOINT_POLICY;
    case 'unreadable':
      return noSafePlan('what was set could not be read');
    default:
      return assertNever(fact);
  }
}

const NO_ENDPOINT_POLICY = noSafePlan('which policy is right for the endpoint is for its owner to say');

function planOfGrant({ holder, policy, owner }: GrantFact, violating: readonly EcrFact[]): Plan {
  if (holder.kind === 'endpoint') return NO_ENDPOINT_POLICY;
  const removed = violating.flatMap((other) => (other.kind === 'grant' ? [other.grant] : []));
  const left = withoutStatements(policy, removed);
  return { calls: [left === undefined ? removal(holder, owner) : setPolicy(holder, owner, left)], restore: [setPolicy(holder, owner, policy.raw)] };
}

type Written = Exclude<GrantFact['holder'], { kind: 'endpoint' }>;

const repositoryAt = (name: string, owner: string): Call['input'] => ({ ...(isAccountId(owner) && { registryId: owner }), repositoryName: name });

function setPolicy(holder: Written, owner: string, policy: Value): Call {
  const policyText = JSON.stringify(policy);
  switch (holder.kind) {
    case 'repository':
      return { action: 'ecr:SetRepositoryPolicy', input: { ...repositoryAt(holder.name, owner), policyText } };
    case 'registry':
      return { action: 'ecr:PutRegistryPolicy', input: { policyText } };
    case 'template':
      return templateWith(holder, policyText);
    default:
      return assertNever(holder);
  }
}

function removal(holder: Written, owner: string): Call {
  switch (holder.kind) {
    case 'repository':
      return { action: 'ecr:DeleteRepositoryPolicy', input: repositoryAt(holder.name, owner) };
    case 'registry':
      return { action: 'ecr:DeleteRegistryPolicy', input: {} };
    case 'template':
      // No call takes the policy of a template away; the API accepts an empty one, and what is left out stays as it is.
      return templateWith(holder, '');
    default:
      return assertNever(holder);
  }
}

const templateWith = ({ prefix, kept }: Extract<Written, { kind: 'template' }>, repositoryPolicy: string): Call => ({
  action: 'ecr:UpdateRepositoryCreationTemplate',
  input: { prefix, ...kept, repositoryPolicy },
});

/** The configuration of a registry is replaced as a whole: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutReplicationConfiguration.html */
function rewriteReplication({ rules }: ReplicationFact, violating: readonly EcrFact[]): Plan {
  const foreign = new Set(violating.flatMap((other) => (other.kind === 'replication' && other.destination ? [other.destination.account] : [])));
  const isLeft = (destination: Value): boolean => destinationsOf({ destinations: [destination] }).every(({ account }) => !foreign.has(account));
  const left = rules.flatMap((rule): readonly Value[] => {
    const destinations = isObject(rule) ? propertyIgnoringCase(rule, 'destinations') : undefined;
    if (!isObject(rule) || !Array.isArray(destinations)) return [rule];
    const kept = destinations.filter(isLeft);
    return kept.length === 0 ? [] : [{ ...rule, destinations: kept }];
  });
  return { calls: [replicate(left)], restore: [replicate(rules)] };
}

const replicate = (rules: readonly Value[]): Call => ({
  action: 'ecr:PutReplicationConfiguration',
  input: { replicationConfiguration: { rules } },
});
