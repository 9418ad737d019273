import { DEFAULT_BUDGET_MS } from '../../../lib/config.js';
import { createDeadline, systemClock } from '../../../lib/limits/deadline.js';
import { createStore } from '../../../lib/persister/upstash/store.js';
import type { RegionReport } from '../../../lib/runs/report.js';
import { persistSnapshots } from '../../support/persist.js';
import type { Connect, Told } from './contender.js';

const LANES = 8;

/** The persister of this project. As in the functions, store and deadline are made anew for each run. */
export const connect: Connect = (endpoint) => async (snapshots) => {
  const deadline = createDeadline({ budgetMs: DEFAULT_BUDGET_MS, clock: systemClock });
  try {
    const deps = { store: createStore(endpoint), parallelism: LANES };
    return (await persistSnapshots(deps, snapshots, deadline)).map(told);
  } finally {
    deadline.close();
  }
};

export function told({ regionId, status, startMs, claimMs, commitMs }: RegionReport): Told {
  const doneMs = startMs + claimMs + commitMs;
  // Only what is not stored counts as failed; `current` is an outcome of runs, and this is the persister alone.
  return { regionId, status: status === 'persisted' || status === 'duplicate' ? status : 'failed', doneMs };
}
