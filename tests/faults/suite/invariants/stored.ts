import { snapshotHash } from '../../../../lib/runs/snapshot.js';
import { allPassages, type History, type Violations } from '../history.js';
import type { KeySpace, RegionKeys, StoredSnapshot } from '../key-space.js';
import { isNewer } from './order.js';

/**
 * Invariant 1: `persisted` in a report ⇒ by-id, index and trend are there and agree, and `latest` is that snapshot or
 * a newer one.
 *
 * Found out when: publish does not write the trend.
 */
export function persistedIsStored(history: Pick<History, 'runs'>, stored: KeySpace): Violations {
  return allPassages(history).flatMap(({ report, snapshot, what }) => {
    if (report.status !== 'persisted') return [];
    const byId = stored.snapshots.get(report.snapshotId);
    if (byId === undefined) return [`1: ${what} is persisted, but there is no such snapshot`];
    if (byId.regionId !== report.regionId || byId.hash !== snapshotHash(snapshot)) {
      return [`1: ${what} is persisted, but another snapshot has its id`];
    }
    return listed(byId, stored.regions.get(report.regionId)).map(
      (fault) => `1: ${what} is persisted, but ${fault}`,
    );
  });
}

function listed(snapshot: StoredSnapshot, region: RegionKeys | undefined): string[] {
  if (region === undefined) throw new Error(`the region ${snapshot.regionId} was not read`);
  const isListed = (entries: RegionKeys['index']) =>
    entries.some(({ id, generatedAt }) => id === snapshot.id && generatedAt === snapshot.generatedAt);
  const latest = region.index.find(({ id }) => id === region.pointers.latest);
  return [
    ...(isListed(region.index) ? [] : ['the index does not have it']),
    ...(isListed(region.trend) ? [] : ['the trend does not have it']),
    ...(latest === undefined || isNewer(snapshot, latest) ? [`latest is ${region.pointers.latest}`] : []),
  ];
}

/**
 * Invariant 2: `failed` with `stored: 'no'` ⇒ that snapshot is not in the index and never appears there later.
 *
 * An id may have been pushed more than once; then another of its passages may have stored it.
 *
 * Found out when: publish does not look whether the claim is still its own. (That all claims of a run have one value is
 * found by the model, `tests/model`: it takes two late requests in one order, which chance seldom brings.)
 */
export function unstoredStaysUnstored(history: Pick<History, 'runs'>, stored: KeySpace): Violations {
  const passages = allPassages(history);
  const maybeStored = new Set(
    passages.filter(({ report }) => !isUnstored(report)).map(({ snapshot }) => snapshot.meta.snapshot_id),
  );
  return passages.flatMap(({ report, snapshot, what }) => {
    const id = snapshot.meta.snapshot_id;
    if (!isUnstored(report) || maybeStored.has(id)) return [];
    const isIndexed = stored.regions.get(report.regionId)?.index.some((entry) => entry.id === id);
    return isIndexed || stored.snapshots.has(id) ? [`2: ${what} is failed and not stored, but it is`] : [];
  });
}

function isUnstored(report: ReturnType<typeof allPassages>[number]['report']): boolean {
  return report.status === 'failed' && report.stored === 'no';
}
