import type { RegionReport } from '../../../lib/runs/report.js';
import type { RunResult } from '../../../lib/runs/run.js';
import type { Snapshot } from '../../../lib/runs/snapshot.js';
import type { InjectedFault } from '../../../local/upstash/faults.js';
import type { Evictions } from './evictions.js';
import type { StoredSnapshot } from './key-space.js';
import type { Pointers } from './pointers.js';
import type { RunRecorder } from './run-recorder.js';
import type { Schedule } from './schedule.js';
import type { Witness } from './witness.js';

/** All that is known of a schedule that was played. */
export interface History {
  readonly schedule: Schedule;
  readonly runs: readonly PlayedRun[];
  /** After each executed commit, and of one moment each; in order. */
  readonly pointers: readonly Pointers[];
  readonly injected: readonly InjectedFault[];
  readonly witness: Witness;
  readonly evictions: Evictions;
  /** Whether claims expired while their runs were under way. */
  readonly claimsExpired: boolean;
  /** What was written to the console meanwhile. */
  readonly written: readonly string[];
  /** Texts that must be in no report, error or log line. */
  readonly secrets: readonly string[];
}

export interface PlayedRun {
  /** For those who read of a violation. */
  readonly name: string;
  readonly budgetMs: number;
  readonly result: RunResult;
  /** One for each region or pushed snapshot, in the order of the report. */
  readonly passages: readonly PlayedPassage[];
  readonly recorder: RunRecorder;
  /** Every error of the store that the run met, also those it got over. */
  readonly errors: readonly unknown[];
  /** How long the process did not come to run its timers while the run was under way, in ms in all. */
  readonly stalledMs: number;
  /** What was stored of all that it brought or named, by id, when it had just answered. */
  readonly storedAtAnswer: ReadonlyMap<string, StoredSnapshot>;
  /** Requests of it that were neither answered nor given up when it had answered. */
  readonly requestsLeft: number;
}

export interface PlayedPassage {
  readonly report: RegionReport;
  /** undefined when there was none to persist. */
  readonly snapshot: Snapshot | undefined;
}

/** What was wrong, in words; empty when the invariant holds. */
export type Violations = readonly string[];

/** Each snapshot that got as far as being persisted or not, with its report and its run. */
export function allPassages(history: Pick<History, 'runs'>) {
  return history.runs.flatMap((run) =>
    run.passages.flatMap(({ report, snapshot }) =>
      snapshot === undefined
        ? []
        : [{ run, report, snapshot, what: `${run.name}, ${report.regionId} (${snapshot.meta.snapshot_id})` }],
    ),
  );
}
