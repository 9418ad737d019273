import type { TimeLimit } from '../deadline.js';
import { backoffMs, type RetryPolicy, waitWithin } from '../retry.js';
import { StoreError } from './store-error.js';

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
