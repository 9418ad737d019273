import { z } from 'zod';
import { REGION_IDS, type RegionId } from '../regions.js';

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
