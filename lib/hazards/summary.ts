import { z } from 'zod';
import type { RunSummary } from '../persister/upstash/runs.js';
import type { RunReport } from '../runs/report.js';
import type { Snapshot } from '../runs/snapshot.js';
import { REGION_IDS } from './regions/regions.js';

const SummarisedSchema = z.object({
  regime: z.object({ label: z.string() }).catch({ label: 'unknown' }),
  meta: z.object({
    snapshot_confidence: z.number().nullable().catch(null),
    trigger_reason: z.string().nullable().catch(null),
  }),
});

/**
 * The summary of a full run, for readers that watch the whole. A run over fewer than all regions, one in which
 * something failed and one that found only duplicates have none: the earlier summary stays true.
 *
 * @param generatedAt epoch ms
 */
export function summarise(
  counts: RunReport['counts'],
  snapshots: readonly Snapshot[],
  generatedAt: number,
): RunSummary | null {
  if (counts.failed > 0 || counts.persisted === 0) return null;
  const newest = newestByRegion(snapshots);
  const regions = REGION_IDS.flatMap((region) => {
    const snapshot = newest.get(region);
    return snapshot === undefined ? [] : [entryOf(region, snapshot)];
  });
  return regions.length === REGION_IDS.length ? { regions, generatedAt } : null;
}

function newestByRegion(snapshots: readonly Snapshot[]): Map<string, Snapshot> {
  const newest = new Map<string, Snapshot>();
  for (const snapshot of snapshots) {
    const known = newest.get(snapshot.region_id);
    if (known === undefined || known.generated_at <= snapshot.generated_at)
      newest.set(snapshot.region_id, snapshot);
  }
  return newest;
}

function entryOf(region: string, snapshot: Snapshot): RunSummary['regions'][number] {
  const { regime, meta } = SummarisedSchema.parse(snapshot);
  return {
    region,
    regime: regime.label,
    confidence: meta.snapshot_confidence,
    trigger_reason: meta.trigger_reason,
  };
}
