import { REGION_IDS } from '../regions.js';
import type { SnapshotHead } from '../snapshot.js';
import { StoreError } from '../store/store-error.js';
import { zip } from '../zip.js';
import type { HealthAnswer } from './answers.js';

/** Twice the interval of the runs: one may come late or not at all. */
export const STALE_AFTER_MS = 12 * 60 * 60_000;

/**
 * Whether the regions are being stored: `ok` when the latest snapshot of each is younger than 12 hours.
 *
 * @param heads one for each of REGION_IDS, in order; or why they could not be read
 * @param now epoch ms
 */
export function assessHealth(
  heads: readonly (SnapshotHead | null)[] | StoreError,
  now: number,
): HealthAnswer {
  if (heads instanceof StoreError) {
    const regions = REGION_IDS.map((regionId) => ({ regionId, ageMs: null }));
    return { status: 'unreachable', staleAfterMs: STALE_AFTER_MS, regions, message: heads.message };
  }
  const regions = zip(REGION_IDS, heads).map(([regionId, head]) => ({ regionId, ageMs: ageMs(head, now) }));
  const isFresh = regions.every(({ ageMs }) => ageMs !== null && ageMs < STALE_AFTER_MS);
  return { status: isFresh ? 'ok' : 'stale', staleAfterMs: STALE_AFTER_MS, regions };
}

/** A pushed snapshot may be dated ahead: it is new, not of negative age. */
function ageMs(head: SnapshotHead | null, now: number): number | null {
  return head === null ? null : Math.max(0, now - head.generated_at);
}
