import { z } from 'zod';
import { jsonFault } from '../json-fault.js';
import { parseJson } from '../parse-json.js';
import { type Snapshot, SnapshotIdSchema } from '../snapshot.js';

/**
 * What every stored snapshot is. Only the envelope: all other fields belong to whoever made the snapshot, and a
 * `schema_version` that reads like ours may be theirs.
 */
export const StoredSnapshotSchema = z.looseObject({
  region_id: z.string(),
  /** Epoch ms. */
  generated_at: z.int(),
  meta: z.looseObject({ snapshot_id: SnapshotIdSchema }),
});

/** What the store has to say about one snapshot. */
export type StoredSnapshot =
  | {
      readonly status: 'found';
      /** As it was stored: every field, in its order. */
      readonly snapshot: Snapshot;
      /** The text that is stored. */
      readonly payload: string;
    }
  | { readonly status: 'absent' }
  | UnreadableSnapshot;

export interface UnreadableSnapshot {
  readonly status: 'unreadable';
  readonly id: string;
  /** What is wrong with it, without a word of its content. */
  readonly message: string;
}

/**
 * Checks what is stored as a snapshot.
 *
 * @param expected.id the id that it is stored under
 * @param expected.regionId the region whose latest it is; left out, it may be of any region
 */
export function readStoredSnapshot(
  payload: string,
  expected: { readonly id: string; readonly regionId?: string },
): StoredSnapshot {
  const { id, regionId } = expected;
  const unreadable = (message: string): StoredSnapshot => ({ status: 'unreadable', id, message });
  const value = parseJson(payload);
  if (value === undefined) return unreadable('is no JSON');
  // Asked first: to serialise what is nested too deep would end in a RangeError.
  const fault = jsonFault(value);
  if (fault !== null) return unreadable(fault);
  if (!isSnapshot(value)) return unreadable('is no snapshot');
  if (value.meta.snapshot_id !== id) return unreadable('has another id than it is stored under');
  if (regionId !== undefined && value.region_id !== regionId) {
    return unreadable(`belongs to another region than ${regionId}, whose latest it is`);
  }
  return { status: 'found', snapshot: value, payload };
}

/** A guard instead of the schema's own output, which would put the fields it knows first. */
function isSnapshot(value: unknown): value is Snapshot {
  return StoredSnapshotSchema.safeParse(value).success;
}
