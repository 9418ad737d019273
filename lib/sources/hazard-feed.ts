import type { HazardEvent } from './hazard-event.js';
import type { CollectContext } from './snapshot-source.js';

/** One input: it answers as a whole or is missing as a whole. */
export interface HazardFeed {
  /** Names it in reports and in `missing_inputs`. */
  readonly name: string;
  /**
   * @param context.now epoch ms; the window ends here
   * @param context.signal everything must stop when it fires
   * @returns the events, and what could not be read of them
   * @throws when the feed could not be read: the message goes into the report, so it names no secret. A row that could not be read is counted, not thrown.
   */
  read(context: CollectContext): Promise<FeedReading>;
}

/** What a feed answered. */
export interface FeedReading {
  /** Distinct, in the window, with an alert level. */
  readonly events: readonly HazardEvent[];
  /** Rows that could not be read. */
  readonly skipped: number;
  /** What else whoever reads the report should know. */
  readonly notes: readonly string[];
}

/** What every feed over HTTP is made with. */
export interface HttpFeedDeps {
  /** Replaces the public address. */
  readonly url?: string | undefined;
  /** Default: the global one. */
  readonly fetch?: typeof globalThis.fetch;
  /** Evenly distributed in [0, 1): the jitter of the retry. Default Math.random. */
  readonly random?: () => number;
  /** Limit of one attempt, its body included, in ms. Default 15,000. */
  readonly timeoutMs?: number;
}
