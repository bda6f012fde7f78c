/** How a policy, the replication or an endpoint is now. A pull has happened: there is nothing to look up but whether sessions are revoked already. */
import type { GuardrailConfiguration } from '../../core/configuration';
import type { LiveAnswer } from '../../core/live';
import { asList, asText, property, type Value } from '../../core/value';
import type { Call } from '../../core/verdict';
import { keptSettings, policyFacts, replicationFacts, type Subject } from './documents';
import { CREATION_TEMPLATE, type EcrFact, ENDPOINT, type PullFact, REGISTRY_POLICY, REPLICATION, REPOSITORY } from './facts';
import { lookUp, nameIn } from './lookup';
import { serviceOf } from './resources';
import { documentIn, readRevocation, revocableRole } from './revoke';

export function reads(fact: EcrFact, response?: GuardrailConfiguration['response']): readonly Call[] {
  if (fact.kind === 'pull') return response === 'revoke' ? revocationOf(fact) : [];
  const call = lookUp(fact);
  return call ? [call] : [];
}

function revocationOf(fact: PullFact): readonly Call[] {
  const role = revocableRole(fact);
  return role.why === undefined ? [readRevocation(role.name)] : [];
}

/** Every call that sets a document sets it as a whole, so all of it is what the event is about. */
export function facts(fact: EcrFact, [answer]: readonly LiveAnswer[]): readonly EcrFact[] {
  if (fact.kind === 'pull') {
    const revocation = answer?.kind === 'found' ? documentIn(answer.output) : undefined;
    return [{ ...fact, ...(revocation !== undefined && { revocation }) }];
  }
  const subject: Subject = { resource: fact.resource, owner: fact.owner };
  if (!answer) return [{ kind: 'unreadable', ...subject, what: 'it cannot be looked up: the record does not name it' }];
  return answer.kind === 'absent' ? [] : factsIn(answer.output, subject);
}

function factsIn(output: Value, subject: Subject): readonly EcrFact[] {
  const name = nameIn(subject);
  switch (subject.resource.type) {
    case REPOSITORY:
      return policyFacts(subject, { kind: 'repository', name }, [property(output, 'policyText')]);
    case REGISTRY_POLICY:
      return policyFacts(subject, { kind: 'registry' }, [property(output, 'policyText')]);
    case REPLICATION:
      return replicationFacts(subject, property(output, 'replicationConfiguration'));
    case CREATION_TEMPLATE: {
      const template = theOne(property(output, 'repositoryCreationTemplates'), 'prefix', name);
      if (template === undefined) return [];
      return policyFacts(subject, { kind: 'template', prefix: name, kept: keptSettings(template) }, [property(template, 'repositoryPolicy')]);
    }
    case ENDPOINT:
      return endpointFacts(theOne(property(output, 'VpcEndpoints'), 'VpcEndpointId', name), subject);
    default:
      return [];
  }
}

const theOne = (list: Value | undefined, field: string, name: string): Value | undefined =>
  asList(list).find((item) => asText(property(item, field)) === name);

/** An endpoint that is going answers for a while: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcEndpoint.html */
function endpointFacts(endpoint: Value | undefined, subject: Subject): readonly EcrFact[] {
  if (endpoint === undefined || /^delet(ing|ed)$/i.test(asText(property(endpoint, 'State')) ?? '')) return [];
  const name = asText(property(endpoint, 'ServiceName'));
  const service = name === undefined ? 'unknown' : serviceOf(name);
  return service === 'other' ? [] : policyFacts(subject, { kind: 'endpoint', isEcr: service === 'ecr' }, [property(endpoint, 'PolicyDocument')]);
}
