import { z } from 'zod';
import type { Summarise } from '../runs/run.js';
import { REGION_IDS, RegionIdSchema } from './regions/regions.js';

const SummarisedSchema = z.object({
  region_id: RegionIdSchema,
  generated_at: z.int(),
  regime: z.object({ label: z.string() }).catch({ label: 'unknown' }),
  meta: z.object({
    snapshot_confidence: z.number().nullable().catch(null),
    trigger_reason: z.string().nullable().catch(null),
  }),
});
type Summarised = z.infer<typeof SummarisedSchema>;

/**
 * The summary of a full run, for readers that watch the whole. A run over fewer than all regions, one in which
 * something failed and one that found only duplicates have none: the earlier summary stays true.
 */
export const summarise: Summarise = (counts, snapshots, now) => {
  if (counts.failed > 0 || counts.persisted === 0) return null;
  const newest = newestByRegion(
    snapshots.flatMap((snapshot) => SummarisedSchema.safeParse(snapshot).data ?? []),
  );
  const regions = REGION_IDS.flatMap((region) => {
    const snapshot = newest.get(region);
    return snapshot === undefined ? [] : [entryOf(snapshot)];
  });
  if (regions.length < REGION_IDS.length) return null;
  return {
    summary: JSON.stringify({ regions, generatedAt: now }),
    seedMeta: JSON.stringify({ fetchedAt: now, recordCount: regions.length }),
  };
};

function newestByRegion(snapshots: readonly Summarised[]): Map<string, Summarised> {
  const newest = new Map<string, Summarised>();
  for (const snapshot of snapshots) {
    const known = newest.get(snapshot.region_id);
    if (known === undefined || known.generated_at <= snapshot.generated_at) {
      newest.set(snapshot.region_id, snapshot);
    }
  }
  return newest;
}

/** In the layout that readers of the key know. */
function entryOf({ region_id: region, regime, meta }: Summarised) {
  return {
    region,
    regime: regime.label,
    confidence: meta.snapshot_confidence,
    trigger_reason: meta.trigger_reason,
  };
}
