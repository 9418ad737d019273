import type { Fields } from '../persister/record.js';
import type { InputReport } from './report.js';
import type { Snapshot } from './snapshot.js';

/**
 * Where snapshots come from. The hazard source (GDACS and USGS) is one; put in your own to persist something
 * else. `collect` runs while what the last runs remembered is being read, so the two share one wait.
 */
export interface Source {
  /**
   * Reads the inputs.
   *
   * @param context.now epoch ms of the run: the `generated_at` of its snapshots
   * @param context.signal fires when the collect share of the deadline is used up; everything must stop by then
   * @returns what was read. An input that failed is reported in `inputs`, not thrown.
   * @throws avoid it: an exception fails every region with `source-failed`, and its message is not reported
   */
  collect(context: CollectContext): Promise<Collection>;
}

/** What an input is read with. */
export interface CollectContext {
  /** Epoch ms of the run. */
  readonly now: number;
  /** Fires when everything must stop. */
  readonly signal: AbortSignal;
}

/** What was read, ready to be assessed region by region. */
export interface Collection {
  /** In the order in which they are to be reported. */
  readonly inputs: readonly InputReport[];
  /**
   * Names earlier snapshots that `assess` needs to see: they are read for all regions at once. Default: none.
   *
   * @returns ids. What cannot be read is missing from `AssessRequest.recalled`.
   */
  recall?(request: RecallRequest): readonly string[];
  /**
   * Builds one snapshot from what was collected. Pure and synchronous.
   *
   * @returns the snapshot, or why there is none. A throw fails this region alone, with `assess-failed`.
   */
  assess(request: AssessRequest): Assessment;
}

/** What is remembered of a region. */
export interface RecallRequest {
  readonly regionId: string;
  /** What the last run that stored a snapshot had to remember, null when there is none. Check it: it was stored. */
  readonly memory: Fields | null;
  /** Epoch ms of the run: the `generated_at` of the snapshot. */
  readonly now: number;
}

/** Which snapshot to build. */
export interface AssessRequest extends RecallRequest {
  /** What was recalled, by id, and could be read. */
  readonly recalled: ReadonlyMap<string, Fields>;
  /** For the snapshot's `trigger_reason`. */
  readonly trigger: 'scheduled' | 'manual';
}

/**
 * A snapshot, with what the next run is to remember beside `slot`, `snapshot_id` and `generated_at`; or a stable code
 * and a message for people that both go into the report: no content, no secret.
 */
export type Assessment =
  | { readonly status: 'assessed'; readonly snapshot: Snapshot; readonly memory?: Fields }
  | { readonly status: 'failed'; readonly code: string; readonly message: string };
