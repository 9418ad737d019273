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
