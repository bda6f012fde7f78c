/** What lets images out of a Region: policies of repositories, the registry and its templates, replication, endpoints. A pull leaves nothing to list. */
import { arnAt } from '../../core/arn';
import type { Place } from '../../core/guardrail';
import type { Inventory, Listing } from '../../core/live';
import { asText, property, type Value } from '../../core/value';
import type { Subject } from './documents';
import { CREATION_TEMPLATE, type EcrFact, ENDPOINT, REGISTRY_POLICY, REPLICATION, REPOSITORY } from './facts';
import { serviceOf } from './resources';

/** Whatever AWS lists is read by itself: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeRepositories.html */
export function inventory(place: Place): Inventory<EcrFact> {
  const unread = (type: string, arn: string): EcrFact => {
    const subject: Subject = { resource: { type, arn }, owner: place.account };
    return { kind: 'unreadable', ...subject, what: 'it has not been read' };
  };
  const named = (item: Value, name: string, factOf: (text: string) => EcrFact): Inventory<EcrFact> => {
    const text = asText(property(item, name));
    return text === undefined ? {} : { facts: [factOf(text)] };
  };
  const list = (call: Listing<EcrFact>['call'], items: string, name: string, factOf: (text: string) => EcrFact): Listing<EcrFact> => ({
    call,
    items,
    name,
    each: (item) => named(item, name, factOf),
  });
  const inRegistry = (type: string, resource: string) => unread(type, arnAt(place, 'ecr', `registry/${resource}`));
  return {
    facts: [inRegistry(REGISTRY_POLICY, 'policy'), inRegistry(REPLICATION, 'replication')],
    lists: [
      list({ action: 'ecr:DescribeRepositories', input: {} }, 'repositories', 'repositoryArn', (arn) => unread(REPOSITORY, arn)),
      list({ action: 'ecr:DescribeRepositoryCreationTemplates', input: {} }, 'repositoryCreationTemplates', 'prefix', (prefix) =>
        inRegistry(CREATION_TEMPLATE, `creation-template/${prefix}`),
      ),
      {
        call: { action: 'ec2:DescribeVpcEndpoints', input: {} },
        items: 'VpcEndpoints',
        name: 'VpcEndpointId',
        each: (item) =>
          serviceOf(asText(property(item, 'ServiceName'))) === 'ecr'
            ? named(item, 'VpcEndpointId', (id) => unread(ENDPOINT, arnAt(place, 'ec2', `vpc-endpoint/${id}`)))
            : {},
      },
    ],
  };
}
