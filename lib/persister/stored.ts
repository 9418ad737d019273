import { z } from 'zod';
import { jsonFault, parseJson } from '../limits/json.js';
import { type Fields, SnapshotIdSchema } from './record.js';

/**
 * What every stored document is. Only the envelope: all other fields belong to whoever made it, and a
 * `schema_version` that reads like ours may be theirs.
 */
export const StoredDocumentSchema = z.looseObject({
  region_id: z.string(),
  /** Epoch ms. */
  generated_at: z.int(),
  meta: z.looseObject({ snapshot_id: SnapshotIdSchema }),
});

/** A document with its envelope. All other fields are its maker's own. */
export interface StoredDocument extends Fields {
  readonly region_id: string;
  /** Epoch ms. */
  readonly generated_at: number;
  readonly meta: { readonly snapshot_id: string; readonly [field: string]: unknown };
}

/** What the store has to say about one snapshot. */
export type StoredSnapshot =
  | {
      readonly status: 'found';
      /** As it was stored: every field, in its order. */
      readonly snapshot: StoredDocument;
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
 * @param expected.entity the entity whose latest it is; left out, it may be of any entity
 */
export function readStored(
  payload: string,
  expected: { readonly id: string; readonly entity?: string },
): StoredSnapshot {
  const { id, entity } = expected;
  const unreadable = (message: string): StoredSnapshot => ({ status: 'unreadable', id, message });
  const value = parseJson(payload);
  if (value === undefined) return unreadable('is not valid JSON');
  // Asked first: to serialise what is nested too deep would end in a RangeError.
  const fault = jsonFault(value);
  if (fault !== null) return unreadable(fault);
  if (!isDocument(value)) return unreadable('is not a snapshot');
  if (value.meta.snapshot_id !== id) return unreadable('has another id than it is stored under');
  if (entity !== undefined && value.region_id !== entity) {
    return unreadable(`belongs to another entity than ${entity}, whose latest it is`);
  }
  return { status: 'found', snapshot: value, payload };
}

/**
 * Checks what the latest of an entity leads to.
 *
 * @param found what the store answered: see `Reads.latest`
 */
export function readLatest(
  found: { readonly id: string; readonly payload?: string } | null,
  entity: string,
): StoredSnapshot {
  if (found === null) return { status: 'absent' };
  const { id, payload } = found;
  if (payload !== undefined) return readStored(payload, { id, entity });
  return { status: 'unreadable', id, message: `is not there, though the latest of ${entity} names it` };
}

/** A guard instead of the schema's own output, which would put the fields it knows first. */
function isDocument(value: unknown): value is StoredDocument {
  return StoredDocumentSchema.safeParse(value).success;
}
