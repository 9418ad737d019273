import { type Clock, systemClock, withLimit } from '../limits/deadline.js';
import { type RetryOptions, type RetryPolicy, retry, type Verdict } from '../limits/retry.js';
import { StoreError } from './upstash/error.js';

/** How long a read may take in all, its retries included, in ms. */
export const READ_LIMIT_MS = 3_000;
/** Half of what a read may take, so that a request that hangs is sent once more. In ms. */
export const READ_TIMEOUT_MS = 1_400;
/** Waits of up to 100 and 200 ms. */
const READ_RETRY: RetryPolicy = { attempts: 3, baseMs: 100, capMs: 500 };

/**
 * Asks the store for one thing, again with backoff while that may help and the limit allows it.
 *
 * @param ask one request; must be safe to repeat
 * @returns what `ask` returns, or the StoreError of the last attempt
 */
export async function askStore<T>(
  ask: (signal: AbortSignal) => Promise<T>,
  options: RetryOptions,
): Promise<T | StoreError> {
  try {
    return await retry(ask, { ...options, judge });
  } catch (error) {
    if (error instanceof StoreError) return error;
    throw error;
  }
}

export interface ReadingDeps {
  /** How long one read may take in all, its retries included, in ms. Default 3,000. */
  readonly limitMs?: number | undefined;
  /** Default {@link systemClock}. */
  readonly clock?: Clock | undefined;
  /** Evenly distributed in [0, 1): the jitter of the backoff. Default Math.random. */
  readonly random?: (() => number) | undefined;
}

/** Makes what reads are asked with: one limit for all attempts of a read. */
export function createReading(deps: ReadingDeps = {}) {
  const { limitMs = READ_LIMIT_MS, clock = systemClock, random = Math.random } = deps;
  return <T>(read: (signal: AbortSignal) => Promise<T>): Promise<T | StoreError> =>
    withLimit(limitMs, (limit) => askStore(read, { policy: READ_RETRY, limit, random }), clock);
}

/** A bug ends everything. */
function judge(error: unknown): Verdict {
  if (error instanceof StoreError) return error;
  throw error;
}
