import { describe, expect, it } from 'vitest';
import { etagOf, matchesEtag } from '../../lib/web/read.js';

describe('etagOf', () => {
  it('is the same for the same text and for no other', () => {
    expect(etagOf('a')).toBe(etagOf('a'));
    expect(etagOf('a')).not.toBe(etagOf('b'));
    expect(etagOf('a')).toMatch(/^"[\w-]+"$/);
  });
});

describe('matchesEtag', () => {
  const etag = '"abc"';

  it.each(['"abc"', 'W/"abc"', '*', ' * ', '"x", "abc"', 'W/"x",W/"abc"', '"a,b" , "abc"'])(
    'finds the tag in %s',
    (header) => {
      expect(matchesEtag(header, etag)).toBe(true);
    },
  );

  it.each([null, '', 'abc', '"x"', '"abcd"', '"x,"abc""x', '"*"', '*, "x"', '"ABC"'])(
    'does not find the tag in %s',
    (header) => {
      expect(matchesEtag(header, etag)).toBe(false);
    },
  );
});
