import { z } from 'zod';
import { REGION_IDS, type RegionId } from '../hazards/regions/regions.js';
import type { RunResult } from '../runs/run.js';
import type { Answer } from './route.js';

/** Vercel's cron identifies itself; every other caller counts as somebody who calls by hand. */
export function triggerOf({ headers }: Pick<Request, 'headers'>): 'cron' | 'manual' {
  return headers.get('user-agent')?.startsWith('vercel-cron/') === true ? 'cron' : 'manual';
}

/**
 * The full report, whatever happened; 500 when something failed, because a cron monitor looks at the status alone.
 *
 * @param withSnapshots adds the snapshots to the answer: a dry run has nothing else to show
 */
export function runAnswer({ report, snapshots }: RunResult, withSnapshots = false): Answer {
  const status = report.counts.failed > 0 ? 500 : 200;
  return { status, body: withSnapshots ? { ...report, snapshots } : report };
}

export interface RunQuery {
  /** All regions unless some were named; in the order of REGION_IDS. */
  readonly regionIds: readonly RegionId[];
  readonly dryRun: boolean;
}

/** The query of a run: `?regions=mena,europe` and `?dry-run=true`. */
export const RunQuerySchema = z
  .object({
    regions: z
      .string()
      .transform((list) => list.split(',').map((name) => name.trim()))
      .pipe(z.array(z.enum(REGION_IDS, { error: `must be one of ${REGION_IDS.join(', ')}` })))
      .optional(),
    'dry-run': z.enum(['true', 'false'], { error: 'must be true or false' }).optional(),
  })
  .transform(
    (query): RunQuery => ({
      regionIds: REGION_IDS.filter((id) => query.regions?.includes(id) ?? true),
      dryRun: query['dry-run'] === 'true',
    }),
  );
