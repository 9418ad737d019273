import type { Deadline } from './deadline.js';
import { type Account, sealReport } from './report.js';
import type { RetryPolicy } from './retry.js';
import type { Snapshot } from './snapshot.js';
import { askStore } from './store/ask.js';
import { runCommands } from './store/runs.js';
import type { SnapshotStore } from './store/snapshot-store.js';
import { StoreError } from './store/store-error.js';
import { summarise } from './summary.js';

export interface StoreReportDeps {
  readonly store: Pick<SnapshotStore, 'storeRun' | 'usage'>;
  readonly retry: RetryPolicy;
  readonly random: () => number;
}

/**
 * Adds the account of a run to the stored runs. The stored report counts the request that stores it; how long that took
 * is known only afterwards.
 *
 * @param snapshots of the run: what its summary is made from
 * @returns why it could not be stored; null when it was
 */
export async function storeReport(
  { store, retry, random }: StoreReportDeps,
  account: Account,
  { snapshots, deadline }: { readonly snapshots: readonly Snapshot[]; readonly deadline: Deadline },
): Promise<StoreError | null> {
  // A push may be a backfill: it says nothing of whether the cron is alive.
  const isRun = account.trigger !== 'push';
  const summary = isRun ? summarise(account.counts, snapshots, deadline.startedAt) : null;
  const { requests, commands } = store.usage();
  const usage = { requests: requests + 1, commands: commands + runCommands(summary) };
  const report = sealReport(account, deadline, usage);
  const stored = await askStore((signal) => store.storeRun(report, summary, signal), {
    policy: retry,
    limit: deadline.limit('report'),
    random,
  });
  return stored instanceof StoreError ? stored : null;
}
