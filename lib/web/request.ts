import type { VercelRequest } from '@vercel/node';
import type { z } from 'zod';
import { type RegionId, RegionIdSchema } from '../hazards/regions/regions.js';
import { SnapshotIdSchema } from '../persister/record.js';
import { badRequest, type Problem, UNKNOWN_REGION, UNKNOWN_SNAPSHOT } from './problem.js';

/**
 * Checks a part of a request.
 *
 * @returns the parsed value, or a 400 that lists each fault with its place
 */
export function parseRequest<T>(
  what: string,
  schema: z.ZodType<T>,
  value: unknown,
): { readonly value: T } | { readonly problem: Problem } {
  const parsed = schema.safeParse(value);
  if (parsed.success) return { value: parsed.data };
  const errors = parsed.error.issues.slice(0, MOST_ERRORS).map(({ path, message }) => ({
    at: path.join('.'),
    message,
  }));
  return { problem: badRequest(`the ${what} is not valid`, errors) };
}

/** Enough to mend a request by, few enough to read. */
const MOST_ERRORS = 20;

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

/** The region that the path names. The platform puts the `[id]` of a path into the query. */
export function regionInPath(
  req: VercelRequest,
): { readonly value: RegionId } | { readonly problem: Problem } {
  const region = RegionIdSchema.safeParse(req.query.id);
  return region.success ? { value: region.data } : { problem: UNKNOWN_REGION };
}

/** The snapshot id that the path names. */
export function snapshotIdInPath(
  req: VercelRequest,
): { readonly value: string } | { readonly problem: Problem } {
  const id = SnapshotIdSchema.safeParse(req.query.id);
  return id.success ? { value: id.data } : { problem: UNKNOWN_SNAPSHOT };
}
