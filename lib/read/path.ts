import type { VercelRequest } from '@vercel/node';
import type { Problem } from '../http/problem.js';
import { type RegionId, RegionIdSchema } from '../regions.js';
import { SnapshotIdSchema } from '../snapshot.js';
import { UNKNOWN_REGION, UNKNOWN_SNAPSHOT } from './problems.js';

/** The region that the path names. The platform puts the `[id]` of a path into the query. */
export function regionInPath(
  req: VercelRequest,
): { readonly value: RegionId } | { readonly problem: Problem } {
  const region = RegionIdSchema.safeParse(req.query.id);
  return region.success ? { value: region.data } : { problem: UNKNOWN_REGION };
}

/** The snapshot id that the path names. */
export function snapshotIdInPath(
  req: VercelRequest,
): { readonly value: string } | { readonly problem: Problem } {
  const id = SnapshotIdSchema.safeParse(req.query.id);
  return id.success ? { value: id.data } : { problem: UNKNOWN_SNAPSHOT };
}
