import type { TimeLimit } from '../deadline.js';
import { backoffMs, type RetryPolicy, waitWithin } from '../retry.js';
import { StoreError } from '../store/store-error.js';
import { zip } from '../zip.js';

/** What came of one item of a batch: the store's reply, or why none could be had. */
export type Sent<T, R> =
  | { readonly item: T; readonly ok: true; readonly reply: R }
  | { readonly item: T; readonly ok: false; readonly error: StoreError };

export interface SendBatch<T, R> {
  /**
   * Sends items as one request and answers with a reply for each, in order.
   * @throws StoreError when the request as a whole failed
   */
  readonly send: (items: readonly T[], signal: AbortSignal) => Promise<readonly R[]>;
  readonly policy: RetryPolicy;
  /** No attempt begins, and no request lasts, beyond it. */
  readonly limit: TimeLimit;
  readonly random: () => number;
}

/**
 * Sends a batch, again with backoff while that may help. A batch that failed is sent again as two halves, so that
 * one item which spoils its request ends up alone and takes no other down: five attempts isolate one of 16.
 * (Not after 429: a store that asks for fewer requests gets no more of them.)
 *
 * @param attempt counted from 1; for the recursion
 * @returns a value for each item, in order; never throws for what the store did
 */
export async function sendBatch<T, R>(
  items: readonly T[],
  options: SendBatch<T, R>,
  attempt = 1,
): Promise<readonly Sent<T, R>[]> {
  try {
    const replies = await options.send(items, options.limit.signal);
    return zip(items, replies).map(([item, reply]) => ({ item, ok: true, reply }));
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    if (!(await mayTryAgain(error, items.length, attempt, options))) {
      return items.map((item) => ({ item, ok: false, error }));
    }
    const parts = error.code === 'store-http-429' ? [items] : halves(items);
    return (await Promise.all(parts.map((part) => sendBatch(part, options, attempt + 1)))).flat();
  }
}

async function mayTryAgain<T, R>(
  error: StoreError,
  size: number,
  attempt: number,
  { policy, limit, random }: SendBatch<T, R>,
): Promise<boolean> {
  if (attempt >= policy.attempts || !(error.retryable || (size > 1 && blamesTheRequest(error)))) return false;
  return waitWithin(Math.max(backoffMs(policy, attempt, random), error.retryAfterMs ?? 0), limit);
}

/** The store found fault with the request itself, which a single item of it may have caused. */
function blamesTheRequest(error: StoreError): boolean {
  return error.code === 'store-http-400' || error.code === 'store-http-413';
}

function halves<T>(items: readonly T[]): (readonly T[])[] {
  const middle = Math.ceil(items.length / 2);
  return [items.slice(0, middle), items.slice(middle)].filter((half) => half.length > 0);
}
