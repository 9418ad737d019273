import { StoredDocumentSchema } from '../../lib/persister/reads.js';
import { type Fields, snapshotId } from '../../lib/persister/record.js';
import { type Snapshot, snapshotHash } from '../../lib/runs/snapshot.js';

/** Epoch ms: when the tests' snapshots were made unless they say otherwise. */
export const NOW = Date.now() - 60_000;

/** A snapshot as another producer might push it: an envelope, a regime, a pressure and a field of its own. */
export function makeSnapshot(
  regionId: string,
  options: { generatedAt?: number; content?: unknown; id?: string } = {},
): Snapshot {
  const { generatedAt = NOW, content = 'calm' } = options;
  const body = {
    region_id: regionId,
    generated_at: generatedAt,
    regime: {
      label: 'watch',
      previous_label: 'normal',
      transitioned_at: 1_780_000_000_000,
      transition_driver: 'x',
    },
    pressure: { score: 0.5 },
    content,
  };
  const id = options.id ?? snapshotId(generatedAt, snapshotHash(body));
  return { ...body, meta: { snapshot_id: id } };
}

/** What a run or a push brought, as the snapshot that it is. @throws when it is none */
export function asSnapshot(fields: Fields): Snapshot {
  return StoredDocumentSchema.parse(fields);
}
