import { parseJson } from '../../../../lib/limits/json.js';
import { SnapshotHeadSchema } from '../../../../lib/runs/snapshot.js';
import type { Violations } from '../history.js';
import type { KeySpace } from '../key-space.js';
import type { Pointers } from '../pointers.js';
import { isNewer } from './order.js';

/**
 * Invariant 4: `latest` and `head` always name a snapshot that exists, and the newest in the index; they never move
 * backwards.
 *
 * Found out when: publish moves them whatever it has stored.
 *
 * @param pointers in order of time, of any regions
 */
export function pointersNameTheNewest(pointers: readonly Pointers[]): Violations {
  const last = new Map<string, NonNullable<Pointers['newest']>>();
  return pointers.flatMap((now) => {
    const before = last.get(now.regionId);
    if (now.newest !== null) last.set(now.regionId, now.newest);
    const movedBack = before !== undefined && (now.newest === null || isNewer(before, now.newest));
    const back = movedBack ? [`the newest was ${before.id} and is ${now.newest?.id}`] : [];
    return [...mismatches(now), ...back].map((fault) => `4: ${now.regionId}: ${fault}`);
  });
}

/**
 * Keys that one script gave the same lifetime may end this much apart, in ms: the embedded engine looks at the clock for
 * each command of a script, and a busy machine may stop it in between.
 */
const SAME_LIFETIME_MS = 5_000;

function mismatches({ latest, head, newest, exists, indexOutlivesMs }: Pointers): string[] {
  if (newest === null)
    return latest === null && head === null ? [] : ['latest or head name what is not indexed'];
  const read = SnapshotHeadSchema.safeParse(parseJson(head ?? 'null'));
  return [
    ...(latest === newest.id ? [] : [`latest is ${latest}, the newest is ${newest.id}`]),
    // Without the index, the next snapshot would be the newest whatever its age.
    ...(indexOutlivesMs > -SAME_LIFETIME_MS ? [] : [`latest outlives the index by ${-indexOutlivesMs} ms`]),
    ...(exists ? [] : [`latest is ${latest}, which is not stored`]),
    ...(read.data?.id === newest.id && read.data.generated_at === newest.generatedAt
      ? []
      : [`head is ${head}, the newest is ${newest.id}`]),
  ];
}

/** Whatever the index names is stored, and the trend has the same points. */
export function indexAndTrendAgree({ regions, snapshots }: KeySpace): Violations {
  return [...regions].flatMap(([regionId, { index, trend }]) => {
    const missing = index.filter(({ id }) => !snapshots.has(id)).map(({ id }) => `${id} is not stored`);
    const listed = (entries: typeof index) =>
      JSON.stringify(entries.map(({ id, generatedAt }) => `${generatedAt} ${id}`).toSorted());
    const differ = listed(index) === listed(trend) ? [] : [`index ${listed(index)}, trend ${listed(trend)}`];
    return [...missing, ...differ].map((fault) => `4: ${regionId}: ${fault}`);
  });
}
