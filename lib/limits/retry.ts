import { setTimeout as sleep } from 'node:timers/promises';
import type { TimeLimit } from './deadline.js';

/** How often something is tried, with full jitter between the attempts: see {@link backoffMs}. */
export interface RetryPolicy {
  /** The number of attempts, including the first. */
  readonly attempts: number;
  /** Upper bound of the first wait, in ms; it doubles with every further one. */
  readonly baseMs: number;
  /** Upper bound of any wait, in ms. */
  readonly capMs: number;
}

/** What a failure says about trying again. */
export interface Verdict {
  /** Whether the same request may succeed when it is sent again. */
  readonly retryable: boolean;
  /** Whether it passes by itself: then it is tried again until the limit, however many attempts that takes. */
  readonly isPassing?: boolean | undefined;
  /** The shortest wait before that, in ms, where the other side has asked for a pause. */
  readonly retryAfterMs?: number | undefined;
}

export interface RetryOptions {
  readonly policy: RetryPolicy;
  /** No attempt begins and no wait continues after it. */
  readonly limit: TimeLimit;
  /** Evenly distributed in [0, 1): the jitter. */
  readonly random: () => number;
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

/** Between attempts beyond those of the policy, which may have no waits of its own, in ms. */
const LEAST_PASSING_MS = 100;

/**
 * Decides whether to retry a failed attempt, and if so waits before the next one.
 *
 * @param attempt the attempt that failed, counted from 1
 * @returns whether to try again, now
 */
export async function mayRetry(verdict: Verdict, attempt: number, options: RetryOptions): Promise<boolean> {
  const { policy, limit, random } = options;
  const isBeyond = attempt >= policy.attempts;
  if (!verdict.retryable || (isBeyond && !verdict.isPassing)) return false;
  const leastMs = Math.max(verdict.retryAfterMs ?? 0, isBeyond ? LEAST_PASSING_MS : 0);
  return waitWithin(Math.max(backoffMs(policy, attempt, random), leastMs), limit);
}

/**
 * Tries something, and retries with backoff while that may help and the limit allows it.
 *
 * @param attempt one try; must be safe to repeat
 * @param options.judge what an error says about trying again; an error that it throws itself is not retried
 * @returns what `attempt` returns
 * @throws the error of the last attempt
 */
export async function retry<T>(
  attempt: (signal: AbortSignal) => Promise<T>,
  options: RetryOptions & { readonly judge: (error: unknown) => Verdict },
): Promise<T> {
  for (let number = 1; ; number += 1) {
    try {
      return await attempt(options.limit.signal);
    } catch (error) {
      if (!(await mayRetry(options.judge(error), number, options))) throw error;
    }
  }
}
