import type { Config } from '../config.js';
import { REGION_IDS, REGIONS, type RegionId } from '../hazards/regions/regions.js';
import { type Clock, systemClock, withTimeout } from '../limits/deadline.js';
import { askStore, type RetryPolicy } from '../limits/retry.js';
import { zip } from '../persister/lane.js';
import { HISTORY_MS } from '../persister/record.js';
import { StoreError } from '../persister/upstash/error.js';
import type { Heads, History, HistoryPage, Reads } from '../persister/upstash/read.js';
import { createSnapshotStore } from '../persister/upstash/store.js';
import type { SnapshotHead, StoredSnapshot } from '../runs/snapshot.js';
import type { HealthAnswer, HistoryAnswer, RegionsAnswer, RunsAnswer } from './answers.js';
import { formatCursor, type HistoryQuery } from './history.js';

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

/** @param heads one for each of REGIONS, in order */
export function regionsAnswer(heads: readonly (SnapshotHead | null)[]): RegionsAnswer {
  return {
    regions: zip(REGIONS, heads).map(([{ id, label }, head]) => ({
      regionId: id,
      label,
      head: head === null ? null : headAnswer(head),
    })),
  };
}

/** @param query what `page` was asked for with: its bounds are those of the next page */
export function historyAnswer(
  regionId: RegionId,
  query: HistoryQuery,
  { points, next }: HistoryPage,
): HistoryAnswer {
  return {
    regionId,
    entries: points.map(({ id, generatedAt, regime_label, pressure_score }) => ({
      id,
      generatedAt,
      regimeLabel: regime_label,
      pressureScore: pressure_score,
    })),
    next: next === null ? null : nextLink(regionId, query, formatCursor(next)),
  };
}

function headAnswer({ id, generated_at: generatedAt, regime, pressure_score: pressureScore }: SnapshotHead) {
  if (regime === null) return { id, generatedAt, regime, pressureScore };
  const { label, previous_label, transitioned_at, transition_driver } = regime;
  return {
    id,
    generatedAt,
    regime: {
      label,
      previousLabel: previous_label,
      transitionedAt: transitioned_at,
      transitionDriver: transition_driver,
    },
    pressureScore,
  };
}

function nextLink(regionId: RegionId, { from, limit }: HistoryQuery, cursor: string): string {
  const params = new URLSearchParams({ limit: `${limit}`, cursor });
  if (from !== null) params.set('from', `${from}`);
  return `/api/regions/${regionId}/history?${params}`;
}

/** Twice the interval of the runs: one may come late or not at all. */
export const STALE_AFTER_MS = 12 * 60 * 60_000;

/**
 * Whether the regions are being stored: `ok` when the latest snapshot of each is younger than 12 hours.
 *
 * @param heads one for each of REGION_IDS, in order; or why they could not be read
 * @param now epoch ms
 */
export function assessHealth(
  heads: readonly (SnapshotHead | null)[] | StoreError,
  now: number,
): HealthAnswer {
  if (heads instanceof StoreError) {
    const regions = REGION_IDS.map((regionId) => ({ regionId, ageMs: null }));
    return { status: 'unreachable', staleAfterMs: STALE_AFTER_MS, regions, message: heads.message };
  }
  const regions = zip(REGION_IDS, heads).map(([regionId, head]) => ({ regionId, ageMs: ageMs(head, now) }));
  const isFresh = regions.every(({ ageMs }) => ageMs !== null && ageMs < STALE_AFTER_MS);
  return { status: isFresh ? 'ok' : 'stale', staleAfterMs: STALE_AFTER_MS, regions };
}

/** A pushed snapshot may be dated ahead: it is new, not of negative age. */
function ageMs(head: SnapshotHead | null, now: number): number | null {
  return head === null ? null : Math.max(0, now - head.generated_at);
}

/** Half of what a read may take, so that a request that hangs is sent once more. In ms. */
const REQUEST_TIMEOUT_MS = 1_400;

/** A reader for one call. Apart from `compose.ts`, because a read has no use for the map that a run has to load. */
export function composeReader({ store }: Config): Reader {
  return createReader({ store: createSnapshotStore({ ...store, requestTimeoutMs: REQUEST_TIMEOUT_MS }) });
}
