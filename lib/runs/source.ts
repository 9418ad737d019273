import type { Trace } from '../tracing.js';
import type { InputReport } from './report.js';
import type { Snapshot, SnapshotHead } from './snapshot.js';

/**
 * Where snapshots come from. The hazard source (GDACS and USGS) is one; put in your own to persist something
 * else. `collect` runs while the heads of the previous snapshots are being read, so the two share one wait.
 */
export interface Source {
  /**
   * Reads the inputs.
   *
   * @param context.now epoch ms of the run: the `generated_at` of its snapshots
   * @param context.signal fires when the collect share of the deadline is used up; everything must stop by then
   * @returns what was read. An input that failed is reported in `inputs`, not thrown.
   * @throws rather not: a throw fails every region with `source-failed`, and nobody is told its message
   */
  collect(context: CollectContext): Promise<Collection>;
}

/** What an input is read with. */
export interface CollectContext {
  /** Epoch ms of the run. */
  readonly now: number;
  /** Fires when everything must stop. */
  readonly signal: AbortSignal;
  /** For spans of the source's own, such as one for each input. Default: none is recorded. */
  readonly trace?: Trace;
}

/** What was read, ready to be assessed region by region. */
export interface Collection {
  /** In the order in which they are to be reported. */
  readonly inputs: readonly InputReport[];
  /**
   * Builds one snapshot from what was collected. Pure and synchronous.
   *
   * @returns the snapshot, or why there is none. A throw fails this region alone, with `assess-failed`.
   */
  assess(request: AssessRequest): Assessment;
}

/** Which snapshot to build. */
export interface AssessRequest {
  readonly regionId: string;
  /** Head of the region's last snapshot, null when there is none. */
  readonly previousHead: SnapshotHead | null;
  /** Epoch ms of the run: the `generated_at` of the snapshot. */
  readonly now: number;
  /** For the snapshot's `trigger_reason`. */
  readonly trigger: 'scheduled' | 'manual';
}

/** A snapshot, or a stable code and a message for people that both go into the report: no content, no secret. */
export type Assessment =
  | { readonly status: 'assessed'; readonly snapshot: Snapshot }
  | { readonly status: 'failed'; readonly code: string; readonly message: string };
