import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isAuthorised } from '../../lib/web/index.js';
import { hasSecret } from '../../lib/web/route.js';

const SECRET = 'a-secret-of-20-chars';

/** The header as it arrives when each value is sent in a header of its own. */
function headerOf(...values: readonly string[]): string | null {
  return new Headers(values.map((value): [string, string] => ['Authorization', value])).get('authorization');
}

describe('hasSecret', () => {
  it.each(['Bearer', 'bearer', 'BEARER'])('accepts the secret with the scheme %s', (scheme) => {
    expect(hasSecret(headerOf(`${scheme} ${SECRET}`), SECRET)).toBe(true);
  });

  it.each([
    ['nothing', ''],
    ['the scheme alone', 'Bearer'],
    ['the scheme and a space', 'Bearer '],
    ['another secret', 'Bearer another-secret-here!'],
    ['another secret of the same length', `Bearer ${SECRET.replace('2', '3')}`],
    ['the beginning of the secret', `Bearer ${SECRET.slice(0, -1)}`],
    ['more than the secret', `Bearer ${SECRET}s`],
    ['the secret in another case', `Bearer ${SECRET.toUpperCase()}`],
    ['the secret without a scheme', SECRET],
    ['the secret with another scheme', `Basic ${SECRET}`],
    ['the scheme twice', `Bearer Bearer ${SECRET}`],
    ['white space before the secret', `Bearer  ${SECRET}`],
    ['white space before the scheme', ` Bearer ${SECRET}`],
    ['white space after the secret', `Bearer ${SECRET} `],
    ['a tab for the space', `Bearer\t${SECRET}`],
    ['the secret in quotes', `Bearer "${SECRET}"`],
    ['a list of secrets', `Bearer ${SECRET}, Bearer ${SECRET}`],
    ['a list that begins with the secret', `Bearer ${SECRET}, Bearer other`],
    ['a list that ends with the secret', `Bearer other, Bearer ${SECRET}`],
  ])('keeps out whoever sends %s', (_name, authorization) => {
    expect(hasSecret(authorization, SECRET)).toBe(false);
  });

  it('refuses a call without the header', () => {
    expect(hasSecret(null, SECRET)).toBe(false);
  });

  it.each([undefined, ''])('refuses everyone when the secret is %j', (secret) => {
    const values = [null, '', 'Bearer', 'Bearer ', 'Bearer undefined', 'Bearer null', `Bearer ${SECRET}`];
    for (const value of values) expect(hasSecret(value, secret)).toBe(false);
  });

  it('refuses a call with the header twice, whatever it contains', () => {
    const right = `Bearer ${SECRET}`;
    for (const other of [right, 'Bearer other', 'bearer', '', ',']) {
      expect(hasSecret(headerOf(right, other), SECRET)).toBe(false);
      expect(hasSecret(headerOf(other, right), SECRET)).toBe(false);
    }
  });

  it('distinguishes every secret from every other', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), (secret, other) => {
        expect(hasSecret(`Bearer ${other}`, secret)).toBe(other === secret);
        expect(hasSecret(`Bearer ${secret}`, secret)).toBe(true);
      }),
    );
  });
});

describe('isAuthorised', () => {
  const request = (headers: Record<string, string>) =>
    new Request('https://example.com/api/cron', { headers });

  it('lets in a request with the secret alone', () => {
    expect(isAuthorised(request({ authorization: `Bearer ${SECRET}` }), SECRET)).toBe(true);
    expect(isAuthorised(request({ authorization: `Bearer ${SECRET}x` }), SECRET)).toBe(false);
    expect(isAuthorised(request({}), SECRET)).toBe(false);
  });

  it.each([undefined, ''])('refuses everyone where the secret is %j', (secret) => {
    expect(isAuthorised(request({ authorization: 'Bearer ' }), secret)).toBe(false);
    expect(isAuthorised(request({ authorization: 'Bearer undefined' }), secret)).toBe(false);
  });
});
