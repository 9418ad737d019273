import { createDeadline, type Deadline } from '../../lib/limits/deadline.js';
import { type PersistDeps, persistAll } from '../../lib/persister/persist-all.js';
import { type RegionReport, regionReport } from '../../lib/runs/report.js';
import { draftOfSnapshot, type Snapshot } from '../../lib/runs/snapshot.js';
import type { StoreHarness } from './store-harness.js';

/** Stores snapshots as a run does, and reports them as a run does. */
export async function persistSnapshots(
  deps: PersistDeps,
  snapshots: readonly Snapshot[],
  deadline: Deadline,
): Promise<RegionReport[]> {
  const outcomes = await persistAll(deps, {
    items: snapshots,
    entityOf: ({ region_id }) => region_id,
    draftOf: (snapshot) => draftOfSnapshot(snapshot, deadline.startedAt),
    deadline,
  });
  return outcomes.map(regionReport);
}

/** Stores snapshots as a run does. @throws when one of them was not persisted */
export async function persist(harness: StoreHarness, snapshots: readonly Snapshot[]): Promise<void> {
  const deadline = createDeadline({ budgetMs: 10_000 });
  const reports = await persistSnapshots({ store: harness.store() }, snapshots, deadline);
  deadline.close();
  const failed = reports.find(({ status }) => status !== 'persisted');
  if (failed !== undefined) throw new Error(JSON.stringify(failed));
}
