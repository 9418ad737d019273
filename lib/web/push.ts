import { z } from 'zod';
import { RegionIdSchema } from '../hazards/regions/regions.js';
import { jsonFault } from '../limits/json.js';
import type { Fields } from '../persister/record.js';
import { envelopeSchema } from '../runs/snapshot.js';

export const MOST_SNAPSHOTS = 100;

/**
 * The body of a push: `{"snapshots": […]}`. Of each snapshot only the envelope is checked; all other fields pass
 * through untouched.
 *
 * @param now epoch ms
 */
export function pushedSnapshotsSchema(now: number): z.ZodType<readonly Fields[]> {
  const envelope = envelopeSchema(now).extend({ region_id: RegionIdSchema });
  const snapshots = z.array(z.unknown()).min(1).max(MOST_SNAPSHOTS);
  return z.object({ snapshots }).transform((body, context) =>
    // The values themselves are kept, not a schema's copies: foreign fields pass through as they came.
    body.snapshots.map((value, i) => {
      const issues = faultsOf(value, envelope);
      for (const { path, message } of issues) {
        context.addIssue({ code: 'custom', path: ['snapshots', i, ...path], message });
      }
      return issues.length > 0 ? z.NEVER : (value as Fields);
    }),
  );
}

function faultsOf(value: unknown, envelope: z.ZodType): { path: PropertyKey[]; message: string }[] {
  const fault = jsonFault(value);
  return fault === null ? (envelope.safeParse(value).error?.issues ?? []) : [{ path: [], message: fault }];
}
