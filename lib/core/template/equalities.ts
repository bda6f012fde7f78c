/**
 * Which texts are the same under the assumptions made so far. Texts with holes are terms that may equal one literal only, so
 * `Equals(P, 'a')` and `Equals(P, 'b')` are never both true.
 */
import { isAccountId, partitionOfRegion } from '../arn';
import { hasHole, isHole, OWN_ACCOUNT, OWN_PARTITION, OWN_REGION, piecesOf } from '../value';

export class Equalities {
  private readonly representative = new Map<string, string>();
  private readonly different: (readonly [string, string])[] = [];

  /** Undefined: either may hold. */
  isSame(first: string, second: string): boolean | undefined {
    const one = this.find(first);
    const other = this.find(second);
    if (one === other) return true;
    if (!hasHole(one) && !hasHole(other)) return false;
    if (this.different.some(([a, b]) => this.isPair(this.find(a), this.find(b), one, other))) return false;
    const [term, literal] = hasHole(one) ? [one, other] : [other, one];
    if (hasHole(literal)) return undefined;
    return canBe(term, literal) && this.suitsPartition(term, literal) ? undefined : false;
  }

  /** Assumes it from now on. Only what `isSame` leaves open may be learned. */
  learn(first: string, second: string, isSame: boolean): void {
    const one = this.find(first);
    const other = this.find(second);
    if (!isSame) {
      this.different.push([one, other]);
      return;
    }
    const [term, root] = hasHole(one) ? [one, other] : [other, one];
    this.representative.set(term, root);
    if (term === OWN_REGION && !hasHole(root) && this.isSame(OWN_PARTITION, partitionOfRegion(root)) === undefined) {
      this.learn(OWN_PARTITION, partitionOfRegion(root), true);
    }
  }

  /** The literal that a term is known to equal, else one term for all that are known to be the same. */
  private find(text: string): string {
    let current = this.substituted(text);
    for (let next = this.representative.get(current); next !== undefined && next !== current; next = this.representative.get(current)) current = next;
    return current;
  }

  /** `x-${P}` is `x-a` once `${P}` is known to be `a`. */
  private substituted(text: string): string {
    if (this.representative.size === 0 || !hasHole(text) || isHole(text)) return text;
    return piecesOf(text)
      .map((piece) => (isHole(piece) ? this.find(piece) : piece))
      .join('');
  }

  private isPair(a: string, b: string, one: string, other: string): boolean {
    return (a === one && b === other) || (a === other && b === one);
  }

  private suitsPartition(term: string, literal: string): boolean {
    return term !== OWN_REGION || this.isSame(OWN_PARTITION, partitionOfRegion(literal)) !== false;
  }
}

/** May a text with holes be this literal? What stands before the first and after the last hole must agree. */
function canBe(term: string, literal: string): boolean {
  if (term === OWN_ACCOUNT) return isAccountId(literal);
  if (term === OWN_PARTITION) return /^aws(-[a-z]+)*$/.test(literal);
  if (term === OWN_REGION) return /^[a-z]+(-[a-z]+)+-\d+$/.test(literal);
  const pieces = piecesOf(term);
  const [first = '', last = ''] = [pieces[0], pieces.at(-1)];
  return literal.length >= first.length + last.length && literal.startsWith(first) && literal.endsWith(last);
}
