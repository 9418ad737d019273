import { setTimeout as sleep } from 'node:timers/promises';
import { StoreError } from '../persister/upstash/error.js';
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

/**
 * Asks the store for one thing, again with backoff while that may help and the limit allows it.
 *
 * @param ask one request; must be safe to repeat
 * @returns what `ask` returns, or the StoreError of the last attempt
 */
export async function askStore<T>(
  ask: (signal: AbortSignal) => Promise<T>,
  options: { policy: RetryPolicy; limit: TimeLimit; random: () => number },
): Promise<T | StoreError> {
  const { policy, limit, random } = options;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await ask(limit.signal);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      const waitMs = Math.max(backoffMs(policy, attempt, random), error.retryAfterMs ?? 0);
      if (!error.retryable || attempt >= policy.attempts || !(await waitWithin(waitMs, limit))) return error;
    }
  }
}
