import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasSecret } from '../../lib/web/route.js';

const SECRET = 'a-secret-of-20-chars';

/** A request with an Authorization header for each value, as Node presents it. */
function requestWith(...values: readonly string[]) {
  const [first] = values;
  return {
    headers: first === undefined ? {} : { authorization: first },
    rawHeaders: ['Host', '127.0.0.1', ...values.flatMap((value) => ['Authorization', value])],
  };
}

describe('hasSecret', () => {
  it('lets in whoever sends the secret', () => {
    expect(hasSecret(requestWith(`Bearer ${SECRET}`), SECRET)).toBe(true);
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
    ['the scheme in another case than the platform sends', `bearer ${SECRET}`],
    ['white space before the secret', `Bearer  ${SECRET}`],
    ['white space after the secret', `Bearer ${SECRET} `],
    ['a tab for the space', `Bearer\t${SECRET}`],
    ['the secret in quotes', `Bearer "${SECRET}"`],
    ['a list of secrets', `Bearer ${SECRET}, Bearer ${SECRET}`],
    ['a list that begins with the secret', `Bearer ${SECRET}, Bearer other`],
  ])('keeps out whoever sends %s', (_name, authorization) => {
    expect(hasSecret(requestWith(authorization), SECRET)).toBe(false);
  });

  it('keeps out whoever sends no header', () => {
    expect(hasSecret(requestWith(), SECRET)).toBe(false);
  });

  it.each([undefined, ''])('lets nobody in when the secret is %j', (secret) => {
    const values = ['', 'Bearer', 'Bearer ', 'Bearer undefined', 'Bearer null', `Bearer ${SECRET}`];
    for (const value of values) expect(hasSecret(requestWith(value), secret)).toBe(false);
    expect(hasSecret(requestWith(), secret)).toBe(false);
  });

  it('keeps out whoever sends the header twice, whatever is in it', () => {
    const right = `Bearer ${SECRET}`;
    expect(hasSecret(requestWith(right, right), SECRET)).toBe(false);
    expect(hasSecret(requestWith(right, 'Bearer other'), SECRET)).toBe(false);
    const { headers, rawHeaders } = requestWith(right);
    expect(hasSecret({ headers, rawHeaders: [...rawHeaders, 'AUTHORIZATION', right] }, SECRET)).toBe(false);
  });

  it('is not misled by another header whose value is the name of this one', () => {
    const { headers, rawHeaders } = requestWith(`Bearer ${SECRET}`);
    const request = { headers, rawHeaders: ['Vary', 'authorization', ...rawHeaders] };
    expect(hasSecret(request, SECRET)).toBe(true);
  });

  it('knows every secret from every other', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), (secret, other) => {
        expect(hasSecret(requestWith(`Bearer ${other}`), secret)).toBe(other === secret);
        expect(hasSecret(requestWith(`Bearer ${secret}`), secret)).toBe(true);
      }),
    );
  });
});
