import type { VercelRequest } from '@vercel/node';
import { badRequest, type Problem } from './problem.js';

/** The platform refuses bodies above 4.5 MB; elsewhere we do. */
const MOST_BYTES = 4_500_000;

/**
 * The parsed JSON body of a request.
 *
 * @returns the value, or 413 for a body that is too large, 400 for one that is no JSON
 */
export function jsonBody(
  req: Pick<VercelRequest, 'headers' | 'body'>,
): { readonly value: unknown } | { readonly problem: Problem } {
  if (Number(req.headers['content-length'] ?? 0) > MOST_BYTES) return { problem: TOO_LARGE };
  const value = readBody(req);
  return value !== null && typeof value === 'object' && !Buffer.isBuffer(value)
    ? { value }
    : { problem: NO_JSON };
}

/** The platform parses by content type, when asked, and throws for what it cannot parse. */
function readBody(req: Pick<VercelRequest, 'body'>): unknown {
  try {
    return req.body;
  } catch {
    return undefined;
  }
}

const TOO_LARGE: Problem = {
  status: 413,
  code: 'too-large',
  title: 'The body is too large',
  detail: `At most ${MOST_BYTES} bytes`,
};
const NO_JSON = badRequest('send a JSON object with the header Content-Type: application/json');
