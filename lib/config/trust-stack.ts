/**
 * Reads the manifest of TrustStack's data-perimeter packages (`deployment-manifest.yml`, version v1) into answers for a
 * first `perimeter.yaml`. What has no counterpart here is named in a note; nothing is dropped silently.
 * https://github.com/allcloud-io/TrustStack-Data-Perimeter-Security-Packages
 */
import { UsageError } from '../core/errors';
import type { OptionFormat, Settings } from '../core/guardrail';
import type { Format } from './format';
import { accountId, optionFormats, organizationId } from './formats';
import type { Answers } from './init';
import { formatPath, type Path, quote } from './problem';
import { sharedDomainOf } from './shared-domains';
import { readYaml, type Written } from './yaml';

export interface TrustStackImport {
  /** The ids are absent where the manifest has none: they are to be asked for. */
  readonly answers: Partial<Answers>;
  /** What could not be carried over, or means something else here: `spec.sharedServicesAccountID: …`. */
  readonly notes: readonly string[];
}

interface PackageMapping {
  readonly guardrail: string;
  /** Lists accounts and organizations of third parties. */
  readonly trusts?: true;
  /** Key of the manifest → list of the guardrail. */
  readonly lists: { readonly [key: string]: { readonly name: string; readonly format: OptionFormat; readonly subdomains?: true } };
}

const PACKAGES: { readonly [key: string]: PackageMapping } = {
  ecrImageLayerAccess: {
    guardrail: 'ecr-layer-access',
    lists: {
      allowedRoleNames: { name: 'allowedRoles', format: 'role-pattern' },
      allowedNetworks: { name: 'allowedNetworks', format: 'cidr' },
      allowedVPCEndpoints: { name: 'allowedVpcEndpoints', format: 'vpc-endpoint-id' },
    },
  },
  lambdaLayerPermissionSecurity: { guardrail: 'lambda-layer-permission', trusts: true, lists: {} },
  lambdaPermissionSecurity: {
    guardrail: 'lambda-permission',
    trusts: true,
    lists: { trustedServicePrincipals: { name: 'trustedServices', format: 'service-principal' } },
  },
  lambdaVPCSecurity: { guardrail: 'lambda-vpc', lists: { allowedVPCIDs: { name: 'allowedVpcIds', format: 'vpc-id' } } },
  snsSubscriptionSecurity: {
    guardrail: 'sns-subscription',
    lists: {
      // There, a trusted domain means its subdomains too.
      trustedEmailDomains: { name: 'trustedEmailDomains', format: 'email-domain', subdomains: true },
      trustedHTTPDomains: { name: 'trustedHosts', format: 'host', subdomains: true },
      trustedProtocols: { name: 'trustedProtocols', format: 'sns-protocol' },
    },
  },
};

/** Which list of `sns-subscription` a protocol cannot do without; the others are judged by the account of the endpoint. */
const PROTOCOL_LISTS: { readonly [protocol: string]: string } = {
  http: 'trustedHosts',
  https: 'trustedHosts',
  email: 'trustedEmailDomains',
  'email-json': 'trustedEmailDomains',
  sms: 'trustedPhonePrefixes',
};

/** @throws UsageError when the text is no such manifest */
export function importTrustStack(text: string): TrustStackImport {
  const file = readYaml(text);
  if ('unreadable' in file) throw new UsageError(`not a TrustStack manifest: ${file.unreadable.message}`);
  if (!isSection(file.value) || !isSection(file.value.spec))
    throw new UsageError('not a TrustStack manifest: it has no `spec`; give the deployment-manifest.yml');
  return new Importer(file.value, file.value.spec).result();
}

type Section = { readonly [key: string]: Written };

const isSection = (value: Written | undefined): value is Section => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Walks the manifest once, collecting notes on the way. */
class Importer {
  readonly #notes: string[] = [];

  constructor(
    readonly manifest: Section,
    readonly spec: Section,
  ) {}

  result(): TrustStackImport {
    this.#version();
    const organization = this.#organization();
    const packages = this.#packages();
    return { answers: { ...organization, ...packages }, notes: this.#notes };
  }

  #note(path: Path, message: string): void {
    this.#notes.push(`${formatPath(path)}: ${message}`);
  }

  #unknownKeys(section: Section, path: Path, known: readonly string[]): void {
    for (const key of Object.keys(section)) if (!known.includes(key)) this.#note([...path, key], 'has no counterpart here: left out');
  }

  #version(): void {
    this.#unknownKeys(this.manifest, [], ['version', 'spec']);
    const { version } = this.manifest;
    if (version !== 'v1') this.#note(['version'], `expected v1, got ${JSON.stringify(version ?? null)}: read as v1`);
  }

  #organization(): Partial<Answers> {
    const known = ['awsOrganizationARN', 'awsOrganizationID', 'sharedServicesAccountID', 'securityPackages'];
    this.#unknownKeys(this.spec, ['spec'], known);
    const { awsOrganizationARN, awsOrganizationID, sharedServicesAccountID } = this.spec;
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsorganizations.html: the account is the management account
    const [, account, id] =
      /^arn:aws[a-z-]*:organizations::(\d{12}):organization\/(o-[a-z0-9]{10,32})$/.exec(
        typeof awsOrganizationARN === 'string' ? awsOrganizationARN : '',
      ) ?? [];
    if (awsOrganizationARN !== undefined && account === undefined)
      this.#note(['spec', 'awsOrganizationARN'], `${JSON.stringify(awsOrganizationARN)} is not the ARN of an organization: left out`);
    const given = awsOrganizationID === undefined ? undefined : this.#entry(awsOrganizationID, ['spec', 'awsOrganizationID'], organizationId);
    if (given !== undefined && id !== undefined && given !== id)
      this.#note(['spec', 'awsOrganizationID'], `differs from the one of awsOrganizationARN (${id}): ${given} is taken`);
    if (sharedServicesAccountID !== undefined) {
      this.#note(
        ['spec', 'sharedServicesAccountID'],
        'left out: Perimeter deploys from the management account or a delegated administrator; list it under organization.accountIds with the other members',
      );
    }
    const organization = given ?? id;
    return { ...(organization !== undefined && { organizationId: organization }), ...(account !== undefined && { managementAccountId: account }) };
  }

  #packages(): Partial<Answers> {
    const packages = this.spec.securityPackages;
    if (!isSection(packages)) {
      if (packages !== undefined) this.#note(['spec', 'securityPackages'], 'is not a section: left out');
      return {};
    }
    this.#unknownKeys(packages, ['spec', 'securityPackages'], Object.keys(PACKAGES));
    const guardrails: { [id: string]: { mode: 'off' | 'observe'; settings: Settings } } = {};
    const trust: { accounts: string[]; organizations: string[] } = { accounts: [], organizations: [] };
    for (const [key, mapping] of Object.entries(PACKAGES)) {
      const section = packages[key];
      if (section === undefined) continue;
      const path = ['spec', 'securityPackages', key];
      if (!isSection(section)) {
        this.#note(path, 'is not a section: left out');
        continue;
      }
      this.#unknownKeys(section, path, ['enabled', 'configuration']);
      const configuration = isSection(section.configuration) ? section.configuration : {};
      if (section.configuration !== undefined && !isSection(section.configuration))
        this.#note([...path, 'configuration'], 'is not a section: left out');
      const settings = this.#settings(mapping, configuration, [...path, 'configuration']);
      guardrails[mapping.guardrail] = { mode: this.#mode(section.enabled, path), settings };
      if (mapping.trusts) this.#trust(trust, configuration, [...path, 'configuration']);
    }
    if (Object.values(guardrails).some(({ mode }) => mode === 'observe')) {
      this.#note(['spec', 'securityPackages'], 'what is enabled starts in mode observe here: look at the report, then write mode: enforce');
    }
    const { accounts, organizations } = trust;
    return {
      ...(accounts.length > 0 && { trustedAccountIds: [...new Set(accounts)] }),
      ...(organizations.length > 0 && { trustedOrganizationIds: [...new Set(organizations)] }),
      guardrails,
    };
  }

  #mode(enabled: Written | undefined, path: Path): 'off' | 'observe' {
    if (enabled !== 'true' && enabled !== 'false') {
      this.#note([...path, 'enabled'], `expected true or false, got ${JSON.stringify(enabled ?? null)}: the guardrail is off`);
    }
    return enabled === 'true' ? 'observe' : 'off';
  }

  #settings({ guardrail, lists, trusts }: PackageMapping, configuration: Section, path: Path): Settings {
    const shared = trusts ? ['trustedAccountIDs', 'trustedOrgIDs'] : [];
    this.#unknownKeys(configuration, path, [...Object.keys(lists), ...shared]);
    const settings: { [name: string]: readonly string[] } = {};
    for (const [key, { name, format, subdomains }] of Object.entries(lists)) {
      const entries = this.#entries(configuration[key], [...path, key], optionFormats[format]);
      const trusted = subdomains ? this.#domains(entries, [...path, key]) : entries;
      if (trusted.length > 0) settings[name] = trusted;
    }
    return guardrail === 'sns-subscription' ? this.#protocols(settings, [...path, 'trustedProtocols']) : settings;
  }

  /** The domain and its subdomains; a domain that strangers share is for people to decide. */
  #domains(domains: readonly string[], path: Path): readonly string[] {
    return domains.flatMap((domain) => {
      if (domain.startsWith('*.')) return sharedDomainOf(domain) === undefined ? [domain] : this.#sharedDomain(domain, path);
      if (/^\d+(?:\.\d+){3}$/.test(domain)) return [domain];
      return (sharedDomainOf(domain) ?? sharedDomainOf(`*.${domain}`)) ? this.#sharedDomain(domain, path) : [domain, `*.${domain}`];
    });
  }

  #sharedDomain(domain: string, path: Path): readonly string[] {
    this.#note(path, `${quote(domain)} is shared by many tenants, strangers among them: left out; name your own below it`);
    return [];
  }

  /** There, e-mail and web endpoints are judged by their domains whether the protocol is listed or not; a listed one is trusted blindly. */
  #protocols({ trustedProtocols = [], ...lists }: Settings, path: Path): Settings {
    const without = trustedProtocols.filter((protocol) => needsList(protocol) && !lists[needsList(protocol) ?? '']);
    for (const protocol of without)
      this.#note(path, `${protocol} is left out: here it needs ${needsList(protocol)}, which the manifest does not fill`);
    if (lists.trustedHosts || lists.trustedEmailDomains) {
      const judged = Object.keys(PROTOCOL_LISTS).filter((protocol) => lists[needsList(protocol) ?? '']);
      const kept = [...new Set([...trustedProtocols.filter((protocol) => !without.includes(protocol)), ...judged])];
      return { ...lists, trustedProtocols: kept };
    }
    const kept = trustedProtocols.filter((protocol) => !without.includes(protocol));
    return kept.length > 0 ? { ...lists, trustedProtocols: kept } : lists;
  }

  #trust(trust: { readonly accounts: string[]; readonly organizations: string[] }, configuration: Section, path: Path): void {
    const accounts = this.#entries(configuration.trustedAccountIDs, [...path, 'trustedAccountIDs'], accountId);
    const organizations = this.#entries(configuration.trustedOrgIDs, [...path, 'trustedOrgIDs'], organizationId).filter(
      (id) => id !== this.spec.awsOrganizationID,
    );
    if (accounts.length + organizations.length > 0) this.#note(path, 'trusted accounts and organizations are trusted by every guardrail here');
    trust.accounts.push(...accounts);
    trust.organizations.push(...organizations);
  }

  #entries(value: Written | undefined, path: Path, format: Format): readonly string[] {
    if (value === undefined || value === null) return [];
    if (!Array.isArray(value)) {
      this.#note(path, 'is not a list: left out');
      return [];
    }
    return value.flatMap((entry: Written, index) => this.#entry(entry, [...path, index], format) ?? []);
  }

  #entry(value: Written, path: Path, format: Format): string | undefined {
    const reading = typeof value === 'string' ? format.read(value) : { problem: `is not ${format.noun}` };
    if ('value' in reading) return reading.value;
    this.#note(path, `${reading.problem}; left out`);
    return undefined;
  }
}

const needsList = (protocol: string): string | undefined => (Object.hasOwn(PROTOCOL_LISTS, protocol) ? PROTOCOL_LISTS[protocol] : undefined);
