import { z } from 'zod';
import { RegionIdSchema } from '../hazards/regions/regions.js';
import { jsonFault, MAX_NESTING } from '../limits/json.js';
import type { Fields } from '../persister/record.js';
import { envelopeSchema } from '../runs/snapshot.js';

export const MOST_SNAPSHOTS = 100;

/** The body and its list nest the snapshots two levels deeper. */
const BODY_LEVELS = 2;

interface Issue {
  readonly path: PropertyKey[];
  readonly message: string;
}

/**
 * The body of a push: `{"snapshots": […]}`. Of each snapshot only the envelope is checked; all other fields pass
 * through untouched.
 *
 * @param now epoch ms
 */
export function pushedSnapshotsSchema(now: number): z.ZodType<readonly Fields[]> {
  const envelope = envelopeSchema(now).extend({ region_id: RegionIdSchema });
  const snapshots = z.array(z.unknown()).min(1).max(MOST_SNAPSHOTS);
  return z.object({ snapshots }).transform((body, context) => {
    const issues = issuesOf(body.snapshots, envelope);
    for (const { path, message } of issues) {
      context.addIssue({ code: 'custom', path: ['snapshots', ...path], message });
    }
    // The values themselves are kept, not a schema's copies: foreign fields pass through as they came.
    return issues.length > 0 ? z.NEVER : (body.snapshots as Fields[]);
  });
}

function issuesOf(snapshots: readonly unknown[], envelope: z.ZodType): Issue[] {
  const issues = snapshots.flatMap((value, i) =>
    faultsOf(value, envelope).map(({ path, message }) => ({ path: [i, ...path], message })),
  );
  if (issues.length > 0) return issues;
  // All together: many small snapshots are as much work as a few large ones.
  const fault = jsonFault({ snapshots }, MAX_NESTING + BODY_LEVELS);
  return fault === null ? [] : [{ path: [], message: fault }];
}

function faultsOf(value: unknown, envelope: z.ZodType): Issue[] {
  const fault = jsonFault(value);
  return fault === null ? (envelope.safeParse(value).error?.issues ?? []) : [{ path: [], message: fault }];
}
