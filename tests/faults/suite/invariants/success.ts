import { snapshotHash } from '../../../../lib/runs/snapshot.js';
import { runAnswer } from '../../../../lib/web/write.js';
import type { History, PlayedRun, Violations } from '../history.js';
import type { StoredSnapshot } from '../key-space.js';

/**
 * Invariant 10: what is answered with HTTP 200 is stored. Of every region or pushed snapshot its content is there when the
 * run answers: under its own id, or under that of which it is called a duplicate.
 *
 * The store may evict a snapshot between the moment at which the run saw it and the answer, and no protocol can help
 * that; so a snapshot that was evicted is not demanded. Anything else that is evicted (its marker, the index, `latest`)
 * is no excuse: the snapshot itself is there all the same.
 *
 * Found out when: a region that failed or is in flight is answered with 200.
 */
export function successMeansStored({ runs, evictions }: Pick<History, 'runs' | 'evictions'>): Violations {
  return runs.flatMap((run) => {
    const answer = runAnswer(run.result);
    if (!('status' in answer) || answer.status !== 200) return [];
    return run.passages.flatMap(({ report, snapshot }) => {
      const id = report.status === 'duplicate' ? report.duplicateOf : report.snapshotId;
      if (id !== undefined && evictions.snapshot(id)) return [];
      const stored = id === undefined ? undefined : run.storedAtAnswer.get(id);
      const isThere = stored !== undefined && snapshot !== undefined && holds(stored, snapshot);
      return isThere
        ? []
        : [`10: ${run.name} is answered with 200, and ${report.regionId} ${id} is not there`];
    });
  });
}

function holds(
  stored: StoredSnapshot,
  snapshot: NonNullable<PlayedRun['passages'][number]['snapshot']>,
): boolean {
  return stored.regionId === snapshot.region_id && stored.hash === snapshotHash(snapshot);
}
