/**
 * Pairs two lists of the same length.
 *
 * @throws RangeError when the lengths differ: a reply would be read as another item's
 */
export function zip<A, B>(a: readonly A[], b: readonly B[]): (readonly [A, B])[] {
  if (a.length !== b.length) throw new RangeError(`cannot pair ${a.length} items with ${b.length}`);
  return a.map((item, i) => [item, b[i] as B]);
}
