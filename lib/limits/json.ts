/** `JSON.parse` for text from outside: `undefined`, which no JSON text gives, instead of an exception. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Deeper than any snapshot needs to be, and far less than what overflows the stack of a serialiser. */
export const MAX_NESTING = 64;

/** More values than any snapshot needs to have, and few enough to hash and to check in a fraction of a second. */
export const MAX_VALUES = 200_000;

const [QUOTE, BACKSLASH, COMMA, COLON, BRACKET, BRACE] = [0x22, 0x5c, 0x2c, 0x3a, 0x5b, 0x7b];

/**
 * Whether a JSON text certainly has more values than may be stored, found without parsing it, which takes many times as
 * long: each comma, each colon and each opening bracket belongs to a value of its own.
 *
 * @param json need not be valid
 */
export function hasTooManyValues(json: string): boolean {
  let [commas, colons, openings] = [0, 0, 0];
  let isInString = false;
  for (let at = 0; at < json.length; at += 1) {
    const code = json.charCodeAt(at);
    if (code === QUOTE) isInString = !isInString;
    else if (isInString && code === BACKSLASH) at += 1;
    else if (isInString) continue;
    else if (code === COMMA) commas += 1;
    else if (code === COLON) colons += 1;
    else if (code === BRACKET || code === BRACE) openings += 1;
    if (commas >= MAX_VALUES || colons >= MAX_VALUES || openings > MAX_VALUES) return true;
  }
  return false;
}

/** The result of one walk through a value. */
export interface JsonFinding {
  /** Why it cannot be stored; null when it can. */
  readonly fault: string | null;
  /** Whether it is what `JSON.parse` could have returned: nothing in it changes when it is written and read again. */
  readonly isPlain: boolean;
}

/**
 * Looks for reasons why foreign JSON cannot be stored. It walks no deeper and no further than the limits, so that it is
 * safe to call before anything recursive touches the value.
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
    if (!isPlainContainer(value)) {
      isPlain = false;
      if (isLostAsJson(value)) return `has a ${value.constructor.name}, which JSON writes as {}`;
    }
    // An array is walked by index: a hole is undefined, and no value of JSON.
    const inner: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
    for (let i = 0; i < inner.length; i += 1) {
      const fault = faultOf(inner[i], levels - 1);
      if (fault !== null) return fault;
    }
    return null;
  }
}

/** The fault alone: see {@link inspectJson}. */
export function jsonFault(value: unknown, most = MAX_NESTING): string | null {
  return inspectJson(value, most).fault;
}

/** Not an instance of a class, which JSON might write in another way. */
function isPlainContainer(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  const isKnown = prototype === Object.prototype || prototype === Array.prototype || prototype === null;
  return isKnown && !('toJSON' in value);
}

/** A Map, say, or an instance with nothing but private fields: what is in it would be lost silently. */
export function isLostAsJson(value: object): boolean {
  // One without a prototype has no constructor, and is a literal, too.
  const isLiteral = [undefined, 'Object', 'Array'].includes(value.constructor?.name);
  return !isLiteral && !('toJSON' in value) && Object.keys(value).length === 0;
}

/** Property look-ups that one call may cost: a few milliseconds. */
const MOST_LOOKUPS = 100_000;

/**
 * JSON with the keys of every object sorted by UTF-16 code unit and no white space, as RFC 8785 (JSON
 * Canonicalization Scheme) has it. Equal values give equal text, whatever order their keys were written in.
 *
 * @param value a value as `JSON.parse` gives it: a Date, say, has no fields and is `{}` here. Fields that are
 *   `undefined` are left out.
 * @throws RangeError when nested deeper than the call stack; bound the depth of foreign data first
 */
export function canonicalJson(value: unknown): string {
  const { names, objects } = namesIn(value);
  // `JSON.stringify` writes the fields of every object in the order of the list it is given, and does so in native
  // code, which is what counts in a function that has just been loaded. It looks up every name in every object, and in
  // the prototype of every object.
  const isNative = objects * names.size <= MOST_LOOKUPS && !names.has('__proto__');
  return isNative ? (JSON.stringify(value, [...names].sort()) ?? 'null') : writtenCanonically(value);
}

/** The distinct names of all fields, and the number of objects that have them. */
function namesIn(value: unknown): { readonly names: Set<string>; readonly objects: number } {
  const names = new Set<string>();
  let objects = 0;
  if (isRecord(value)) look(value);
  return { names, objects };

  function look(value: Readonly<Record<string, unknown>>): void {
    if (Array.isArray(value)) {
      for (const item of value) if (isRecord(item)) look(item);
      return;
    }
    objects += 1;
    for (const name of Object.keys(value)) {
      names.add(name);
      const field = value[name];
      if (isRecord(field)) look(field);
    }
  }
}

/** For objects with many different names, such as a map by id. */
function writtenCanonically(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => writtenCanonically(item ?? null)).join(',')}]`;
  if (!isRecord(value)) return JSON.stringify(value) ?? 'null';
  // Without a comparison of its own, sort goes by UTF-16 code unit.
  const fields = Object.keys(value)
    .sort()
    .filter((name) => value[name] !== undefined)
    .map((name) => `${JSON.stringify(name)}:${writtenCanonically(value[name])}`);
  return `{${fields.join(',')}}`;
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

/** Searching a text is several times faster than looking at each of its characters. */
function countOf(text: string, character: string): number {
  let count = 0;
  for (let at = text.indexOf(character); at !== -1; at = text.indexOf(character, at + 1)) count += 1;
  return count;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object';
}
