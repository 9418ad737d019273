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

/** What one walk through a value has found. */
export interface JsonFinding {
  /** What makes it unfit to be stored; null when it is fit. */
  readonly fault: string | null;
  /** Whether it is what `JSON.parse` could have returned: nothing in it changes when it is written and read again. */
  readonly isPlain: boolean;
}

/**
 * Looks for what makes foreign JSON unfit to be stored. Walks no deeper and no further than the limits, so that it can
 * be asked before anything recursive touches the value.
 *
 * @param most how many levels it may be nested
 */
export function inspectJson(value: unknown, most = MAX_NESTING): JsonFinding {
  let values = 0;
  let isPlain = true;
  const fault = faultOf(value, most);
  return { fault, isPlain: isPlain && fault === null };

  /** @param levels how many levels of nesting are left */
  function faultOf(value: unknown, levels: number): string | null {
    values += 1;
    if (values > MAX_VALUES) return `has more than ${MAX_VALUES} values`;
    if (typeof value === 'string' || typeof value === 'boolean' || value === null) return null;
    // 1e400 in a text is read as Infinity, and would be written as null.
    if (typeof value === 'number')
      return Number.isFinite(value) ? null : 'has a number that JSON cannot carry';
    if (!isRecord(value)) {
      isPlain = false;
      return null;
    }
    if (levels === 0) return `is nested more than ${most} levels deep`;
    // A reader that copies fields would change the copy's prototype with it.
    if (Object.hasOwn(value, '__proto__')) return 'has a field named __proto__';
    isPlain &&= isPlainContainer(value);
    // An array is walked by index: a hole is undefined, and no value of JSON.
    const inner: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
    for (let i = 0; i < inner.length; i += 1) {
      const fault = faultOf(inner[i], levels - 1);
      if (fault !== null) return fault;
    }
    return null;
  }
}

/** Only what is wrong with it: see {@link inspectJson}. */
export function jsonFault(value: unknown, most = MAX_NESTING): string | null {
  return inspectJson(value, most).fault;
}

/** Not of a class that JSON would write in a way of its own. */
function isPlainContainer(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  const isKnown = prototype === Object.prototype || prototype === Array.prototype || prototype === null;
  return isKnown && !('toJSON' in value);
}

/** What a text may hold only escaped, and surrogates: whether they come in pairs is left to `JSON.stringify`. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON escapes control characters.
const ESCAPED = /["\\\u0000-\u001f\ud800-\udfff]/;
/** Searching a longer text costs more than having it escaped. */
const SHORT = 1_000;

/** The fields of objects that have the same names in the same order. */
interface Shape {
  readonly names: readonly string[];
  /** Sorted by UTF-16 code unit, each with what stands before its value. */
  readonly sorted: readonly { readonly name: string; readonly prefix: string }[];
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
  // The items of a list mostly have the same fields: sorting and quoting their names is what takes the time.
  let last: Shape = { names: [], sorted: [] };
  return textOf(value);

  function textOf(value: unknown): string {
    if (typeof value === 'string') {
      return value.length > SHORT || ESCAPED.test(value) ? JSON.stringify(value) : `"${value}"`;
    }
    if (typeof value === 'number') return Number.isFinite(value) ? `${value}` : 'null';
    if (Array.isArray(value)) return listText(value);
    return isRecord(value) ? objectText(value) : (JSON.stringify(value) ?? 'null');
  }

  function listText(items: readonly unknown[]): string {
    let text = '';
    for (let i = 0; i < items.length; i += 1) text += i === 0 ? textOf(items[i]) : `,${textOf(items[i])}`;
    return `[${text}]`;
  }

  function objectText(value: Readonly<Record<string, unknown>>): string {
    let text = '';
    for (const { name, prefix } of shapeOf(value).sorted) {
      const field = value[name];
      if (field === undefined) continue;
      text += text === '' ? prefix + textOf(field) : `,${prefix}${textOf(field)}`;
    }
    return `{${text}}`;
  }

  function shapeOf(value: object): Shape {
    const names = Object.keys(value);
    if (!haveSameItems(names, last.names)) last = createShape(names);
    return last;
  }
}

function createShape(names: readonly string[]): Shape {
  // Without a comparison of its own, sort goes by UTF-16 code unit.
  const sorted = [...names].sort().map((name) => ({ name, prefix: `${JSON.stringify(name)}:` }));
  return { names, sorted };
}

function haveSameItems(some: readonly string[], others: readonly string[]): boolean {
  if (some.length !== others.length) return false;
  for (let i = 0; i < some.length; i += 1) if (some[i] !== others[i]) return false;
  return true;
}

/**
 * What a JSON text takes as a string inside another one, in bytes. A text that `JSON.stringify` has made holds no
 * control character and no lone surrogate: only quotes and backslashes grow, by a byte each.
 *
 * @param bytes what the text itself takes as UTF-8
 */
export function nestedBytes(json: string, bytes = Buffer.byteLength(json)): number {
  return bytes + countOf(json, '"') + countOf(json, '\\') + 2;
}

/** Searching goes through a text several times faster than looking at every character of it. */
function countOf(text: string, character: string): number {
  let count = 0;
  for (let at = text.indexOf(character); at !== -1; at = text.indexOf(character, at + 1)) count += 1;
  return count;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object';
}
