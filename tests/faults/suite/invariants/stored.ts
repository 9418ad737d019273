import { snapshotHash } from '../../../../lib/runs/snapshot.js';
import type { Evictions } from '../evictions.js';
import { allPassages, type History, type Violations } from '../history.js';
import type { KeySpace, RegionKeys, StoredSnapshot } from '../key-space.js';
import { isNewer } from './order.js';

/**
 * Invariant 1: `persisted` in a report ⇒ by-id, index and trend are there and agree, and `latest` is that snapshot or
 * a newer one. What of these was evicted is not demanded, and all the others are.
 *
 * Found out when: publish does not write the trend.
 */
export function persistedIsStored(
  history: Pick<History, 'runs' | 'evictions'>,
  stored: KeySpace,
): Violations {
  return allPassages(history).flatMap(({ report, snapshot, what }) => {
    if (report.status !== 'persisted') return [];
    const byId = stored.snapshots.get(report.snapshotId);
    if (byId === undefined && history.evictions.snapshot(report.snapshotId)) return [];
    if (byId === undefined) return [`1: ${what} is persisted, but there is no such snapshot`];
    if (byId.regionId !== report.regionId || byId.hash !== snapshotHash(snapshot)) {
      return [`1: ${what} is persisted, but another snapshot has its id`];
    }
    return listed(byId, stored, history.evictions).map((fault) => `1: ${what} is persisted, but ${fault}`);
  });
}

function listed(snapshot: StoredSnapshot, stored: KeySpace, evictions: Evictions): string[] {
  const { regionId } = snapshot;
  const region = stored.regions.get(regionId);
  if (region === undefined) throw new Error(`the region ${regionId} was not read`);
  const isListed = (entries: RegionKeys['index']) =>
    entries.some(({ id, generatedAt }) => id === snapshot.id && generatedAt === snapshot.generatedAt);
  const named = region.pointers.latest;
  const latest = region.index.find(({ id }) => id === named) ?? stored.snapshots.get(named ?? '');
  const isKnown = !evictions.latest(regionId) && !evictions.index(regionId);
  const isOlder = latest === undefined ? isKnown : isNewer(snapshot, latest);
  // Without both, what is the newest was not known when the next was stored.
  const mayBeOlder = evictions.index(regionId) && evictions.head(regionId);
  return [
    ...(isListed(region.index) || evictions.index(regionId) ? [] : ['the index does not have it']),
    ...(isListed(region.trend) || evictions.trend(regionId) ? [] : ['the trend does not have it']),
    ...(isOlder && !mayBeOlder ? [`latest is ${named}`] : []),
  ];
}

/**
 * Invariant 2: `failed` with `stored: 'no'` ⇒ that snapshot is neither in the index nor under its id, and never appears
 * there later. No eviction of a marker is an excuse: what takes keys away can store nothing, and the protocol has other
 * evidence. When the snapshot itself was evicted before its writer could be told that it was stored, "not stored" is true
 * again, though the index still names it; under its id it must not be even then.
 *
 * An id may have been pushed more than once; then another of its passages may have stored it.
 *
 * Found out when: publish does not look whether the claim is still its own. (That all claims of a run have one value is
 * found by the model, `tests/model`: it takes two late requests in one order, which chance seldom brings.)
 */
export function unstoredStaysUnstored(
  history: Pick<History, 'runs' | 'evictions'>,
  stored: KeySpace,
): Violations {
  const passages = allPassages(history);
  const maybeStored = new Set(
    passages.filter(({ report }) => !isUnstored(report)).map(({ snapshot }) => snapshot.meta.snapshot_id),
  );
  return passages.flatMap(({ report, snapshot, what }) => {
    const id = snapshot.meta.snapshot_id;
    if (!isUnstored(report) || maybeStored.has(id)) return [];
    const isIndexed = stored.regions.get(report.regionId)?.index.some((entry) => entry.id === id);
    const isListed = isIndexed === true && !history.evictions.snapshot(id);
    return isListed || stored.snapshots.has(id) ? [`2: ${what} is failed and not stored, but it is`] : [];
  });
}

function isUnstored(report: ReturnType<typeof allPassages>[number]['report']): boolean {
  return report.status === 'failed' && report.stored === 'no';
}
