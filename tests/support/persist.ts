import { createPersister } from '../../lib/persister/persister.js';
import type { Snapshot } from '../../lib/runs/snapshot.js';
import { type StoreHarness, withDeadline } from './store-harness.js';

/** Stores snapshots as a run does. @throws when one of them was not persisted */
export async function persist(harness: StoreHarness, snapshots: readonly Snapshot[]): Promise<void> {
  const persister = createPersister({ store: harness.store() });
  const reports = await withDeadline(10_000, (deadline) => persister.persist(snapshots, deadline));
  const failed = reports.find(({ status }) => status !== 'persisted');
  if (failed !== undefined) throw new Error(JSON.stringify(failed));
}
