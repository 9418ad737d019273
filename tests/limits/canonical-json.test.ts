import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, nestedBytes } from '../../lib/limits/json.js';
import { plainCanonicalJson } from './canonical-json-reference.js';

/** The same value with the fields of every object written in the opposite order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (value === null || typeof value !== 'object') return value;
  const fields = Object.entries(value).map(([key, field]) => [key, reversed(field)] as const);
  return Object.fromEntries(fields.reverse());
}

/** Lone surrogates, control characters, keys that need sorting or look like numbers, -0 and 1e21. */
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '\ud800',
    '\udc00x',
    '\ud83d\ude00',
    '"',
    '\\',
    '\u0000',
    '\u2028',
    '\u007f',
    'x'.repeat(1_001),
  ),
);
const key = fc.oneof(fc.constantFrom('a', 'b', 'c', '10', '2', '', 'constructor', 'toJSON'), text);
const leaf = fc.oneof(text, fc.double(), fc.constantFrom(-0, 1e21, 5e-324), fc.boolean(), fc.constant(null));
const hardJson = fc
  .letrec((tie) => ({
    value: fc.oneof({ maxDepth: 6 }, leaf, fc.array(tie('value')), fc.dictionary(key, tie('value'))),
  }))
  .value.map((value): unknown => JSON.parse(JSON.stringify(value)));

describe('canonicalJson', () => {
  it('sorts keys by UTF-16 code unit, as the example of RFC 8785, section 3.2.3 does', () => {
    const keys = ['\u20ac', '\r', '\ufb33', '1', '\ud83d\ude00', '\u0080', '\u00f6'];

    const text = canonicalJson(Object.fromEntries(keys.map((key) => [key, 0])));

    expect(text).toBe('{"\\r":0,"1":0,"\u0080":0,"\u00f6":0,"\u20ac":0,"\ud83d\ude00":0,"\ufb33":0}');
  });

  it('sorts keys that look like numbers as text, which the engine does not', () => {
    expect(canonicalJson({ 2: 'b', 10: 'a' })).toBe('{"10":"a","2":"b"}');
  });

  it('writes numbers and literals as RFC 8785, section 3.2.2 does', () => {
    const value = [333333333.3333333, 1e30, 4.5, 2e-3, 1e-27, -0, null, true, false];

    expect(canonicalJson(value)).toBe('[333333333.3333333,1e+30,4.5,0.002,1e-27,0,null,true,false]');
  });

  it('leaves undefined fields out and makes undefined items null, as JSON does', () => {
    expect(canonicalJson({ b: undefined, a: [undefined, 1] })).toBe('{"a":[null,1]}');
    expect(canonicalJson(undefined)).toBe('null');
  });

  it('does not depend on the order in which keys were written', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(canonicalJson(reversed(value))).toBe(canonicalJson(value));
      }),
    );
  });

  it('says what JSON says', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('gives the same bytes as a plain implementation, for all JSON can hold', () => {
    fc.assert(
      fc.property(hardJson, (value) => {
        expect(canonicalJson(value)).toBe(plainCanonicalJson(value));
      }),
      { numRuns: 1_000 },
    );
  });

  it('gives the same bytes for objects that share no names, which are too many to list', () => {
    const map = Object.fromEntries(
      Array.from({ length: 400 }, (_, i) => [`id-${i}`, { [`${i}`]: i, b: 1, a: 2 }]),
    );

    expect(canonicalJson([map, { z: undefined, y: [undefined] }])).toBe(
      plainCanonicalJson([map, { y: [null] }]),
    );
  });

  it('takes nothing from the prototype of an object', () => {
    const value: unknown = JSON.parse('[{"__proto__":1,"constructor":2,"toString":3},{"a":4}]');

    expect(canonicalJson(value)).toBe('[{"__proto__":1,"constructor":2,"toString":3},{"a":4}]');
  });

  it('keeps the fields of neighbours apart that have the same names in another order, or more of them', () => {
    const list = [{ a: 1, b: 2 }, { a: 3, b: 4 }, { b: 5, a: 6 }, { a: 7 }, { a: 8, b: { b: 9, a: 0 } }, {}];

    expect(canonicalJson(list)).toBe(
      '[{"a":1,"b":2},{"a":3,"b":4},{"a":6,"b":5},{"a":7},{"a":8,"b":{"a":0,"b":9}},{}]',
    );
  });
});

describe('nestedBytes', () => {
  it('counts what a JSON text takes as a string inside another', () => {
    fc.assert(
      fc.property(hardJson, (value) => {
        const json = JSON.stringify(value);
        expect(nestedBytes(json)).toBe(Buffer.byteLength(JSON.stringify(json)));
      }),
      { numRuns: 1_000 },
    );
  });
});
