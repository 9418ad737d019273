import { createHash } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson } from '../limits/json.js';

export const SnapshotIdSchema = z.string().regex(/^[A-Za-z0-9._-]{1,128}$/);

const DAY_MS = 86_400_000;
/** How far back index and trend reach, in ms: what is dated earlier is not taken, and pruned once it is that old. */
export const HISTORY_MS = 90 * DAY_MS;
/** How far ahead of now a snapshot may be dated, in ms. */
const AHEAD_MS = DAY_MS;

/** @param now epoch ms */
export function generatedAtSchema(now: number): z.ZodType<number> {
  return z
    .int({ error: 'must be epoch milliseconds' })
    .min(now - HISTORY_MS, { error: 'must not be more than 90 days ago' })
    .max(now + AHEAD_MS, { error: 'must not be more than one day ahead' });
}

/**
 * SHA-256 of the canonical JSON (RFC 8785) of a snapshot without `generated_at` and `meta`: two runs that saw the same
 * world have the same hash, whenever and by whomever they were made.
 *
 * @param snapshot values as `JSON.parse` gives them; the order of fields does not matter
 * @returns 64 lower-case hex digits
 * @throws RangeError when it is nested deeper than the call stack
 */
export function contentHash(snapshot: Readonly<Record<string, unknown>>): string {
  const { generated_at: _generatedAt, meta: _meta, ...content } = snapshot;
  return createHash('sha256').update(canonicalJson(content)).digest('hex');
}

/**
 * Names a snapshot: `<generated_at in base 36>-<first 12 hex of the hash>`. Sorts by time, names its content.
 *
 * @param generatedAt epoch ms
 * @param hash from {@link contentHash}
 * @returns the id; it fits `^[A-Za-z0-9._-]{1,128}$`, what every snapshot id must
 */
export function snapshotId(generatedAt: number, hash: string): string {
  return `${generatedAt.toString(36)}-${hash.slice(0, 12)}`;
}

/** A snapshot made ready for the store: everything that is written, as it will be written. */
export interface PreparedSnapshot {
  readonly regionId: string;
  readonly id: string;
  /** Epoch ms. */
  readonly generatedAt: number;
  readonly hash: string;
  /** The snapshot, JSON. */
  readonly payload: string;
  /** JSON of a SnapshotHead. */
  readonly head: string;
  /** JSON of a TrendPoint. */
  readonly trendPoint: string;
  /** Upper bound of what its commit adds to a request body, in bytes. */
  readonly requestBytes: number;
}

/** A name that can stand between the colons of a key. */
export const EntityIdSchema = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/);

/** Room for the script, the keys and the small arguments of one publish. */
export const COMMIT_OVERHEAD_BYTES = 4_000;
