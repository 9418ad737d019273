import { type Clock, createDeadline, type Deadline, systemClock } from '../limits/deadline.js';
import { type OpenSpan, span } from '../limits/spans.js';
import { DEFAULT_PARALLELISM, DEFAULT_RETRY, persistAll } from '../persister/persist-all.js';
import { askStore } from '../persister/reads.js';
import type { Fields } from '../persister/record.js';
import { StoreError } from '../persister/upstash/error.js';
import type { RunSummary } from '../persister/upstash/lists.js';
import type { Store } from '../persister/upstash/store.js';
import { REPORTS_BEFORE } from './changes.js';
import { collect } from './collect.js';
import type { Notify } from './notify.js';
import {
  countOutcomes,
  failureCodes,
  type LogEntry,
  type LoggedRun,
  logEntries,
  parseReport,
  type RegionReport,
  type RunReport,
  regionReport,
  type Trigger,
} from './report.js';
import { slotOf } from './slots.js';
import { draftOfSnapshot } from './snapshot.js';
import type { Source } from './source.js';

export interface RunnerDeps {
  /** For this run alone, because its usage goes into the report. */
  readonly store: Store;
  /** Named in the report: 'production', 'preview' or 'development'. */
  readonly environment: string;
  /** Ms from the beginning of a run until its answer must have been given. */
  readonly budgetMs: number;
  /** Default {@link systemClock}. */
  readonly clock?: Clock;
  /** Gets a line for the run and one for each cause that kept regions from being persisted. Default: nobody. */
  readonly log?: (entry: LogEntry) => void;
  /** Evenly distributed in [0, 1): the jitter of the backoff. Default Math.random. */
  readonly random?: () => number;
  /** The summary of a run, for readers that watch the whole; null where it has none. Default: none. */
  readonly summarise?: Summarise;
  /** Sends notifications once the report is stored: see `createNotify`. Default: none. */
  readonly notify?: Notify;
}

/**
 * @param snapshots those of the run, and those that it found current
 * @param now epoch ms
 */
export type Summarise = (
  counts: RunReport['counts'],
  snapshots: readonly Fields[],
  now: number,
) => RunSummary | null;

export interface RunRequest {
  readonly source: Source;
  /** What is collected, assessed and persisted, without repeats. The report lists regions in this order. */
  readonly regionIds: readonly string[];
  /** Who started the run. The assessment gets 'scheduled' for 'cron'. */
  readonly trigger: Exclude<Trigger, 'push'>;
  /**
   * Persists only what is due in the present slot, and reports the rest as `current`. When nothing is due the store is
   * asked once, the source not at all, and no report is stored. Default: all regions are persisted.
   */
  readonly due?: boolean;
  /** Collect and assess only: nothing is written. */
  readonly dryRun: boolean;
  /** From {@link Runner.begin}. Default: begun now. */
  readonly deadline?: Deadline;
}

export interface RunResult extends LoggedRun {
  /** What was assessed or pushed, whatever its outcome. */
  readonly snapshots: readonly Fields[];
}

export interface Runner {
  /** Begins the deadline of a run or a push, for a caller that has work to do before it. */
  begin(): Deadline;
  /**
   * Collect → assess → persist → report.
   *
   * @param request what to persist, and whether to write at all
   * @returns the result of the run, before its budget is used up. Never throws for failures of the store, the source or
   *   the feeds: those are in the report.
   * @throws what `log` throws
   */
  run(request: RunRequest): Promise<RunResult>;
  /**
   * Persists snapshots made by another program, through the same persister and with the same report.
   *
   * @param snapshots in any order; a missing `meta.snapshot_id` is made; one that cannot be stored is a `failed` region of
   *   phase `validate`
   * @param deadline from {@link begin}. Default: begun now.
   * @returns the account, with the regions in the order of the snapshots. Never throws for failures of the store.
   * @throws what `log` throws
   */
  push(snapshots: readonly Fields[], deadline?: Deadline): Promise<RunResult>;
}

type FinishedRun = RunResult & { readonly before: readonly RunReport[] | null };
type Result = Pick<RunReport, 'inputs' | 'regions'> & {
  readonly snapshots: readonly Fields[];
  /** What an earlier run of the slot stored: the summary is of all regions. */
  readonly currentSnapshots?: readonly Fields[];
};
type Beginning = Pick<RunReport, 'trigger' | 'dryRun'> & { readonly deadline?: Deadline | undefined };
type Facts = Pick<RunReport, 'runId' | 'trigger' | 'environment' | 'dryRun'>;

/**
 * What the cron function calls: runs and pushes, each under a deadline and, where somebody traces, a span of its own.
 *
 * @param deps.budgetMs ms that each run has; collect takes at most 60 % of it
 * @returns a runner. It keeps no state, but its store's counters keep growing: create both for each call.
 */
export function createRunner(deps: RunnerDeps): Runner {
  const { store, environment, budgetMs, clock = systemClock, random = Math.random, log } = deps;
  const { summarise, notify } = deps;
  const retry = DEFAULT_RETRY;

  return {
    begin,
    run: (request) => start(request, (deadline) => collectAndPersist(request, deadline)),
    push: (snapshots, deadline) =>
      start({ trigger: 'push', dryRun: false, deadline }, async (deadline) => ({
        inputs: [],
        regions: await persist(snapshots, deadline),
        snapshots,
      })),
  };

  function begin(): Deadline {
    return createDeadline({ budgetMs, clock });
  }

  /** Under a deadline and a span of its own. */
  async function start(
    { trigger, dryRun, deadline = begin() }: Beginning,
    work: (deadline: Deadline) => Promise<Result>,
  ): Promise<RunResult> {
    try {
      const facts = { runId: crypto.randomUUID(), trigger, environment, dryRun };
      const attributes = { run_id: facts.runId, trigger, environment, dry_run: dryRun };
      return await span('run', attributes, async (opened) => {
        const { before, ...result } = await finish(facts, await work(deadline), deadline);
        record(opened, result);
        if (log !== undefined) for (const entry of logEntries(result)) log(entry);
        const { report, snapshots } = result;
        const faults = await notify?.({ report, before, snapshots }, deadline.limit('notify').signal);
        for (const fault of faults ?? []) log?.(fault);
        return result;
      });
    } finally {
      deadline.close();
    }
  }

  /** Seals the report and adds it to the stored runs. */
  async function finish(facts: Facts, result: Result, deadline: Deadline): Promise<FinishedRun> {
    const { snapshots, currentSnapshots = [] } = result;
    const report = seal(facts, result, deadline, store.usage());
    // An idle tick gets no entry: eight a day, or 24, would push the runs that did something out of the list.
    if (facts.dryRun || isIdle(report))
      return { report: { ...report, reportStored: false }, snapshots, reportFailure: null, before: [] };
    const stored = await storeReport(report, [...snapshots, ...currentSnapshots], deadline);
    const [reportFailure, before] = stored instanceof StoreError ? [stored, null] : [null, stored];
    return { report: { ...report, reportStored: reportFailure === null }, snapshots, reportFailure, before };
  }

  async function storeReport(
    report: RunReport,
    snapshots: readonly Fields[],
    deadline: Deadline,
  ): Promise<readonly RunReport[] | StoreError> {
    const entry = {
      list: report.trigger === 'push' ? 'pushes' : 'runs',
      report: JSON.stringify(report),
      summary: summarise?.(report.counts, snapshots, deadline.startedAt) ?? null,
      // Earlier reports are needed only for notifications, and a push sends none.
      before: notify === undefined || report.trigger === 'push' ? 0 : REPORTS_BEFORE,
    } as const;
    const stored = await askStore((signal) => store.storeRun(entry, signal), {
      policy: retry,
      limit: deadline.limit('report'),
      random,
    });
    return stored instanceof StoreError ? stored : stored.flatMap((text) => parseReport(text) ?? []);
  }

  async function collectAndPersist(request: RunRequest, deadline: Deadline): Promise<Result> {
    const trigger = request.trigger === 'cron' ? 'scheduled' : 'manual';
    const { source, regionIds, due = false } = request;
    const collected = await collect(
      { source, store, retry, random },
      {
        regionIds,
        trigger,
        deadline,
        due,
        readCurrent: summarise !== undefined && !request.dryRun,
        // Handshakes take their two round trips while memories and feeds are read, not before the claims.
        onWork(regions) {
          if (!request.dryRun) store.preconnect(Math.min(regions, DEFAULT_PARALLELISM));
        },
      },
    );
    const { inputs, snapshots, memories, failures, current, currentSnapshots } = collected;
    const persisted = request.dryRun ? [] : await persist(snapshots, deadline, memories);
    const regions = inOrder(regionIds, [...persisted, ...failures.map(regionReport), ...current]);
    return { inputs: [...inputs], regions, snapshots, currentSnapshots };
  }

  async function persist(
    snapshots: readonly Fields[],
    deadline: Deadline,
    memories: ReadonlyMap<Fields, Fields> = new Map(),
  ): Promise<RegionReport[]> {
    const outcomes = await persistAll(
      { store, random, retry },
      {
        items: snapshots,
        entityOf: (snapshot) => String(snapshot.region_id),
        draftOf: (snapshot) => draftOfSnapshot(snapshot, deadline.startedAt, memories.get(snapshot)),
        deadline,
      },
    );
    return outcomes.map(regionReport);
  }
}

/** @param redis what the store was asked up to now */
function seal(facts: Facts, result: Result, deadline: Deadline, redis: RunReport['redis']): RunReport {
  return {
    runId: facts.runId,
    trigger: facts.trigger,
    environment: facts.environment,
    startedAt: new Date(deadline.startedAt).toISOString(),
    durationMs: Math.round(deadline.elapsedMs()),
    budgetMs: deadline.budgetMs,
    dryRun: facts.dryRun,
    slot: slotOf(deadline.startedAt),
    counts: countOutcomes(result.regions),
    inputs: result.inputs,
    regions: result.regions,
    redis,
    reportStored: true,
  };
}

function record(opened: OpenSpan, { report: { counts, regions }, reportFailure }: RunResult): void {
  opened.set({
    'count.persisted': counts.persisted,
    'count.duplicate': counts.duplicate,
    'count.current': counts.current,
    'count.in_flight': counts.inFlight,
    'count.failed': counts.failed,
    report_failure: reportFailure?.code,
  });
  if (counts.failed > 0) opened.fail(failureCodes(regions));
}

/** Nothing was due, so the feeds were not read either. */
function isIdle({ counts, regions, inputs }: RunReport): boolean {
  return counts.current > 0 && counts.current === regions.length && inputs.length === 0;
}

function inOrder(regionIds: readonly string[], reports: readonly RegionReport[]): RegionReport[] {
  return reports.toSorted((a, b) => regionIds.indexOf(a.regionId) - regionIds.indexOf(b.regionId));
}
