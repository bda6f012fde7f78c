/** IP networks of both families: https://www.rfc-editor.org/rfc/rfc4632, https://www.rfc-editor.org/rfc/rfc4291#section-2.3 */
import { isIPv4, isIPv6 } from 'node:net';

/** An address as a number. IPv4 that is written as IPv6 (`::ffff:192.0.2.1`) is IPv4: it comes from the same host. */
interface Address {
  readonly bits: 32 | 128;
  readonly value: bigint;
}

interface Network extends Address {
  /** How many of the first bits every address of the network shares. */
  readonly prefix: number;
}

const MAPPED = 0xffffn;

/** Undefined for anything that is not one address: a name, a zone (`fe80::1%eth0`), a network. */
export function parseAddress(text: string): Address | undefined {
  if (isIPv4(text)) return { bits: 32, value: fromParts(text.split('.').map(Number), 8n) };
  if (!isIPv6(text) || text.includes('%')) return undefined;
  const value = fromParts(groupsOf(text), 16n);
  return value >> 32n === MAPPED ? { bits: 32, value: value & 0xffffffffn } : { bits: 128, value };
}

/** A CIDR block, or an address as the network of one host. Bits behind the prefix are dropped, as IAM drops them. */
export function parseNetwork(text: string): Network | undefined {
  const [host = '', length, ...rest] = text.split('/');
  const address = parseAddress(host);
  if (!address || rest.length > 0 || (length !== undefined && !/^\d{1,3}$/.test(length))) return undefined;
  // A mapped network counts its prefix from the start of the IPv6 form: ::ffff:192.0.2.0/120 is 192.0.2.0/24.
  const written = isIPv4(host) ? 32 : 128;
  const prefix = length === undefined ? address.bits : Number(length) - (written - address.bits);
  if (prefix < 0 || prefix > address.bits) return undefined;
  return { ...address, prefix, value: firstBits(address, prefix) << BigInt(address.bits - prefix) };
}

/** A list is parsed once, however many records are compared with it. */
const parsed = new WeakMap<readonly string[], readonly Network[]>();

/** The networks of a list. An entry that is no network is left out: it admits nobody. */
export function parseNetworks(list: readonly string[]): readonly Network[] {
  const networks = parsed.get(list) ?? list.flatMap((text) => parseNetwork(text) ?? []);
  parsed.set(list, networks);
  return networks;
}

/** Is the address in one of the networks? False for text that is no address. */
export function contains(networks: readonly Network[], ip: string): boolean {
  const address = parseAddress(ip);
  return address !== undefined && networks.some((network) => isInside(network, address, address.bits));
}

/**
 * Ranges that no one owns: https://www.iana.org/assignments/iana-ipv4-special-registry, …/iana-ipv6-special-registry.
 * Parsed when somebody asks: the first look at an IPv6 address costs a start milliseconds.
 */
const PRIVATE = {
  32: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16'],
  128: ['::1/128', 'fc00::/7', 'fe80::/10'],
} as const;

/** Is every address of the network (or the one address) private? False for text that is neither. */
export function isPrivate(text: string): boolean {
  const network = parseNetwork(text);
  return network !== undefined && parseNetworks(PRIVATE[network.bits]).some((range) => isInside(range, network, network.prefix));
}

const isInside = (network: Network, address: Address, known: number): boolean =>
  network.bits === address.bits && known >= network.prefix && firstBits(network, network.prefix) === firstBits(address, network.prefix);

function firstBits({ bits, value }: Address, count: number): bigint {
  return value >> BigInt(bits - count);
}

function fromParts(parts: readonly number[], width: bigint): bigint {
  return parts.reduce((value, part) => (value << width) | BigInt(part), 0n);
}

/** The eight groups of an IPv6 address that `isIPv6` accepts: `::` stands for as many zeros as are missing. */
function groupsOf(text: string): readonly number[] {
  const [head = '', tail] = text.split('::');
  const left = groupsOfSide(head);
  const right = groupsOfSide(tail ?? '');
  return [...left, ...new Array<number>(8 - left.length - right.length).fill(0), ...right];
}

/** The last two groups may be written as an IPv4 address. */
function groupsOfSide(side: string): readonly number[] {
  if (side === '') return [];
  return side.split(':').flatMap((group) => {
    if (!group.includes('.')) return [Number.parseInt(group, 16)];
    const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number);
    return [a * 256 + b, c * 256 + d];
  });
}
