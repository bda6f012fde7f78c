/** What no log may hold: who, where to, with which token, and whole events. Every run of a function in the end-to-end tests is held to it. */

const LEAKS: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['an e-mail address', /[\w.+-]+(?:@|%40)[\w-]+\.[\w.]+/],
  ['the path of an endpoint', /\bhttps?:\/\/[^/"'\s\\]+\/[^"'\s\\]/],
  ['a token', /"token"|\b[0-9a-f]{64,}\b/i],
  ['the name of a session', /:assumed-role\/[^/"\s]+\/\w/],
  ['an address of the network', /"sourceIp(?:Address)?"/],
  ['an event', /requestParameters|responseElements|userIdentity/],
];

/** Lines that hold such a thing, each with what it holds. */
export const leaksIn = (lines: readonly string[]): readonly string[] =>
  lines.flatMap((line) => LEAKS.flatMap(([what, pattern]) => (pattern.test(line) ? [`${what}: ${line}`] : [])));

export function refuseLeaks(lines: readonly string[]): void {
  const leaks = leaksIn(lines);
  if (leaks.length > 0) throw new Error(`the log holds ${leaks.join('\n')}`);
}
