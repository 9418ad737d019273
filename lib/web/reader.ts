import type { Config } from '../config.js';
import { REGION_IDS, REGIONS, type RegionId } from '../hazards/regions/regions.js';
import { type Clock, systemClock } from '../limits/deadline.js';
import { parseJson } from '../limits/json.js';
import {
  createReading,
  READ_TIMEOUT_MS,
  readLatest,
  readStored,
  type StoredSnapshot,
} from '../persister/reads.js';
import { RETENTION_MS } from '../persister/record.js';
import { type Removal, removeSnapshot } from '../persister/remove.js';
import { StoreError } from '../persister/upstash/error.js';
import type { History, HistoryPage, ReportList } from '../persister/upstash/lists.js';
import type { Reads } from '../persister/upstash/read.js';
import type { Removing } from '../persister/upstash/remove.js';
import { createStore } from '../persister/upstash/store.js';
import { parseReport } from '../runs/report.js';
import {
  contentOfSnapshot,
  headOfSnapshot,
  parseHead,
  type SnapshotHead,
  TrendPointSchema,
} from '../runs/snapshot.js';
import type { HealthAnswer, HistoryAnswer, RegionsAnswer, RunsAnswer } from './answers.js';
import { assessHealth, REPORTS_OF_HEALTH } from './health.js';
import type { HistoryQuery } from './read.js';

export interface ReaderDeps {
  readonly store: Reads & History & Removing;
  /** How long one read may take in all, its retries included, in ms. Default 3,000. */
  readonly limitMs?: number;
  /** Default {@link systemClock}. */
  readonly clock?: Clock;
  /** Evenly distributed in [0, 1): the jitter of the backoff. Default Math.random. */
  readonly random?: () => number;
}

/**
 * What the read routes answer, each with one request to the store, retries aside. A StoreError is returned, not
 * thrown, and says why the request failed.
 */
export interface Reader {
  /** @returns the heads of all 8 regions, always in the same order; a head is null while nothing is stored */
  regions(): Promise<RegionsAnswer | StoreError>;
  /** @returns the region's newest snapshot as it is stored, that there is none, or what is wrong with it */
  latest(regionId: RegionId): Promise<StoredSnapshot | StoreError>;
  /**
   * @param query snapshots older than 90 days are left out, whatever `from` says
   * @returns a page of the region's snapshots, newest first, with the cursor of the next
   */
  history(regionId: RegionId, query: HistoryQuery): Promise<HistoryAnswer | StoreError>;
  /**
   * @param id as in `meta.snapshot_id`
   * @returns the snapshot as it is stored, that there is none, or what is wrong with it
   */
  snapshot(id: string): Promise<StoredSnapshot | StoreError>;
  /**
   * Removes a snapshot: see {@link removeSnapshot}.
   *
   * @param id as in `meta.snapshot_id`
   */
  remove(id: string): Promise<Removal | StoreError>;
  /** @returns the reports of the last 100 runs or pushes, newest first, and how many entries could not be read */
  runs(list?: ReportList): Promise<RunsAnswer | StoreError>;
  /**
   * Whether the regions are being stored: see {@link assessHealth}.
   *
   * @returns always an answer: the status is `unreachable` when the store did not answer
   */
  health(): Promise<HealthAnswer>;
}

/**
 * Makes what the read routes ask.
 *
 * @param deps.store what {@link createStore} makes
 * @returns a reader that holds nothing between reads
 */
export function createReader(deps: ReaderDeps): Reader {
  const { store, clock = systemClock } = deps;
  const ask = createReading(deps);
  const askHeads = () => ask((signal) => store.heads(REGION_IDS, signal));

  return {
    async regions() {
      const heads = await askHeads();
      return heads instanceof StoreError ? heads : regionsAnswer(heads);
    },
    async latest(regionId) {
      const found = await ask((signal) => store.latest(regionId, signal));
      return found instanceof StoreError ? found : readLatest(found, regionId);
    },
    async history(regionId, query) {
      // Older ones wait for the next commit to be pruned, and what they name may be gone.
      const from = Math.max(query.from ?? 0, clock.now() - RETENTION_MS);
      const range = { from, to: query.to, after: query.cursor, limit: query.limit };
      const page = await ask((signal) => store.history(regionId, range, signal));
      return page instanceof StoreError ? page : historyAnswer(regionId, page);
    },
    async snapshot(id) {
      const payload = await ask((signal) => store.snapshot(id, signal));
      if (payload instanceof StoreError) return wrongType(payload, id);
      return payload === null ? { status: 'absent' } : readStored(payload, { id });
    },
    remove: (id) =>
      ask((signal) =>
        removeSnapshot({ store, contentOf: contentOfSnapshot, headOf: headOfSnapshot }, id, signal),
      ),
    async runs(list = 'runs') {
      const stored = await ask((signal) => store.reports(list, signal));
      return stored instanceof StoreError ? stored : runsAnswer(stored);
    },
    async health() {
      const pulse = await ask((signal) => store.pulse(REGION_IDS, REPORTS_OF_HEALTH, signal));
      return assessHealth(pulse, clock.now());
    },
  };
}

/** A key that does not hold a string is a fault in the data, not in the store. */
function wrongType(error: StoreError, id: string): StoredSnapshot | StoreError {
  if (error.code !== 'redis-wrongtype') return error;
  return { status: 'unreadable', id, message: 'is not stored as a string' };
}

type Heads = ReadonlyMap<string, string>;

export function regionsAnswer(heads: Heads): RegionsAnswer {
  const regions = REGIONS.map(({ id, label, note }) => {
    const head = parseHead(heads.get(id));
    return { regionId: id, label, note, head: head === null ? null : headAnswer(head) };
  });
  return { regions };
}

/** A member of the trend that cannot be read is left out. */
function historyAnswer(regionId: RegionId, { members, next }: HistoryPage): HistoryAnswer {
  const entries = members.flatMap(({ text, at }) => {
    const point = TrendPointSchema.safeParse(parseJson(text)).data;
    if (point === undefined) return [];
    const { id, regime_label: regimeLabel, pressure_score: pressureScore } = point;
    return [{ id, generatedAt: at, regimeLabel, pressureScore }];
  });
  return { regionId, entries, next };
}

function runsAnswer(entries: readonly string[]): RunsAnswer {
  const runs = entries.flatMap((entry) => parseReport(entry) ?? []);
  return { runs, unreadable: entries.length - runs.length };
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

/** A reader for one call. Not in `compose.ts`, because a read does not need the map that a run has to load. */
export function composeReader({ store }: Config): Reader {
  return createReader({ store: createStore({ ...store, requestTimeoutMs: READ_TIMEOUT_MS }) });
}
