/** Whose values are part of the contract and not of the moment. */
const FIXED = ['status', 'code', 'type', 'title', 'errors', 'phase', 'regionId', 'trigger', 'environment'];

/**
 * What two answers to the same question have in common: the names and types of everything in them, and the values of
 * those fields that do not depend on when and by whom it was asked.
 */
export function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) {
    const shapes = new Map(value.map((item) => [JSON.stringify(shapeOf(item)), shapeOf(item)]));
    return [...shapes.entries()].toSorted().map(([, shape]) => shape);
  }
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, field]) => [name, FIXED.includes(name) ? field : shapeOf(field)]),
  );
}
