import type { Fault } from '../../../local/upstash/fault-rules.js';
import type { Examination } from './examine.js';

/** Every kind of fault that schedules inject. */
export const FAULT_KINDS = [
  'drop-before',
  'drop-after',
  'delay',
  'hang',
  'status',
  'truncate',
  'garbage',
  'slot-error',
  'refusal',
  'lagging-read',
  'evict',
  'skewed-time',
  'unauthorised',
] as const satisfies readonly Fault['kind'][];

/** Every way in which a region's run can end, those of a failure apart. */
export const OUTCOMES = ['persisted', 'duplicate', 'in-flight', 'failed: no', 'failed: unknown'] as const;

/** Counts of what schedules did, to tell those that bite from those that do not. */
export interface Tally {
  readonly schedules: number;
  readonly requests: number;
  /** Injected faults by kind. */
  readonly faults: ReadonlyMap<string, number>;
  /** Outcomes of regions; of the runs that heal, none. */
  readonly outcomes: ReadonlyMap<string, number>;
  /** Requests that were executed after their run had answered, by phase. */
  readonly late: ReadonlyMap<string, number>;
  add(examination: Examination): void;
}

export function createTally(): Tally {
  let schedules = 0;
  let requests = 0;
  const faults = new Map<string, number>();
  const outcomes = new Map<string, number>();
  const late = new Map<string, number>();
  return {
    get schedules() {
      return schedules;
    },
    get requests() {
      return requests;
    },
    faults,
    outcomes,
    late,
    add({ history }) {
      schedules += 1;
      for (const { kind } of history.injected) count(faults, kind);
      for (const phase of history.witness.late) count(late, phase);
      for (const { result } of history.runs) {
        requests += result.report.redis.requests;
        for (const region of result.report.regions) {
          count(outcomes, region.status === 'failed' ? `failed: ${region.stored}` : region.status);
        }
      }
    },
  };
}

function count(counts: Map<string, number>, what: string): void {
  counts.set(what, (counts.get(what) ?? 0) + 1);
}

/** What was counted, as `persisted 12, failed: no 3`. */
export function listCounts(counts: ReadonlyMap<string, number>): string {
  return [...counts]
    .toSorted(([, a], [, b]) => b - a)
    .map(([what, times]) => `${what} ${times}`)
    .join(', ');
}
