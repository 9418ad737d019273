import { parseJson } from '../../../../lib/limits/json.js';
import { SnapshotHeadSchema } from '../../../../lib/runs/snapshot.js';
import { type Evictions, NO_EVICTIONS } from '../evictions.js';
import type { Violations } from '../history.js';
import type { KeySpace } from '../key-space.js';
import type { Pointers } from '../pointers.js';
import { isNewer } from './order.js';

/**
 * Invariant 4: `latest` and `head` always name a snapshot that exists, and the newest in the index; they never move
 * backwards.
 *
 * One of the two, or the snapshot that they name, may have been evicted: then it is not there, and still never names another.
 * What is the newest is known twice, by the index and by the head. When the index was evicted, the head alone still
 * keeps both from moving back; when both were, nothing does, and nothing is demanded.
 *
 * Found out when: publish moves them whatever it has stored, or goes by the index alone.
 *
 * @param pointers in order of time, of any regions
 */
export function pointersNameTheNewest(
  pointers: readonly Pointers[],
  evictions: Evictions = NO_EVICTIONS,
): Violations {
  const last = new Map<string, NonNullable<Pointers['newest']>>();
  return pointers.flatMap((now) => {
    const { regionId } = now;
    if (evictions.index(regionId) && evictions.head(regionId)) return [];
    const newest = evictions.index(regionId) ? headOf(now) : now.newest;
    const before = last.get(regionId);
    if (newest !== null) last.set(regionId, newest);
    const movedBack = before !== undefined && (newest === null || isNewer(before, newest));
    const back = movedBack ? [`the newest was ${before.id} and is ${newest?.id}`] : [];
    return [...mismatches({ ...now, newest }, evictions), ...back].map(
      (fault) => `4: ${now.regionId}: ${fault}`,
    );
  });
}

/**
 * Keys that one script gave the same lifetime may end this much apart, in ms: the embedded engine looks at the clock for
 * each command of a script, and a busy machine may stop it in between.
 */
const SAME_LIFETIME_MS = 5_000;

function headOf({ head }: Pointers): Pointers['newest'] {
  const read = SnapshotHeadSchema.safeParse(parseJson(head ?? 'null'));
  return read.success ? { id: read.data.id, generatedAt: read.data.generated_at } : null;
}

function mismatches(pointers: Pointers, evictions: Evictions): string[] {
  const { regionId, latest, head, newest, exists, indexOutlivesMs } = pointers;
  if (newest === null)
    return latest === null && head === null ? [] : ['latest or head name what is not indexed'];
  const named = headOf(pointers);
  const isLatestGone = latest === null && evictions.latest(regionId);
  const isHeadGone = head === null && evictions.head(regionId);
  const mayOutlive = evictions.index(regionId) || isLatestGone;
  return [
    ...(latest === newest.id || isLatestGone ? [] : [`latest is ${latest}, the newest is ${newest.id}`]),
    // Without the index, the next snapshot would be the newest whatever its age.
    ...(indexOutlivesMs > -SAME_LIFETIME_MS || mayOutlive
      ? []
      : [`latest outlives the index by ${-indexOutlivesMs} ms`]),
    ...(exists || isLatestGone || evictions.snapshot(newest.id)
      ? []
      : [`latest is ${latest}, which is not stored`]),
    ...(isHeadGone || (named?.id === newest.id && named.generatedAt === newest.generatedAt)
      ? []
      : [`head is ${head}, the newest is ${newest.id}`]),
  ];
}

/** Whatever the index names is stored unless it was evicted, and the trend has the same points unless one of them was. */
export function indexAndTrendAgree(
  { regions, snapshots }: KeySpace,
  evictions: Evictions = NO_EVICTIONS,
): Violations {
  return [...regions].flatMap(([regionId, { index, trend }]) => {
    const missing = index
      .filter(({ id }) => !snapshots.has(id) && !evictions.snapshot(id))
      .map(({ id }) => `${id} is not stored`);
    const listed = (entries: typeof index) =>
      JSON.stringify(entries.map(({ id, generatedAt }) => `${generatedAt} ${id}`).toSorted());
    const mayDiffer = evictions.index(regionId) || evictions.trend(regionId);
    const differ =
      mayDiffer || listed(index) === listed(trend) ? [] : [`index ${listed(index)}, trend ${listed(trend)}`];
    return [...missing, ...differ].map((fault) => `4: ${regionId}: ${fault}`);
  });
}
