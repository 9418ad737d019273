import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../lib/limits/json.js';

/** The same value with the fields of every object written in the opposite order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (value === null || typeof value !== 'object') return value;
  const fields = Object.entries(value).map(([key, field]) => [key, reversed(field)] as const);
  return Object.fromEntries(fields.reverse());
}

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
});
