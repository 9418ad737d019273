import type { TimeLimit } from '../limits/deadline.js';
import { backoffMs, type RetryPolicy, waitWithin } from '../limits/retry.js';
import type { OpenSpan, Trace } from '../tracing.js';
import type { Passage } from './outcome.js';
import { StoreError } from './upstash/error.js';

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

type Carrier = Passage | { readonly passage: Passage };
type Reply = { readonly status: string; readonly error?: StoreError };

export interface SendStep<T, R> extends SendBatch<T, R> {
  readonly step: 'claim' | 'commit' | 'settle';
  /** The step's span goes under it. */
  readonly trace: Trace;
}

/** Answers with which a commit has not done what it was sent for. The store's own failures come with an error. */
const REFUSALS = ['lost', 'conflict'];

/**
 * Sends a batch as a step of its lane: under a span that names the regions and what each came to.
 *
 * @returns as `sendBatch`
 */
export function sendStep<T extends Carrier, R extends Reply>(
  items: readonly T[],
  { step, trace, ...batch }: SendStep<T, R>,
): Promise<readonly Sent<T, R>[]> {
  return trace.span(step, { region_ids: items.map(regionOf) }, async (span) => {
    const sent = await sendBatch(items, batch);
    record(span, sent);
    return sent;
  });
}

function record<T>(span: OpenSpan, sent: readonly Sent<T, Reply>[]): void {
  span.set({ outcomes: sent.map((one) => (one.ok ? one.reply.status : 'failed')) });
  const faults = sent.flatMap((one) => faultOf(one) ?? []);
  if (faults.length > 0) span.fail(faults);
}

function faultOf<T>(one: Sent<T, Reply>): string | undefined {
  const error = one.ok ? one.reply.error : one.error;
  if (error !== undefined) return error.code;
  return one.ok ? REFUSALS.find((refusal) => refusal === one.reply.status) : undefined;
}

function regionOf(item: Carrier): string {
  return ('passage' in item ? item.passage : item).snapshot.regionId;
}
/**
 * Deals items into lanes, one after the other, like cards: with as many lanes as items each has its own.
 *
 * @param most the most lanes, at least 1
 * @returns as many lanes as needed, none of them empty
 */
export function dealLanes<T>(items: readonly T[], most: number): T[][] {
  const lanes: T[][] = Array.from({ length: Math.min(most, items.length) }, () => []);
  items.forEach((item, i) => {
    lanes[i % lanes.length]?.push(item);
  });
  return lanes;
}

/**
 * Cuts a lane into batches that each fit one request.
 *
 * @param sizeOf bytes that an item takes in a request body
 * @param mostBytes limit of one request; an item above it gets a batch of its own
 */
export function cutBatches<T>(items: readonly T[], sizeOf: (item: T) => number, mostBytes: number): T[][] {
  const batches: T[][] = [];
  let room = 0;
  for (const item of items) {
    const size = sizeOf(item);
    if (batches.length === 0 || size > room) {
      batches.push([]);
      room = mostBytes;
    }
    batches.at(-1)?.push(item);
    room -= size;
  }
  return batches;
}
/**
 * Pairs two lists of the same length.
 *
 * @throws RangeError when the lengths differ: a reply would be read as another item's
 */
export function zip<A, B>(a: readonly A[], b: readonly B[]): (readonly [A, B])[] {
  if (a.length !== b.length) throw new RangeError(`cannot pair ${a.length} items with ${b.length}`);
  return a.map((item, i) => [item, b[i] as B]);
}
