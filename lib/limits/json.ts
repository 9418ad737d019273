/** `JSON.parse` for text from outside: `undefined`, which no JSON text gives, instead of an exception. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Deeper than any snapshot needs to be, and far below what serialising it can bear. */
export const MAX_NESTING = 64;

/** More values than any snapshot needs to have, and few enough to hash and to check in a fraction of a second. */
export const MAX_VALUES = 200_000;

/**
 * What makes foreign JSON unfit to be stored. Walks no deeper and no further than the limits, so that it can be asked
 * before anything recursive touches the value.
 *
 * @param most how many levels it may be nested
 * @returns null when it is fit
 */
export function jsonFault(value: unknown, most = MAX_NESTING): string | null {
  let values = 0;
  return faultOf(value, most);

  /** @param levels how many levels of nesting are left */
  function faultOf(value: unknown, levels: number): string | null {
    values += 1;
    if (values > MAX_VALUES) return `has more than ${MAX_VALUES} values`;
    // 1e400 in a text is read as Infinity, and would be written as null.
    if (typeof value === 'number' && !Number.isFinite(value)) return 'has a number that JSON cannot carry';
    if (value === null || typeof value !== 'object') return null;
    if (levels === 0) return `is nested more than ${most} levels deep`;
    // A reader that copies fields would change the copy's prototype with it.
    if (Object.hasOwn(value, '__proto__')) return 'has a field named __proto__';
    for (const inner of Object.values(value)) {
      const fault = faultOf(inner, levels - 1);
      if (fault !== null) return fault;
    }
    return null;
  }
}

/**
 * JSON with the keys of every object sorted by UTF-16 code unit and no white space, as RFC 8785 (JSON
 * Canonicalization Scheme) has it. Equal values give equal text, whatever order their keys were written in.
 *
 * @param value a value as `JSON.parse` gives it: a Date, say, has no fields and is `{}` here. Fields that are
 *   `undefined` are left out.
 * @throws RangeError when nested deeper than the call stack; bound the depth of foreign data first
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(',')}]`;
  if (!isRecord(value)) return JSON.stringify(value) ?? 'null';
  let fields = '';
  // Without a comparison of its own, sort goes by UTF-16 code unit.
  for (const key of Object.keys(value).sort()) {
    const field = value[key];
    if (field === undefined) continue;
    const name = JSON.stringify(key);
    // Most fields are texts and numbers: a call less for each of them.
    const text = isRecord(field) ? canonicalJson(field) : (JSON.stringify(field) ?? 'null');
    fields += fields === '' ? `${name}:${text}` : `,${name}:${text}`;
  }
  return `{${fields}}`;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object';
}
