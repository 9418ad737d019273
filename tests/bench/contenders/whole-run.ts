import { DEFAULT_BUDGET_MS } from '../../../lib/config.js';
import { summarise } from '../../../lib/hazards/snapshot.js';
import { createStore } from '../../../lib/persister/upstash/store.js';
import { createRunner } from '../../../lib/runs/run.js';
import type { Snapshot } from '../../../lib/runs/snapshot.js';
import type { Source } from '../../../lib/runs/source.js';
import type { Connect } from './contender.js';
import { told } from './ours.js';

/** A run as the cron function makes it, heads and report included, with feeds that answer at once. */
export const connect: Connect = (endpoint) => async (snapshots) => {
  const runner = createRunner({
    store: createStore(endpoint),
    environment: 'benchmark',
    budgetMs: DEFAULT_BUDGET_MS,
    summarise,
  });
  const { report, reportFailure } = await runner.run({
    source: sourceOf(snapshots),
    regionIds: snapshots.map(({ region_id }) => region_id),
    trigger: 'cron',
    dryRun: false,
  });
  if (reportFailure !== null) throw reportFailure;
  return report.regions.map(told);
};

function sourceOf(snapshots: readonly Snapshot[]): Source {
  const byRegion = new Map(snapshots.map((snapshot) => [snapshot.region_id, snapshot]));
  return {
    collect: async () => ({
      inputs: [],
      assess({ regionId }) {
        const snapshot = byRegion.get(regionId);
        if (snapshot === undefined) return { status: 'failed', code: 'unknown', message: 'no such region' };
        return { status: 'assessed', snapshot };
      },
    }),
  };
}
