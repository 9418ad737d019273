import { setTimeout as sleep } from 'node:timers/promises';
import type { TimeLimit } from './deadline.js';

/** How often something is tried, with full jitter between: see {@link backoffMs}. */
export interface RetryPolicy {
  /** How often something is tried in all, the first time included. */
  readonly attempts: number;
  /** Upper bound of the first wait, in ms; it doubles with every further one. */
  readonly baseMs: number;
  /** Upper bound of any wait, in ms. */
  readonly capMs: number;
}

/**
 * Full jitter: a wait drawn evenly from 0 to min(cap, base × 2^(attempt − 1)).
 * Source: M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
 *
 * @param attempt the attempt that failed, counted from 1
 * @param random evenly distributed in [0, 1)
 * @returns ms
 */
export function backoffMs(policy: RetryPolicy, attempt: number, random: () => number): number {
  return random() * Math.min(policy.capMs, policy.baseMs * 2 ** (attempt - 1));
}

/**
 * Waits before the next attempt, if there is time for the wait and for something after it.
 *
 * @param waitMs ms
 * @returns false, at once, when the limit would pass first, or when it passed early
 */
export async function waitWithin(waitMs: number, limit: TimeLimit): Promise<boolean> {
  if (limit.signal.aborted || waitMs >= limit.remainingMs()) return false;
  try {
    await sleep(waitMs, undefined, { signal: limit.signal });
    return true;
  } catch (error) {
    if (limit.signal.aborted) return false;
    throw error;
  }
}
