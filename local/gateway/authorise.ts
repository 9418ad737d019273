import { createHash, timingSafeEqual } from 'node:crypto';

/** Tells whether a request carries the token. */
export type Authorise = (credentials: Credentials) => boolean;

export interface Credentials {
  /** The Authorization header. */
  readonly authorization: string | undefined;
  /** The `_token` query parameter, which is looked at only when there is no header. */
  readonly queryToken: string | null;
}

/**
 * @param token what callers must present, as `Authorization: Bearer …` or as `?_token=…`
 * @throws Error when the token is empty: it would let in every request that presents nothing
 */
export function createAuthoriser(token: string): Authorise {
  if (token === '') throw new Error('the gateway needs a token');
  const expected = digest(token);
  return ({ authorization, queryToken }) => {
    const presented = authorization === undefined ? queryToken : /^Bearer (.+)$/i.exec(authorization)?.[1];
    // Digests have one length, which timingSafeEqual asks for, and tell nothing about the length of the token.
    return timingSafeEqual(digest(presented ?? ''), expected);
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
