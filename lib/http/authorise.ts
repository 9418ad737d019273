import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/**
 * Whether a request carries `Authorization: Bearer <secret>`, once. Digests of equal length are compared, so that
 * the time taken tells neither the secret nor its length.
 *
 * @param secret undefined or empty when none is configured: then nothing gets in
 */
export function hasSecret(
  req: Pick<IncomingMessage, 'headers' | 'rawHeaders'>,
  secret: string | undefined,
): boolean {
  const header = req.headers.authorization;
  if (!secret || header === undefined || isRepeated(req.rawHeaders)) return false;
  return timingSafeEqual(digest(header), digest(`Bearer ${secret}`));
}

/** Node keeps the first of several Authorization headers; which one a proxy would have kept is anyone's guess. */
function isRepeated(rawHeaders: readonly string[]): boolean {
  return rawHeaders.filter((name, i) => i % 2 === 0 && name.toLowerCase() === 'authorization').length > 1;
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
