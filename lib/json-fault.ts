/** Deeper than any snapshot needs to be, and far below what serialising it can bear. */
export const MAX_NESTING = 64;

/**
 * What makes foreign JSON unfit to be stored. Walks no deeper than the limit, so that it can be asked before
 * anything recursive touches the value.
 *
 * @param levels how many levels of nesting are left
 * @returns null when it is fit
 */
export function jsonFault(value: unknown, levels = MAX_NESTING): string | null {
  if (value === null || typeof value !== 'object') return null;
  if (levels === 0) return `is nested more than ${MAX_NESTING} levels deep`;
  // A reader that copies fields would change the copy's prototype with it.
  if (Object.hasOwn(value, '__proto__')) return 'has a field named __proto__';
  for (const inner of Object.values(value)) {
    const fault = jsonFault(inner, levels - 1);
    if (fault !== null) return fault;
  }
  return null;
}
