import { getDeadline } from '@vercel/functions';
import type { Config } from './config.js';
import { createFeeds } from './hazards/feeds/feeds.js';
import { createGeography } from './hazards/regions/points.js';
import { createHazardSource } from './hazards/source.js';
import { createSnapshotStore } from './persister/upstash/store.js';
import { createRunner, type Runner } from './runs/run.js';
import type { SnapshotSource } from './runs/source.js';

/** A runner for one call, with a store of its own: overlapping calls in one process share nothing. */
export function composeRunner(config: Config): Runner {
  return createRunner({
    store: createSnapshotStore(config.store),
    environment: config.environment,
    budgetMs: budgetMs(config),
    // The platform takes the level from the method, and the rest as it is.
    log: (entry) => console[entry.level](JSON.stringify(entry)),
  });
}

/** Disaster events from GDACS and USGS. */
export function composeSource({ feeds }: Config): SnapshotSource {
  return createHazardSource({ feeds: createFeeds(feeds), geography: createGeography() });
}

/** What the platform grants this call, where it says so; else what is configured. */
function budgetMs(config: Config): number {
  const deadline = getDeadline();
  return deadline === undefined ? config.budgetMs : Math.max(0, deadline.getTime() - Date.now());
}
