import { nearestOf } from '../config/nearest';

/** `; did you mean check?`, or nothing when no word is near. */
export function didYouMean(word: string, words: readonly string[]): string {
  const nearest = nearestOf(word, words);
  return nearest === undefined ? '' : `; did you mean ${nearest}?`;
}
