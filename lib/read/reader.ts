import { type Clock, systemClock } from '../clock.js';
import { REGION_IDS, type RegionId } from '../regions.js';
import type { RetryPolicy } from '../retry.js';
import { HISTORY_MS } from '../snapshot.js';
import { askStore } from '../store/ask.js';
import type { Heads } from '../store/heads.js';
import type { History } from '../store/history.js';
import type { Reads } from '../store/reads.js';
import { StoreError } from '../store/store-error.js';
import type { StoredSnapshot } from '../store/stored-snapshot.js';
import { withTimeout } from '../timeout.js';
import type { HealthAnswer, HistoryAnswer, RegionsAnswer, RunsAnswer } from './answers.js';
import { assessHealth } from './health.js';
import type { HistoryQuery } from './history-query.js';
import { historyAnswer, regionsAnswer } from './to-answer.js';

/** How long a read may take in all, its retries included, in ms. */
export const READ_LIMIT_MS = 3_000;
/** Waits of up to 100 and 200 ms. */
const READ_RETRY: RetryPolicy = { attempts: 3, baseMs: 100, capMs: 500 };

export interface ReaderDeps {
  readonly store: Heads & Reads & History;
  /** How long one read may take in all, its retries included, in ms. Default 3,000. */
  readonly limitMs?: number;
  /** Default {@link systemClock}. */
  readonly clock?: Clock;
  /** Evenly distributed in [0, 1): the jitter of the backoff. Default Math.random. */
  readonly random?: () => number;
}

/**
 * What the read routes answer, each with one request to the store, retries aside. Nothing is thrown for what the store
 * did: a StoreError is returned and says why it could not be asked.
 */
export interface Reader {
  /** @returns the heads of all 8 regions, always in the same order; a head is null while nothing is stored */
  regions(): Promise<RegionsAnswer | StoreError>;
  /** @returns the region's newest snapshot as it is stored, that there is none, or what is wrong with it */
  latest(regionId: RegionId): Promise<StoredSnapshot | StoreError>;
  /**
   * @param query what is older than 90 days is left out, whatever `from` says
   * @returns a page of the region's snapshots, newest first, with the relative URL of the next
   */
  history(regionId: RegionId, query: HistoryQuery): Promise<HistoryAnswer | StoreError>;
  /**
   * @param id as in `meta.snapshot_id`
   * @returns the snapshot as it is stored, that there is none, or what is wrong with it
   */
  snapshot(id: string): Promise<StoredSnapshot | StoreError>;
  /** @returns the reports of the last 100 runs, newest first, and how many entries could not be read */
  runs(): Promise<RunsAnswer | StoreError>;
  /**
   * Whether the regions are being stored: `ok` when the newest snapshot of each is younger than 12 hours.
   *
   * @returns an answer in any case: that the store cannot be asked is `unreachable`
   */
  health(): Promise<HealthAnswer>;
}

/**
 * Makes what the read routes ask.
 *
 * @param deps.store what {@link createSnapshotStore} makes
 * @returns a reader that holds nothing between reads
 */
export function createReader(deps: ReaderDeps): Reader {
  const { store, limitMs = READ_LIMIT_MS, clock = systemClock, random = Math.random } = deps;

  /** One limit for all attempts; its timer ends with them. */
  function ask<T>(read: (signal: AbortSignal) => Promise<T>): Promise<T | StoreError> {
    const endsAt = clock.monotonic() + limitMs;
    const remainingMs = () => Math.max(0, endsAt - clock.monotonic());
    return withTimeout({ signal: new AbortController().signal, timeoutMs: limitMs }, (signal) =>
      askStore(read, { policy: READ_RETRY, limit: { signal, remainingMs }, random }),
    );
  }

  const askHeads = () => ask((signal) => store.heads(REGION_IDS, signal));

  return {
    async regions() {
      const heads = await askHeads();
      return heads instanceof StoreError ? heads : regionsAnswer(heads);
    },
    latest: (regionId) => ask((signal) => store.latest(regionId, signal)),
    async history(regionId, query) {
      // Older ones wait for the next commit to be pruned, and what they name may be gone.
      const from = Math.max(query.from ?? 0, clock.now() - HISTORY_MS);
      const range = { from, to: query.to, after: query.cursor, limit: query.limit };
      const page = await ask((signal) => store.history(regionId, range, signal));
      return page instanceof StoreError ? page : historyAnswer(regionId, query, page);
    },
    snapshot: (id) => ask((signal) => store.snapshot(id, signal)),
    async runs() {
      const stored = await ask((signal) => store.runs(signal));
      return stored instanceof StoreError ? stored : { ...stored, runs: [...stored.runs] };
    },
    health: async () => assessHealth(await askHeads(), clock.now()),
  };
}
