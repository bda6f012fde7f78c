/** Facts of resources: templates, hook requests and Terraform plans. */
import { arnAt } from '../../core/arn';
import type { ResourceInput } from '../../core/guardrail';
import { asText, hasHole, hole, property } from '../../core/value';
import { policyFacts, replicationFacts, type Subject } from './documents';
import { CREATION_TEMPLATE, type EcrFact, ENDPOINT, REGISTRY_POLICY, REPLICATION, REPOSITORY } from './facts';

export function fromResource({ type, logicalId, properties, place }: ResourceInput): readonly EcrFact[] {
  const named = (name: string): string => asText(property(properties, name)) ?? hole(logicalId);
  const at = (service: string, resource: string): Subject => ({ resource: { type, arn: arnAt(place, service, resource) }, owner: place.account });
  switch (type) {
    case REPOSITORY: {
      const name = named('RepositoryName');
      const subject = at('ecr', `repository/${name}`);
      return policyFacts(subject, { kind: 'repository', name }, [property(properties, 'RepositoryPolicyText')]);
    }
    case REGISTRY_POLICY:
      return policyFacts(at('ecr', 'registry/policy'), { kind: 'registry' }, [property(properties, 'PolicyText')]);
    case CREATION_TEMPLATE: {
      const prefix = named('Prefix');
      const subject = at('ecr', `registry/creation-template/${prefix}`);
      return policyFacts(subject, { kind: 'template', prefix, kept: {} }, [property(properties, 'RepositoryPolicy')]);
    }
    case REPLICATION:
      return replicationFacts(at('ecr', 'registry/replication'), property(properties, 'ReplicationConfiguration'));
    case ENDPOINT: {
      const service = serviceOf(asText(property(properties, 'ServiceName')));
      if (service === 'other') return [];
      const subject = at('ec2', `vpc-endpoint/${named('Id')}`);
      return policyFacts(subject, { kind: 'endpoint', isEcr: service === 'ecr' }, [property(properties, 'PolicyDocument')]);
    }
    default:
      return [];
  }
}

/** https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html#ecr-setting-up-vpc-create */
const ENDINGS = ['.ecr.api', '.ecr.dkr', '.ecr-fips.api', '.ecr-fips.dkr', '.ecr.api-fips', '.ecr.dkr-fips'];

/** Is it a service of ECR? What stands behind the last hole may be enough to tell. `undefined`: an endpoint to no service. */
export function serviceOf(name: string | undefined): 'ecr' | 'unknown' | 'other' {
  if (name === undefined) return 'other';
  const text = name.trim().toLowerCase();
  const known = text.slice(text.lastIndexOf('}') + 1);
  if (ENDINGS.some((ending) => known.endsWith(ending))) return 'ecr';
  return hasHole(text) && ENDINGS.some((ending) => ending.endsWith(known)) ? 'unknown' : 'other';
}
