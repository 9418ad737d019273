import type { InjectedFault } from '../../../../local/upstash/faults.js';
import type { Violations } from '../history.js';
import type { KeySpace } from '../key-space.js';

/**
 * Invariant 3: at most one snapshot in the index for a region and content hash within 15 minutes, by the clock of the
 * store. A schedule takes seconds, so there may be one in all.
 *
 * Found out when: publish does not turn the claim into the snapshot's id.
 */
export function storedOnce({ regions, snapshots }: KeySpace): Violations {
  return [...regions].flatMap(([regionId, { index }]) => {
    const ids = new Map<string, string>();
    return index.flatMap(({ id }) => {
      const hash = snapshots.get(id)?.hash;
      if (hash === undefined) return [`3: the index of ${regionId} names ${id}, which is not stored`];
      const other = ids.get(hash);
      ids.set(hash, id);
      return other === undefined ? [] : [`3: ${regionId} has ${other} and ${id}, of one content`];
    });
  });
}

/**
 * A run is listed once, however often the request that lists it was sent. Not to be had when one command of that
 * transaction is made to fail alone, which commands on one key never do on a Redis.
 *
 * @param injected faults of the schedule
 */
export function runsListedOnce({ runs }: KeySpace, injected: readonly InjectedFault[] = []): Violations {
  if (injected.some(({ kind }) => kind === 'slot-error')) return [];
  const ids = runs.map(({ runId }) => runId);
  return ids.filter((id, i) => ids.indexOf(id) !== i).map((id) => `3: the run ${id} is listed twice`);
}
