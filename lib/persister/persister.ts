import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Deadline } from '../limits/deadline.js';
import type { RetryPolicy } from '../limits/retry.js';
import { prepareSnapshot, type Snapshot } from '../runs/snapshot.js';
import { NO_TRACE, type Trace } from '../tracing.js';
import { dealLanes } from './lane.js';
import { createPassage, failedUnsent, type Passage, type RegionReport, reportOf } from './outcome.js';
import { type LaneDeps, persistLane } from './persist-one.js';

/** Lanes that work at the same time. With 8 regions each has a lane of its own. */
export const DEFAULT_PARALLELISM = 8;
/** Upstash refuses requests above 10 MB; what takes more than this to commit is refused here. */
export const MAX_REQUEST_BYTES = 8_000_000;
/**
 * What one commit of a lane carries when it has several snapshots. 8 lanes together then have 32 MB under way, 2.6 s of
 * a 100 Mbit/s line: inside the 5 s of a request, where four fifths of what Upstash takes would not be.
 */
export const BATCH_BYTES = 4_000_000;
/** Waits of up to 100, 200, 400 and 800 ms: a dead store is given up after about a second. */
export const DEFAULT_RETRY: RetryPolicy = { attempts: 5, baseMs: 100, capMs: 2_000 };

export interface PersisterDeps {
  /** Claims, publishes and settles; {@link createSnapshotStore} makes one. */
  readonly store: LaneDeps['store'];
  /** The most lanes, at least 1. Default 8. */
  readonly parallelism?: number;
  /** How often a request is sent, and the waits between. Default: 5 attempts, waits of up to 100, 200, 400, 800 ms. */
  readonly retry?: RetryPolicy;
  /** Evenly distributed in [0, 1): the jitter of the backoff. Default Math.random. */
  readonly random?: () => number;
  /** Makes the owner tokens. Default crypto.randomUUID. */
  readonly newToken?: () => string;
}

export interface Persister {
  /**
   * Stores snapshots in parallel, each deduplicated and isolated from the others.
   *
   * @param snapshots in any order, of any number of regions
   * @param deadline no request and no wait goes beyond it
   * @param trace gets a span for each claim, commit and settle of a lane. Default: none is recorded.
   * @returns what became of each snapshot, in the order given. Never throws for what the store did or did not do.
   */
  persist(
    snapshots: readonly Snapshot[],
    deadline: Deadline,
    trace?: Trace,
  ): Promise<readonly RegionReport[]>;
}

/**
 * Makes what stores snapshots in parallel lanes, each at most once and none at the cost of another. The protocol of a
 * lane is drawn above `persistLane` in `persist-lane.ts`.
 *
 * @param deps.parallelism lanes that work at the same time
 * @returns a persister that holds nothing between calls
 * @throws RangeError when `parallelism` is no whole number above 0
 */
export function createPersister(deps: PersisterDeps): Persister {
  const { store, parallelism = DEFAULT_PARALLELISM, retry = DEFAULT_RETRY } = deps;
  const { random = Math.random, newToken = () => crypto.randomUUID() } = deps;
  if (!Number.isInteger(parallelism) || parallelism < 1) {
    throw new RangeError(`parallelism must be a whole number above 0, not ${parallelism}`);
  }
  return {
    async persist(snapshots, deadline, trace = NO_TRACE) {
      const lane: LaneDeps = { store, deadline, random, retry, maxRequestBytes: BATCH_BYTES, trace };
      const reports: (() => RegionReport)[] = [];
      const lanes: Promise<unknown>[] = [];
      for (const dealt of dealLanes([...snapshots.entries()], parallelism)) {
        const passages = dealt.flatMap(([place, snapshot]) => {
          const { passage, report } = enter(snapshot, newToken, deadline);
          reports[place] = report;
          return passage ?? [];
        });
        // A bug in one lane shows in the reports of that lane alone.
        if (passages.length > 0) lanes.push(Promise.allSettled([persistLane(passages, lane)]));
        // The network and the store work on this lane while the next one is made ready.
        await nextTurn();
      }
      await Promise.all(lanes);
      return reports.map((report) => report());
    },
  };
}

/** A passage for a lane, or none when the snapshot cannot be stored; and what there will be to report of it. */
function enter(
  snapshot: Snapshot,
  newToken: () => string,
  deadline: Deadline,
): { readonly passage: Passage | null; readonly report: () => RegionReport } {
  const preparation = prepareSnapshot(snapshot, { now: deadline.startedAt, maxBytes: MAX_REQUEST_BYTES });
  if (preparation.ok) {
    const passage = createPassage(preparation.prepared, newToken(), deadline.elapsedMs());
    return { passage, report: () => reportOf(passage) };
  }
  const { code, message } = preparation;
  const refusal = failedUnsent(snapshot.region_id, { phase: 'validate', code, message });
  return { passage: null, report: () => refusal };
}
