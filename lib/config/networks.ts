/** CIDR blocks: https://www.rfc-editor.org/rfc/rfc4632, https://www.rfc-editor.org/rfc/rfc4291#section-2.3 */
import { isIPv4, isIPv6 } from 'node:net';
import type { Reading } from './format';
import { quote } from './problem';

/** A network in its canonical form; a plain address is a network of one host. */
export function readCidr(text: string): Reading<string> {
  const [address = '', prefix, ...rest] = text.split('/');
  const bits = isIPv4(address) ? 32 : isIPv6(address) && !address.includes('%') ? 128 : undefined;
  if (bits === undefined || rest.length > 0)
    return { problem: `${quote(text)} is not a network: write a CIDR block (203.0.113.0/24, 2001:db8::/32) or one address` };
  const length = prefix === undefined ? bits : /^\d{1,3}$/.test(prefix) ? Number(prefix) : Number.NaN;
  if (!(length <= bits)) return { problem: `${quote(text)} is not a network: the prefix behind the / is a number from 0 to ${bits}` };
  const parts = bits === 32 ? address.split('.').map(Number) : groupsOf(address);
  const masked = maskParts(parts, bits / parts.length, length);
  // Whoever comes by IPv4 is compared as IPv4, in a policy too: https://www.rfc-editor.org/rfc/rfc4291#section-2.5.5.2
  const isMapped = bits === 128 && length >= 96 && masked.slice(0, 6).join(':') === '0:0:0:0:0:65535';
  const network = isMapped
    ? `${masked
        .slice(6)
        .flatMap((part) => [part >> 8, part & 0xff])
        .join('.')}/${length - 96}`
    : `${format(masked, bits)}/${length}`;
  if (masked.some((part, index) => part !== parts[index])) {
    return { problem: `${quote(text)} is an address inside a network: write ${network} for the network, ${address}/${bits} for the address` };
  }
  return { value: network };
}

/** Keeps the first `length` bits of parts that hold `width` bits each. */
const maskParts = (parts: readonly number[], width: number, length: number): readonly number[] =>
  parts.map((part, index) => {
    const kept = Math.max(0, Math.min(width, length - index * width));
    const dropped = 2 ** (width - kept);
    return Math.floor(part / dropped) * dropped;
  });

/** The eight groups of an IPv6 address that `isIPv6` accepts. */
function groupsOf(address: string): readonly number[] {
  const [head = '', tail] = address.split('::');
  const left = groupsOfSide(head);
  if (tail === undefined) return left;
  const right = groupsOfSide(tail);
  return [...left, ...new Array<number>(8 - left.length - right.length).fill(0), ...right];
}

const groupsOfSide = (side: string): readonly number[] =>
  side === ''
    ? []
    : side.split(':').flatMap((group) => {
        if (!group.includes('.')) return [Number.parseInt(group, 16)];
        const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number);
        return [a * 256 + b, c * 256 + d];
      });

/** IPv6 as https://www.rfc-editor.org/rfc/rfc5952 wants it, by way of the URL parser, which writes it so. */
function format(parts: readonly number[], bits: number): string {
  if (bits === 32) return parts.join('.');
  return new URL(`http://[${parts.map((part) => part.toString(16)).join(':')}]`).hostname.slice(1, -1);
}
