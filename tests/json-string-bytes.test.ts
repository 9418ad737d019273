import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonStringBytes } from '../lib/json-string-bytes.js';

describe('jsonStringBytes', () => {
  it('is what writing it out takes, whatever the text', () => {
    const value = fc.oneof(fc.jsonValue({ stringUnit: 'binary' }), fc.string({ unit: 'binary' }));
    fc.assert(
      fc.property(value, fc.string(), (inner, note) => {
        const json = JSON.stringify({ inner, note, odd: '\ud800 " \\ \u0000 \u2028' });
        expect(jsonStringBytes(json)).toBe(Buffer.byteLength(JSON.stringify(json)));
      }),
    );
  });
});
