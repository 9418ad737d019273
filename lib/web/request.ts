import type { z } from 'zod';
import { type RegionId, RegionIdSchema } from '../hazards/regions/regions.js';
import { parseJson } from '../limits/json.js';
import { readText } from '../limits/read-text.js';
import { SnapshotIdSchema } from '../persister/record.js';
import { badRequest, type Problem, UNKNOWN_REGION, UNKNOWN_SNAPSHOT } from './problem.js';

/** A part of a request, or the answer to a request in which it is not valid. */
export type Parsed<T> = { readonly value: T } | { readonly problem: Problem };

type Faults = NonNullable<Problem['errors']>;

/** @returns the parsed body, or a 400 that lists each fault with its place */
export function parseBody<T>(schema: z.ZodType<T>, body: unknown): Parsed<T> {
  const parsed = schema.safeParse(body);
  return parsed.success ? { value: parsed.data } : { problem: invalid('body', placesOf(parsed.error)) };
}

/** A 400 that lists what is wrong with a part of a request. */
export function invalid(part: 'query' | 'body', faults: Faults): Problem {
  return badRequest(`the ${part} is not valid`, faults.slice(0, MOST_FAULTS));
}

/** Enough to correct a request by, few enough to read. */
const MOST_FAULTS = 20;

/** Each fault that a schema found, with its place. */
export function placesOf(error: z.ZodError | undefined): Faults {
  return (error?.issues ?? []).map(({ path, message }) => ({ at: path.join('.'), message }));
}

/** The platform accepts no larger request; the same limit holds everywhere else. */
const MOST_BYTES = 4_500_000;

/**
 * Reads the JSON body of a request, whatever its content type says.
 *
 * @returns the value, or 413 for a body that is too large, 400 for one that is not JSON
 * @throws TypeError when something else has already read the body
 */
export async function jsonBody(request: Request): Promise<Parsed<unknown>> {
  if (request.bodyUsed) throw new TypeError('the body of the request has already been read');
  if (Number(request.headers.get('content-length') ?? 0) > MOST_BYTES) return { problem: TOO_LARGE };
  const text = await readText(request, MOST_BYTES, { fatal: true }).catch((error: unknown) =>
    // If not too large, it is not UTF-8, or the caller hung up and will not read the answer.
    error instanceof RangeError ? TOO_LARGE : NOT_JSON,
  );
  if (typeof text !== 'string') return { problem: text };
  const value = parseJson(text);
  return value === undefined ? { problem: NOT_JSON } : { value };
}

const TOO_LARGE: Problem = {
  status: 413,
  code: 'too-large',
  title: 'The body is too large',
  detail: `At most ${MOST_BYTES} bytes`,
};
const NOT_JSON = badRequest('the body is not valid JSON in UTF-8');

/** @param id from the path */
export function parseRegionId(id: string): Parsed<RegionId> {
  const region = RegionIdSchema.safeParse(id);
  return region.success ? { value: region.data } : { problem: UNKNOWN_REGION };
}

/** @param id from the path */
export function parseSnapshotId(id: string): Parsed<string> {
  const snapshotId = SnapshotIdSchema.safeParse(id);
  return snapshotId.success ? { value: snapshotId.data } : { problem: UNKNOWN_SNAPSHOT };
}
