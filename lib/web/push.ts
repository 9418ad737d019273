import { z } from 'zod';
import { RegionIdSchema } from '../hazards/regions/regions.js';
import { jsonFault } from '../limits/json.js';
import { contentHash, generatedAtSchema, SnapshotIdSchema, snapshotId } from '../persister/record.js';
import type { Snapshot } from '../runs/snapshot.js';

export const MOST_SNAPSHOTS = 100;

/**
 * The body of a push: `{"snapshots": […]}`. Only the envelope of each snapshot is checked; all other fields pass
 * through untouched. A missing `meta.snapshot_id` is added.
 *
 * @param now epoch ms
 */
export function pushedSnapshotsSchema(now: number): z.ZodType<readonly Snapshot[]> {
  const envelope = z.object({
    region_id: RegionIdSchema,
    generated_at: generatedAtSchema(now),
    meta: z.object({ snapshot_id: SnapshotIdSchema.optional() }),
  });
  const snapshots = z.array(z.unknown()).min(1).max(MOST_SNAPSHOTS);
  return z.object({ snapshots }).transform((body, context) =>
    // The values themselves are kept, not a schema's copies: foreign fields pass through as they came.
    body.snapshots.map((value, i) => {
      const issues = faultsOf(value, envelope);
      for (const { path, message } of issues) {
        context.addIssue({ code: 'custom', path: ['snapshots', i, ...path], message });
      }
      return issues.length > 0 ? z.NEVER : withId(value as Pushed);
    }),
  );
}

function faultsOf(value: unknown, envelope: z.ZodType): { path: PropertyKey[]; message: string }[] {
  const fault = jsonFault(value);
  return fault === null ? (envelope.safeParse(value).error?.issues ?? []) : [{ path: [], message: fault }];
}

/** What the schema of the envelope has checked. */
type Pushed = { generated_at: number; [field: string]: unknown } & {
  meta: { snapshot_id?: string; [field: string]: unknown };
};

function withId(pushed: Pushed): Snapshot {
  const id = pushed.meta.snapshot_id ?? snapshotId(pushed.generated_at, contentHash(pushed));
  return { ...pushed, meta: { ...pushed.meta, snapshot_id: id } } as Snapshot;
}
