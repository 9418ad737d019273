import { createRecord, type Fields, type SnapshotRecord } from '../../lib/persister/record.js';
import { draftOfSnapshot } from '../../lib/runs/snapshot.js';

/** A snapshot made ready for the store, as a run does. @throws when it cannot be stored */
export function recordOf(snapshot: Fields, now: number, maxBytes?: number): SnapshotRecord {
  const draft = draftOfSnapshot(snapshot, now);
  if (!draft.ok) throw new Error(draft.message);
  const record = createRecord(draft.value, maxBytes);
  if (!record.ok) throw new Error(record.message);
  return record.value;
}
