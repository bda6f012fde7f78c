/** Which actions let images out, and which of them a statement grants. */
import { wildcard } from '../../core/exemption';
import { isOpenValue } from '../../core/iam/condition';
import type { Patterns } from '../../core/iam/policy';

/**
 * What takes an image out of a registry, or opens the way: reading manifests and layers, and setting what decides who may
 * read. Not here: pushing, replicating and importing into our registry, listing and describing, deleting.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html
 */
export const EGRESS: readonly string[] = [
  'ecr:BatchGetImage',
  'ecr:BatchGetImageReferrer',
  'ecr:GetDownloadUrlForLayer',
  'ecr:MountLayer',
  'ecr:SetRepositoryPolicy',
  'ecr:PutRegistryPolicy',
  'ecr:PutReplicationConfiguration',
  'ecr:CreateRepositoryCreationTemplate',
  'ecr:UpdateRepositoryCreationTemplate',
];

/** What carries an image through an endpoint into whatever registry the caller names. */
export const PUSH: readonly string[] = ['ecr:PutImage', 'ecr:UploadLayerPart', 'ecr:InitiateLayerUpload', 'ecr:CompleteLayerUpload'];

interface Granted {
  /** Those of the list that the statement grants. */
  readonly actions: readonly string[];
  /** Patterns that are only known at deployment. */
  readonly unknown: readonly string[];
}

/** A statement that names no action at all is refused by AWS; should one be met, it is taken to grant everything. */
export function grantedOf(list: readonly string[], { kind, patterns }: Patterns): Granted {
  const known = patterns.filter((pattern) => !isOpenValue(pattern));
  const unknown = patterns.filter(isOpenValue);
  const isNamed = (action: string) => known.some((pattern) => wildcard(pattern.toLowerCase()).test(action.toLowerCase()));
  switch (kind) {
    case 'absent':
      return { actions: list, unknown: [] };
    case 'only':
      return { actions: list.filter(isNamed), unknown };
    case 'all-but': {
      const left = list.filter((action) => !isNamed(action));
      return unknown.length > 0 ? { actions: [], unknown: left.length > 0 ? unknown : [] } : { actions: left, unknown: [] };
    }
  }
}
