/** How an organization and its Regions are set up for Perimeter, as AWS tells it: `perimeter doctor --live`. Reads alone. */
import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import type { AdvancedEventSelector, CloudTrailClient, EventSelector } from '@aws-sdk/client-cloudtrail';
import { type DirectoryAddress, readDirectory } from './directory';
import { failureOf } from './failure';

/** What AWS said, or why it did not. */
export type Seen<T> = { readonly seen: T } | { readonly unseen: string };

interface Trail {
  readonly name: string;
  readonly isOrganization: boolean;
  readonly isLogging: boolean;
  /** Management events that read are logged too. */
  readonly logsReads: boolean;
  readonly logsWrites: boolean;
}

export interface RegionState {
  readonly region: string;
  readonly securityHub: Seen<boolean>;
  readonly trails: Seen<readonly Trail[]>;
  readonly hooks: Seen<readonly HookState[]>;
}

interface HookState {
  /** `Perimeter::LambdaVpc::Stacks` */
  readonly name: string;
  /** `HookInvocationStatus` of its configuration: CloudFormation asks it only where this is `ENABLED`. */
  readonly status: string;
}

/** What a unit or the root has already. */
interface Attached {
  readonly target: string;
  /** Names of its service control policies. */
  readonly policies: readonly string[];
}

export interface DeploymentState {
  readonly organization: Seen<{ readonly id: string; readonly managementAccountId: string }>;
  /** Types that are enabled on every root. */
  readonly policyTypes: Seen<readonly string[]>;
  readonly stackSetsAccess: Seen<boolean>;
  readonly attached: Seen<readonly Attached[]>;
  /** ARNs of the roles of the account that is asked. */
  readonly roles: Seen<readonly string[]>;
  readonly delegatedAdministrators: Seen<readonly string[]>;
  readonly directory: Seen<{ readonly writtenAt: Date; readonly accounts: number }>;
  readonly regions: readonly RegionState[];
}

const STACK_SETS = 'member.org.stacksets.cloudformation.amazonaws.com';

interface Question {
  /** Where the API of AWS Organizations is. */
  readonly organizationsRegion: string;
  readonly directory: DirectoryAddress;
  readonly regions: readonly string[];
  /** Ids of the units that policies are attached to; none: the root. */
  readonly targets: readonly string[];
}

/** Never throws for what AWS refuses: that part is unseen. */
export async function readDeployment({ organizationsRegion, directory, regions, targets }: Question): Promise<DeploymentState> {
  return {
    ...(await readOrganization(organizationsRegion, targets)),
    roles: await look(() => readRoles(organizationsRegion)),
    directory: await look(async () => {
      const { accountIds, writtenAt } = await readDirectory(directory);
      return { writtenAt, accounts: accountIds.size };
    }),
    regions: await Promise.all(regions.map(readRegion)),
  };
}

async function readOrganization(region: string, targets: readonly string[]): Promise<Omit<DeploymentState, 'directory' | 'regions' | 'roles'>> {
  const { DescribeOrganizationCommand, ListDelegatedAdministratorsCommand, ListPoliciesForTargetCommand, ListRootsCommand, OrganizationsClient } =
    await import('@aws-sdk/client-organizations');
  const { CloudFormationClient, DescribeOrganizationsAccessCommand } = await import('@aws-sdk/client-cloudformation');
  const organizations = new OrganizationsClient({ region });
  const cloudFormation = new CloudFormationClient({ region });
  return {
    organization: await look(async () => {
      const { Organization } = await organizations.send(new DescribeOrganizationCommand({}));
      return { id: Organization?.Id ?? '', managementAccountId: Organization?.MasterAccountId ?? '' };
    }),
    policyTypes: await look(async () => {
      const { Roots = [] } = await organizations.send(new ListRootsCommand({}));
      return Roots.flatMap(({ PolicyTypes = [] }) => PolicyTypes.flatMap(({ Type, Status }) => (Type && Status === 'ENABLED' ? [Type] : [])));
    }),
    attached: await look(async () => {
      const roots = async () => ((await organizations.send(new ListRootsCommand({}))).Roots ?? []).flatMap(({ Id }) => Id ?? []);
      return Promise.all(
        (targets.length > 0 ? targets : await roots()).map(async (TargetId) => {
          const asked = new ListPoliciesForTargetCommand({ TargetId, Filter: 'SERVICE_CONTROL_POLICY', MaxResults: 20 });
          const { Policies = [] } = await organizations.send(asked);
          return { target: TargetId, policies: Policies.flatMap(({ Name }) => Name ?? []) };
        }),
      );
    }),
    stackSetsAccess: await look(async () => (await cloudFormation.send(new DescribeOrganizationsAccessCommand({}))).Status === 'ENABLED'),
    delegatedAdministrators: await look(async () => {
      const { DelegatedAdministrators = [] } = await organizations.send(new ListDelegatedAdministratorsCommand({ ServicePrincipal: STACK_SETS }));
      return DelegatedAdministrators.flatMap(({ Id }) => Id ?? []);
    }),
  };
}

async function readRoles(region: string): Promise<readonly string[]> {
  const { IAMClient, paginateListRoles } = await import('@aws-sdk/client-iam');
  const roles: string[] = [];
  for await (const { Roles = [] } of paginateListRoles({ client: new IAMClient({ region }) }, {}))
    roles.push(...Roles.flatMap(({ Arn }) => Arn ?? []));
  return roles;
}

async function readRegion(region: string): Promise<RegionState> {
  const { DescribeHubCommand, SecurityHubClient } = await import('@aws-sdk/client-securityhub');
  const { CloudTrailClient } = await import('@aws-sdk/client-cloudtrail');
  const { CloudFormationClient } = await import('@aws-sdk/client-cloudformation');
  const securityHub = new SecurityHubClient({ region });
  return {
    region,
    securityHub: await look(async () => {
      try {
        return (await securityHub.send(new DescribeHubCommand({}))).HubArn !== undefined;
      } catch (error) {
        // It is off: https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_DescribeHub.html
        if (['InvalidAccessException', 'ResourceNotFoundException'].includes(failureOf(error).code)) return false;
        throw error;
      }
    }),
    trails: await look(() => readTrails(new CloudTrailClient({ region }))),
    hooks: await look(() => readHooks(new CloudFormationClient({ region }))),
  };
}

/** Those that log what happens in the Region of the client. */
async function readTrails(client: CloudTrailClient): Promise<readonly Trail[]> {
  const { DescribeTrailsCommand, GetEventSelectorsCommand, GetTrailStatusCommand } = await import('@aws-sdk/client-cloudtrail');
  const { trailList = [] } = await client.send(new DescribeTrailsCommand({ includeShadowTrails: true }));
  return Promise.all(
    trailList.map(async ({ TrailARN = '', Name = '', IsOrganizationTrail = false }) => {
      const { IsLogging = false } = await client.send(new GetTrailStatusCommand({ Name: TrailARN }));
      const { EventSelectors = [], AdvancedEventSelectors = [] } = await client.send(new GetEventSelectorsCommand({ TrailName: TrailARN }));
      const logs = (what: 'reads' | 'writes') => EventSelectors.some(plainly(what)) || AdvancedEventSelectors.some(byFields(what));
      return { name: Name, isOrganization: IsOrganizationTrail, isLogging: IsLogging, logsReads: logs('reads'), logsWrites: logs('writes') };
    }),
  );
}

/** https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-management-events-with-cloudtrail.html */
const plainly =
  (what: 'reads' | 'writes') =>
  ({ IncludeManagementEvents = true, ReadWriteType = 'All' }: EventSelector): boolean =>
    IncludeManagementEvents && ['All', what === 'reads' ? 'ReadOnly' : 'WriteOnly'].includes(ReadWriteType);

/** One that is narrower in any way but these logs something, and nobody knows whether it is what is needed. */
const LEFT_OUT = ['kms.amazonaws.com', 'rdsdata.amazonaws.com'];
const byFields =
  (what: 'reads' | 'writes') =>
  ({ FieldSelectors = [] }: AdvancedEventSelector): boolean =>
    FieldSelectors.some(({ Field, Equals }) => Field === 'eventCategory' && Equals?.includes('Management')) &&
    FieldSelectors.every(({ Field, Equals, NotEquals, ...others }) => {
      if (Field === 'eventCategory') return true;
      if (Field === 'readOnly') return Equals?.includes(String(what === 'reads')) === true;
      return (
        Field === 'eventSource' &&
        !Equals &&
        Object.values(others).every((value) => value === undefined) &&
        NotEquals?.every((source) => LEFT_OUT.includes(source)) === true
      );
    });

async function readHooks(client: CloudFormationClient): Promise<readonly HookState[]> {
  const { BatchDescribeTypeConfigurationsCommand, ListTypesCommand } = await import('@aws-sdk/client-cloudformation');
  const names: string[] = [];
  let NextToken: string | undefined;
  do {
    const page = await client.send(new ListTypesCommand({ Type: 'HOOK', Visibility: 'PRIVATE', NextToken }));
    names.push(...(page.TypeSummaries ?? []).flatMap(({ TypeName }) => (TypeName?.startsWith('Perimeter::') ? [TypeName] : [])));
    NextToken = page.NextToken;
  } while (NextToken);
  if (names.length === 0) return [];
  const asked = new BatchDescribeTypeConfigurationsCommand({ TypeConfigurationIdentifiers: names.map((TypeName) => ({ Type: 'HOOK', TypeName })) });
  const { TypeConfigurations = [] } = await client.send(asked);
  return names.map((name) => ({
    name,
    status: statusOf(TypeConfigurations.find(({ TypeName }) => TypeName === name)?.Configuration),
  }));
}

/** https://docs.aws.amazon.com/cloudformation-cli/latest/hooks-userguide/hook-configuration-schema.html */
function statusOf(configuration: string | undefined): string {
  const status = /"HookInvocationStatus"\s*:\s*"(\w+)"/.exec(configuration ?? '')?.[1];
  return status ?? 'without a configuration';
}

/** A mistake of ours is no answer of AWS. */
async function look<T>(ask: () => Promise<T>): Promise<Seen<T>> {
  try {
    return { seen: await ask() };
  } catch (error) {
    if (error instanceof TypeError || error instanceof ReferenceError) throw error;
    const { code, message } = failureOf(error);
    return { unseen: `${code}: ${message}` };
  }
}
