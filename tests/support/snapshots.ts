import { contentHash, snapshotId } from '../../lib/persister/record.js';
import type { Snapshot } from '../../lib/runs/snapshot.js';

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
  const id = options.id ?? snapshotId(generatedAt, contentHash(body));
  return { ...body, meta: { snapshot_id: id } };
}
