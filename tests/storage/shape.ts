export interface ShapeExceptions {
  /** Paths that may be null. */
  readonly nullable: ReadonlySet<string>;
  /** Paths that may be absent, also from the example: what they hold is then of the kind of their neighbours. */
  readonly optional: ReadonlySet<string>;
}

/**
 * Where a value is not built like any of the examples: the same fields, of the same kinds. An item of a list is built
 * like one of the items of the example's list; a list may be empty.
 *
 * @returns one line for each difference from the example that comes closest; none when it is like one of them
 */
export function differencesFromAny(
  examples: readonly unknown[],
  value: unknown,
  exceptions: ShapeExceptions,
  at = '',
): readonly string[] {
  const all = examples.map((example) => differences(example, value, exceptions, at));
  return all.toSorted((a, b) => a.length - b.length)[0] ?? [`${at}: the page shows none`];
}

function differences(
  example: unknown,
  value: unknown,
  exceptions: ShapeExceptions,
  at: string,
): readonly string[] {
  if (value === null && exceptions.nullable.has(at)) return [];
  if (kindOf(example) !== kindOf(value))
    return [`${at}: ${kindOf(value)} in the place of ${kindOf(example)}`];
  if (Array.isArray(example) && Array.isArray(value)) {
    return value.flatMap((item) => differencesFromAny(example, item, exceptions, `${at}[]`));
  }
  if (!isRecord(example) || !isRecord(value)) return [];
  return [...new Set([...Object.keys(example), ...Object.keys(value)])].flatMap((name) => {
    const path = at === '' ? name : `${at}.${name}`;
    if (!(name in value)) return exceptions.optional.has(path) ? [] : [`${path}: missing`];
    if (name in example) return differences(example[name], value[name], exceptions, path);
    const neighbour = exceptions.optional.has(path) ? Object.values(example)[0] : undefined;
    if (neighbour === undefined) return [`${path}: not on the page`];
    return differences(neighbour, value[name], exceptions, path);
  });
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'list' : typeof value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return kindOf(value) === 'object';
}
