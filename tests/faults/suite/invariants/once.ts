import { type Evictions, NO_EVICTIONS } from '../evictions.js';
import type { Violations } from '../history.js';
import type { KeySpace } from '../key-space.js';

/**
 * Invariant 3: at most one snapshot in the index for a region and content hash within 15 minutes, by the clock of the
 * store. A schedule takes seconds, so there may be one in all.
 *
 * What is known of those 15 minutes is the marker. When it is evicted, the content is new to whoever brings it next, and two
 * snapshots of it are as right as after the window. When a snapshot itself is evicted, the index still names it, and its
 * content is rightly stored again.
 *
 * Found out when: publish does not turn the claim into the snapshot's id.
 */
export function storedOnce(
  { regions, snapshots }: KeySpace,
  evictions: Evictions = NO_EVICTIONS,
): Violations {
  return [...regions].flatMap(([regionId, { index }]) => {
    const ids = new Map<string, string>();
    return index.flatMap(({ id }) => {
      const hash = snapshots.get(id)?.hash;
      if (hash === undefined && evictions.snapshot(id)) return [];
      if (hash === undefined) return [`3: the index of ${regionId} names ${id}, which is not stored`];
      const other = ids.get(hash);
      ids.set(hash, id);
      return other === undefined || evictions.marker(regionId, hash)
        ? []
        : [`3: ${regionId} has ${other} and ${id}, of one content`];
    });
  });
}

/** A run is listed once, however often the request that lists it was sent. */
export function runsListedOnce({ runs }: KeySpace): Violations {
  const ids = runs.map(({ runId }) => runId);
  return ids.filter((id, i) => ids.indexOf(id) !== i).map((id) => `3: the run ${id} is listed twice`);
}
