import type { Tracer } from '@opentelemetry/api';
import { summarise } from '../hazards/summary.js';
import { type Clock, createDeadline, type Deadline, systemClock } from '../limits/deadline.js';
import { askStore, type RetryPolicy } from '../limits/retry.js';
import type { RegionReport } from '../persister/outcome.js';
import { createPersister, DEFAULT_PARALLELISM, DEFAULT_RETRY } from '../persister/persister.js';
import { StoreError } from '../persister/upstash/error.js';
import { runCommands } from '../persister/upstash/runs.js';
import type { SnapshotStore } from '../persister/upstash/store.js';
import { type OpenSpan, openTrace, type Trace } from '../tracing.js';
import { collect } from './collect.js';
import { type LogEntry, logEntries } from './log.js';
import {
  type Account,
  countOutcomes,
  failureCodes,
  type RunReport,
  sealReport,
  type Trigger,
} from './report.js';
import type { Snapshot } from './snapshot.js';
import type { SnapshotSource } from './source.js';

export interface RunnerDeps {
  /** Of this run alone: its usage goes into the report. */
  readonly store: SnapshotStore;
  /** Named in the report: 'production', 'preview' or 'development'. */
  readonly environment: string;
  /** Ms from the beginning of a run until its answer must have been given. */
  readonly budgetMs: number;
  /** Default {@link systemClock}. */
  readonly clock?: Clock;
  /** Is given a line for the run and one for each region that was not persisted. Default: nobody. */
  readonly log?: (entry: LogEntry) => void;
  /** Evenly distributed in [0, 1): the jitter of the backoff. Default Math.random. */
  readonly random?: () => number;
  /** Makes the spans of a run. Default: the tracer registered globally with `@opentelemetry/api`, if there is one. */
  readonly tracer?: Tracer;
}

export interface RunRequest {
  readonly source: SnapshotSource;
  /** What is collected, assessed and persisted, without repeats. The report lists regions in this order. */
  readonly regionIds: readonly string[];
  /** Who asked for the run. The assessment is told 'scheduled' for 'cron'. */
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
  /**
   * Collect → assess → persist → report.
   *
   * @param request what to persist, and whether to write at all
   * @returns the account of the run, before its budget is used up. Never throws for what the store, the source or the
   *   feeds did: that is in the report.
   * @throws what `log` throws
   */
  run(request: RunRequest): Promise<RunResult>;
  /**
   * Persists snapshots that somebody else made, through the same persister and with the same report.
   *
   * @param snapshots in any order; one that cannot be stored is a `failed` region of phase `validate`
   * @returns the account, with the regions in the order of the snapshots. Never throws for what the store did.
   * @throws what `log` throws
   */
  push(snapshots: readonly Snapshot[]): Promise<RunResult>;
}

type Work = Pick<RunReport, 'inputs' | 'regions'> & { snapshots: readonly Snapshot[] };
type RunWork = (deadline: Deadline, trace: Trace) => Promise<Work>;

/**
 * What the cron function calls: runs and pushes, each under a deadline and, where somebody traces, a span of its own.
 *
 * @param deps.budgetMs ms that each run has; collect takes at most 60 % of it
 * @returns a runner. It holds nothing between runs, but its store counts on: make both anew for each call.
 */
export function createRunner(deps: RunnerDeps): Runner {
  const { store, environment, budgetMs, clock = systemClock, random = Math.random, log, tracer } = deps;
  const retry = DEFAULT_RETRY;
  const persister = createPersister({ store, random });

  return {
    run: (request) => start(request, (deadline, trace) => collectAndPersist(request, deadline, trace)),
    push: (snapshots) =>
      start({ trigger: 'push', dryRun: false }, async (deadline, trace) => ({
        inputs: [],
        regions: [...(await persister.persist(snapshots, deadline, trace))],
        snapshots,
      })),
  };

  /** Under a deadline and a span of its own. */
  async function start(
    { trigger, dryRun }: Pick<RunReport, 'trigger' | 'dryRun'>,
    work: RunWork,
  ): Promise<RunResult> {
    const deadline = createDeadline({ budgetMs, clock });
    try {
      const facts = { runId: crypto.randomUUID(), trigger, environment, dryRun };
      const attributes = { run_id: facts.runId, trigger, environment, dry_run: dryRun };
      const trace = await openTrace(tracer);
      return await trace.span('run', attributes, async (span) => {
        const result = await finish(facts, await work(deadline, span), deadline);
        record(span, result);
        if (log !== undefined) for (const entry of logEntries(result)) log(entry);
        return result;
      });
    } finally {
      deadline.close();
    }
  }

  async function finish(
    facts: Pick<Account, 'runId' | 'trigger' | 'environment' | 'dryRun'>,
    { snapshots, ...done }: Work,
    deadline: Deadline,
  ): Promise<RunResult> {
    const account = { ...facts, ...done, counts: countOutcomes(done.regions) };
    const reportFailure = facts.dryRun
      ? null
      : await storeReport({ store, retry, random }, account, { snapshots, deadline });
    return { report: sealReport(account, deadline, store.usage()), snapshots, reportFailure };
  }

  async function collectAndPersist(request: RunRequest, deadline: Deadline, trace: Trace): Promise<Work> {
    const trigger = request.trigger === 'cron' ? 'scheduled' : 'manual';
    const { source, regionIds } = request;
    // Handshakes take their two round trips while heads and feeds are read, not before the claims.
    if (!request.dryRun) store.preconnect(Math.min(regionIds.length, DEFAULT_PARALLELISM));
    const collected = await collect(
      { source, store, retry, random },
      { regionIds, trigger, deadline, trace },
    );
    const { inputs, snapshots, failures } = collected;
    const outcomes = request.dryRun ? [] : await persister.persist(snapshots, deadline, trace);
    return { inputs: [...inputs], regions: inOrder(regionIds, [...outcomes, ...failures]), snapshots };
  }
}

function record(span: OpenSpan, { report: { counts, regions }, reportFailure }: RunResult): void {
  span.set({
    'count.persisted': counts.persisted,
    'count.duplicate': counts.duplicate,
    'count.in_flight': counts.inFlight,
    'count.failed': counts.failed,
    report_failure: reportFailure?.code,
  });
  if (counts.failed > 0) span.fail(failureCodes(regions));
}

function inOrder(regionIds: readonly string[], reports: readonly RegionReport[]): RegionReport[] {
  return reports.toSorted((a, b) => regionIds.indexOf(a.regionId) - regionIds.indexOf(b.regionId));
}

export interface StoreReportDeps {
  readonly store: Pick<SnapshotStore, 'storeRun' | 'usage'>;
  readonly retry: RetryPolicy;
  readonly random: () => number;
}

/**
 * Adds the account of a run to the stored runs. The stored report counts the request that stores it; how long that took
 * is known only afterwards.
 *
 * @param snapshots of the run: what its summary is made from
 * @returns why it could not be stored; null when it was
 */
export async function storeReport(
  { store, retry, random }: StoreReportDeps,
  account: Account,
  { snapshots, deadline }: { readonly snapshots: readonly Snapshot[]; readonly deadline: Deadline },
): Promise<StoreError | null> {
  // A push may be a backfill: it says nothing of whether the cron is alive.
  const isRun = account.trigger !== 'push';
  const summary = isRun ? summarise(account.counts, snapshots, deadline.startedAt) : null;
  const { requests, commands } = store.usage();
  const usage = { requests: requests + 1, commands: commands + runCommands(summary) };
  const report = sealReport(account, deadline, usage);
  const stored = await askStore((signal) => store.storeRun(report, summary, signal), {
    policy: retry,
    limit: deadline.limit('report'),
    random,
  });
  return stored instanceof StoreError ? stored : null;
}
