import { tracingChannel } from 'node:diagnostics_channel';

/** Names, counts and outcomes; never content, a token or a URL. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean | string[] | undefined>>;

/** A span in progress, as seen by its work. */
export interface OpenSpan {
  /** Adds attributes that were not known at its beginning. */
  set(attributes: SpanAttributes): void;
  /** @param codes why it failed: stable codes */
  fail(codes: readonly string[]): void;
}

/** Calls `work` once and returns what it returns. */
export type Around = <T>(work: () => T) => T;

/** What subscribers of the channel are given: the same object from a span's start to its end. */
export interface SpanEvent {
  readonly name: string;
  /** Those known so far. */
  attributes: SpanAttributes;
  /** Why it failed, as far as known. Empty when it did not. */
  codes: readonly string[];
  /** What the work threw; absent when it threw nothing. Its message may quote anything: do not pass it on. */
  error?: unknown;
  /** A subscriber that has to be on the stack while the work begins adds itself here at the start. */
  readonly around: Around[];
}

/** Follows the conventions of a tracing channel: `start` and `end`, `asyncStart` and `asyncEnd`, `error`. */
export const SPANS = tracingChannel<unknown, SpanEvent>('region-persister:span');

const NO_SPAN: OpenSpan = { set: () => undefined, fail: () => undefined };

/**
 * Reports to the subscribers of the channel how long `work` takes and how it ends. Without a subscriber it only
 * calls `work`. Spans that are opened while it runs are its children.
 *
 * @returns what `work` returns
 * @throws what `work` throws
 */
export async function span<T>(
  name: string,
  attributes: SpanAttributes,
  work: (span: OpenSpan) => Promise<T>,
): Promise<T> {
  if (!SPANS.hasSubscribers) return work(NO_SPAN);
  const event: SpanEvent = { name, attributes, codes: [], around: [] };
  // Async, so that the channel also treats what is thrown at once as a rejection.
  const begin = async () => work(openSpan(event));
  return SPANS.tracePromise(() => surround(begin, event.around), event);
}

function openSpan(event: SpanEvent): OpenSpan {
  return {
    set(attributes) {
      event.attributes = { ...event.attributes, ...attributes };
    },
    fail(codes) {
      event.codes = codes;
    },
  };
}

function surround<T>(work: () => T, around: readonly Around[]): T {
  return around.reduce((inner, outer) => () => outer(inner), work)();
}
