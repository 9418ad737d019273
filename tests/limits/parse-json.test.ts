import { describe, expect, it } from 'vitest';
import { parseJson } from '../../lib/limits/json.js';

describe('parseJson', () => {
  it('gives the value', () => {
    expect(parseJson(' {"a":[null]} ')).toEqual({ a: [null] });
    expect(parseJson('null')).toBeNull();
  });

  it.each(['', '{', "{'a':1}", '[1,]', 'undefined', '\ufeff{}'])('gives undefined for %j', (text) => {
    expect(parseJson(text)).toBeUndefined();
  });
});
