import { type Clock, systemClock } from './clock.js';
import { collect } from './collect.js';
import { createDeadline, type Deadline } from './deadline.js';
import { type LogEntry, logEntries } from './log.js';
import { createPersister, DEFAULT_PARALLELISM, DEFAULT_RETRY } from './persister/persister.js';
import { countOutcomes, type RegionReport, type RunReport, type Trigger } from './report.js';
import type { Snapshot } from './snapshot.js';
import type { SnapshotSource } from './sources/snapshot-source.js';
import { askStore } from './store/ask.js';
import { runCommands } from './store/runs.js';
import type { SnapshotStore } from './store/snapshot-store.js';
import { StoreError } from './store/store-error.js';
import { summarise } from './summary.js';

export interface RunnerDeps {
  /** Of this run alone: its usage goes into the report. */
  readonly store: SnapshotStore;
  /** Named in the report: 'production', 'preview' or 'development'. */
  readonly environment: string;
  /** Ms from now until the answer must have been given. */
  readonly budgetMs: number;
  readonly clock?: Clock;
  /** Is given a line for the run and one for each region that was not persisted. Default: nobody. */
  readonly log?: (entry: LogEntry) => void;
  /** Evenly distributed in [0, 1). */
  readonly random?: () => number;
}

export interface RunRequest {
  readonly source: SnapshotSource;
  readonly regionIds: readonly string[];
  readonly trigger: Exclude<Trigger, 'push'>;
  /** Collect and assess only: nothing is written. */
  readonly dryRun: boolean;
}

export interface RunResult {
  readonly report: RunReport;
  /** What was assessed or pushed, whatever became of it. */
  readonly snapshots: readonly Snapshot[];
  /** Why the report could not be added to the stored runs; null when it was, or was not to be. */
  readonly reportFailure: StoreError | null;
}

export interface Runner {
  /** Collect → assess → persist → report. Never throws for what the store or the feeds did. */
  run(request: RunRequest): Promise<RunResult>;
  /** Persists snapshots that somebody else made, through the same persister and with the same report. */
  push(snapshots: readonly Snapshot[]): Promise<RunResult>;
}

type Work = Pick<RunReport, 'inputs' | 'regions'> & { snapshots: readonly Snapshot[] };

export function createRunner(deps: RunnerDeps): Runner {
  const { store, environment, budgetMs, clock = systemClock, random = Math.random, log } = deps;
  const retry = DEFAULT_RETRY;
  const persister = createPersister({ store, random });

  return {
    run: (request) => withDeadline(request, (deadline) => collectAndPersist(request, deadline)),
    push: (snapshots) =>
      withDeadline({ trigger: 'push', dryRun: false }, async (deadline) => ({
        inputs: [],
        regions: [...(await persister.persist(snapshots, deadline))],
        snapshots,
      })),
  };

  async function withDeadline(
    about: { trigger: Trigger; dryRun: boolean },
    work: (deadline: Deadline) => Promise<Work>,
  ): Promise<RunResult> {
    const deadline = createDeadline({ budgetMs, clock });
    try {
      const runId = crypto.randomUUID();
      const { snapshots, ...done } = await work(deadline);
      const account = { runId, environment, ...about, ...done, counts: countOutcomes(done.regions) };
      const reportFailure = about.dryRun ? null : await storeReport(account, snapshots, deadline);
      const result = { report: seal(account, deadline, store.usage()), snapshots, reportFailure };
      if (log !== undefined) for (const entry of logEntries(result)) log(entry);
      return result;
    } finally {
      deadline.close();
    }
  }

  async function collectAndPersist(request: RunRequest, deadline: Deadline): Promise<Work> {
    const trigger = request.trigger === 'cron' ? 'scheduled' : 'manual';
    const { source, regionIds } = request;
    // Handshakes take their two round trips while heads and feeds are read, not before the claims.
    if (!request.dryRun) store.preconnect(Math.min(regionIds.length, DEFAULT_PARALLELISM));
    const collected = await collect({ source, store, retry, random }, { regionIds, trigger, deadline });
    const { inputs, snapshots, failures } = collected;
    const outcomes = request.dryRun ? [] : await persister.persist(snapshots, deadline);
    return { inputs: [...inputs], regions: inOrder(regionIds, [...outcomes, ...failures]), snapshots };
  }

  /** The stored report counts the request that stores it; how long that took is known only afterwards. */
  async function storeReport(
    account: Account,
    snapshots: readonly Snapshot[],
    deadline: Deadline,
  ): Promise<StoreError | null> {
    // A push may be a backfill: it says nothing of whether the cron is alive.
    const isRun = account.trigger !== 'push';
    const summary = isRun ? summarise(account.counts, snapshots, deadline.startedAt) : null;
    const { requests, commands } = store.usage();
    const usage = { requests: requests + 1, commands: commands + runCommands(summary) };
    const report = seal(account, deadline, usage);
    const stored = await askStore((signal) => store.storeRun(report, summary, signal), {
      policy: retry,
      limit: deadline.limit('report'),
      random,
    });
    return stored instanceof StoreError ? stored : null;
  }
}

type Account = Omit<RunReport, 'startedAt' | 'durationMs' | 'budgetMs' | 'redis'>;

function seal(account: Account, deadline: Deadline, redis: RunReport['redis']): RunReport {
  const { runId, trigger, environment, dryRun, counts, inputs, regions } = account;
  const startedAt = new Date(deadline.startedAt).toISOString();
  const durationMs = Math.round(deadline.elapsedMs());
  const { budgetMs } = deadline;
  return {
    runId,
    trigger,
    environment,
    startedAt,
    durationMs,
    budgetMs,
    dryRun,
    counts,
    inputs,
    regions,
    redis,
  };
}

function inOrder(regionIds: readonly string[], reports: readonly RegionReport[]): RegionReport[] {
  return reports.toSorted((a, b) => regionIds.indexOf(a.regionId) - regionIds.indexOf(b.regionId));
}
