/** Networks as globs of the addresses in them, as far as they are few: patterns have no negated `cidr`. */
import { parseNetwork } from '../core/network';

const MOST_GLOBS = 16;

/**
 * `203.0.113.0/24` → `203.0.113.*`, `198.51.100.128/30` → four whole addresses. IPv6 where the prefix ends with a group and no group
 * is zero, so that there is one way to write its beginning. Undefined: it would take too many.
 */
export function globsOf(cidr: string): readonly string[] | undefined {
  const network = parseNetwork(cidr);
  if (!network) return undefined;
  return network.bits === 32 ? ofIpv4(network.value, network.prefix) : ofIpv6(network.value, network.prefix);
}

function ofIpv4(value: bigint, prefix: number): readonly string[] | undefined {
  const octets = Math.max(1, Math.ceil(prefix / 8));
  const count = 2 ** (octets * 8 - prefix);
  if (count > MOST_GLOBS) return undefined;
  const first = value >> BigInt(32 - octets * 8);
  return Array.from({ length: count }, (_, index) => {
    const text = Array.from({ length: octets }, (_, octet) => ((first + BigInt(index)) >> BigInt(8 * (octets - 1 - octet))) & 0xffn).join('.');
    return octets === 4 ? text : `${text}.*`;
  });
}

function ofIpv6(value: bigint, prefix: number): readonly string[] | undefined {
  if (prefix === 0 || prefix % 16 !== 0 || prefix === 128) return undefined;
  const groups = Array.from({ length: prefix / 16 }, (_, index) => (value >> BigInt(128 - 16 * (index + 1))) & 0xffffn);
  return groups.includes(0n) ? undefined : [`${groups.map((group) => group.toString(16)).join(':')}:*`];
}
