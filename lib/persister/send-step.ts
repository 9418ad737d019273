import type { StoreError } from '../store/store-error.js';
import type { OpenSpan, Trace } from '../tracing.js';
import type { Passage } from './passage.js';
import { type SendBatch, type Sent, sendBatch } from './send-batch.js';

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
