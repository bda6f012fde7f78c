/** An organization on the emulator, of which an account is the manager. */
import {
  CreateAccountCommand,
  CreateOrganizationalUnitCommand,
  CreateOrganizationCommand,
  ListRootsCommand,
  MoveAccountCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations';
import type { Caller, MotoEmulator } from './emulator';

/** Whom an organization trusts that rolls StackSets out. */
export const STACKSETS = 'member.org.stacksets.cloudformation.amazonaws.com';

export interface Organization {
  readonly client: OrganizationsClient;
  readonly root: string;
  /** Both answer the id of what they make; `parent`: the root where none is named. */
  readonly unit: (name: string, parent?: string) => Promise<string>;
  readonly account: (name: string, parent?: string) => Promise<string>;
  readonly move: (account: string, from: string, to: string) => Promise<unknown>;
}

export async function foundOrganization(emulator: MotoEmulator, manager: Caller): Promise<Organization> {
  const client = new OrganizationsClient(emulator.client(manager));
  await client.send(new CreateOrganizationCommand({ FeatureSet: 'ALL' }));
  const root = (await client.send(new ListRootsCommand({}))).Roots?.[0]?.Id ?? '';
  const move = (AccountId: string, SourceParentId: string, DestinationParentId: string) =>
    client.send(new MoveAccountCommand({ AccountId, SourceParentId, DestinationParentId }));
  return {
    client,
    root,
    move,
    unit: async (Name, ParentId = root) => (await client.send(new CreateOrganizationalUnitCommand({ Name, ParentId }))).OrganizationalUnit?.Id ?? '',
    account: async (name, parent = root) => {
      const { CreateAccountStatus } = await client.send(new CreateAccountCommand({ AccountName: name, Email: `${name}@example.com` }));
      const id = CreateAccountStatus?.AccountId ?? '';
      if (parent !== root) await move(id, root, parent);
      return id;
    },
  };
}
