import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { REGION_IDS, type RegionId } from '../hazards/regions/regions.js';
import type { RunResult } from '../runs/run.js';
import type { Answer } from './route.js';

/** Vercel's cron names itself; everything else is somebody who calls by hand. */
export function triggerOf(req: Pick<IncomingMessage, 'headers'>): 'cron' | 'manual' {
  return req.headers['user-agent']?.startsWith('vercel-cron/') === true ? 'cron' : 'manual';
}

/**
 * The full report, whatever happened; 500 when something failed, because a cron monitor looks at the status alone.
 *
 * @param withSnapshots answers with the snapshots too: a dry run has nothing else to show for itself
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

const once = (name: string) => z.string({ error: `${name} may be given once` });

/** The query of a run: `?regions=mena,europe` and `?dry-run=true`. Other parameters belong to the platform. */
export const RunQuerySchema = z
  .object({
    regions: once('regions')
      .transform((list) => list.split(',').map((name) => name.trim()))
      .pipe(z.array(z.enum(REGION_IDS, { error: `must be of ${REGION_IDS.join(', ')}` })))
      .optional(),
    'dry-run': z.enum(['true', 'false'], { error: 'must be true or false, once' }).optional(),
  })
  .transform(
    (query): RunQuery => ({
      regionIds: REGION_IDS.filter((id) => query.regions?.includes(id) ?? true),
      dryRun: query['dry-run'] === 'true',
    }),
  );
