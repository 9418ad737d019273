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
