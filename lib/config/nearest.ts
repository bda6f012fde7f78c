/** The nearest of the words that would have been right. */

/** The nearest candidate, or undefined when none is near. Ties go to the first. */
export function nearestOf(word: string, candidates: Iterable<string>): string | undefined {
  const wanted = word.toLowerCase().slice(0, 64);
  let nearest: string | undefined;
  let best = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const distance = distanceOf(wanted, candidate.toLowerCase());
    if (distance < best && distance <= limitOf(candidate)) {
      best = distance;
      nearest = candidate;
    }
  }
  return nearest;
}

/** A slip or two; in a short word one slip is another word (`on` is not `off`). */
const limitOf = (candidate: string): number => (candidate.length <= 3 ? 1 : Math.max(2, Math.floor(candidate.length / 3)));

/** Insertions, deletions and replacements that turn one word into the other. */
function distanceOf(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const current = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min(replaced, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}

/** `a, b or c` */
export function oneOf(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} or ${words[words.length - 1]}`;
}
