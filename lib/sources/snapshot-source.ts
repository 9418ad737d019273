import type { InputReport } from '../report.js';
import type { Snapshot, SnapshotHead } from '../snapshot.js';

/**
 * Where snapshots come from. The hazard source (GDACS and USGS) is one; put in your own to persist something
 * else. `collect` runs while the heads of the previous snapshots are being read, so the two share one wait.
 */
export interface SnapshotSource {
  /**
   * Reads the inputs.
   *
   * @param context.now epoch ms of the run: the `generated_at` of its snapshots
   * @param context.signal fires when the collect share of the deadline is used up; everything must stop by then
   * @returns what was read. An input that failed is reported in `inputs`, not thrown.
   */
  collect(context: CollectContext): Promise<Collection>;
}

export interface CollectContext {
  readonly now: number;
  readonly signal: AbortSignal;
}

export interface Collection {
  readonly inputs: readonly InputReport[];
  /** Builds one snapshot from what was collected. Pure and synchronous. */
  assess(request: AssessRequest): Assessment;
}

export interface AssessRequest {
  readonly regionId: string;
  /** Head of the region's last snapshot, null when there is none. */
  readonly previousHead: SnapshotHead | null;
  readonly now: number;
  readonly trigger: 'scheduled' | 'manual';
}

export type Assessment =
  | { readonly status: 'assessed'; readonly snapshot: Snapshot }
  | { readonly status: 'failed'; readonly code: string; readonly message: string };
