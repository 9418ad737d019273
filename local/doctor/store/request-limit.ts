import { z } from 'zod';
import type { Config } from '../../../lib/config.js';
import { withTimeout } from '../../../lib/limits/deadline.js';
import { MAX_REQUEST_BYTES } from '../../../lib/persister/record.js';
import { createStoreClient, readSlot, type StoreClient } from '../../../lib/persister/upstash/client.js';
import { StoreError } from '../../../lib/persister/upstash/error.js';
import { createTransport } from '../../../lib/persister/upstash/transport.js';
import { type Finding, fail, ok, warn } from '../check.js';
import { storeFailure } from './advice.js';

const MB = 1_000_000;
/** In MB, ascending up to the limit that Upstash documents. A run needs the first, one commit at most the third. */
const SIZES_MB = [1, 4, 8, 10] as const;
/** In ms; less than the check may take, so that a slow line is reported as such. */
const UPLOAD_MS = 7_000;
/** Answers how long its argument is, and stores nothing. */
const MEASURE = 'return string.len(ARGV[1])';
/** Room for the JSON around the payload, in bytes. */
const FRAME_BYTES = 200;
/** How a request is refused because of its size. A 400 without a known reason: some proxies answer so. */
const TOO_LARGE = new Set(['store-http-400', 'store-request-too-large']);

/**
 * Finds the largest request of a few sizes that the store accepts. Each is sent once; the sizes ascend, so that a slow
 * line affects only the larger ones.
 */
export async function findRequestLimit(
  store: Config['store'],
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  // One request may use up the time of all. The connections are its own: a server that refused a large request may
  // close the connection, and the check that comes next must not be the one to notice.
  const client = createStoreClient({ ...store, requestTimeoutMs: UPLOAD_MS, transport: createTransport() });
  return withTimeout({ signal, timeoutMs: UPLOAD_MS }, async (limit) => [await climb(client, limit)]);
}

async function climb(client: StoreClient, signal: AbortSignal): Promise<Finding> {
  let largestMb = 0;
  for (const sizeMb of SIZES_MB) {
    const payload = 'x'.repeat(sizeMb * MB - FRAME_BYTES);
    const arrived = await client
      .pipeline((pipeline) => pipeline.evalRo(MEASURE, [], [payload]), signal)
      .then(([slot]) => readSlot(slot, z.literal(payload.length)), asStoreError);
    if (arrived instanceof StoreError) return judge(largestMb, { sizeMb, error: arrived });
    largestMb = sizeMb;
  }
  return judge(largestMb);
}

function asStoreError(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  throw error;
}

/** @param end where and why the attempts ended before the largest size */
function judge(largestMb: number, end?: { sizeMb: number; error: StoreError }): Finding {
  const subject = 'request limit';
  const taken = largestMb === 0 ? 'nothing of 1 MB or more is accepted' : `${largestMb} MB are accepted`;
  if (end === undefined) return ok(subject, `${taken}; one commit is at most ${MAX_REQUEST_BYTES / MB} MB`);
  const { sizeMb, error } = end;
  if (!TOO_LARGE.has(error.code)) {
    if (error.code !== 'store-timeout') return storeFailure(subject, error);
    const advice =
      'The connection is slow: large pushes may not fit into the 5 s of a request. Runs send about 10 kB.';
    return warn(subject, `${taken}, ${sizeMb} MB did not arrive in time`, advice);
  }
  const seen = `${taken}, ${sizeMb} MB are refused`;
  if (largestMb * MB >= MAX_REQUEST_BYTES) return ok(subject, seen);
  const advice = `Snapshots up to ${MAX_REQUEST_BYTES / MB} MB are sent: raise the request limit of the database's plan, or push smaller ones.`;
  return largestMb === 0 ? fail(subject, seen, advice) : warn(subject, seen, advice);
}
