import { type Config, parseConfig } from '../../lib/config.js';
import { createGdacsFeeds } from '../../lib/hazards/feeds/gdacs.js';
import { createUsgsFeed } from '../../lib/hazards/feeds/usgs.js';
import { createGeography } from '../../lib/hazards/regions/points.js';
import { REGION_IDS } from '../../lib/hazards/regions/regions.js';
import { summarise } from '../../lib/hazards/snapshot.js';
import { createHazardSource } from '../../lib/hazards/source.js';
import { createStore } from '../../lib/persister/upstash/store.js';
import { createRunner } from '../../lib/runs/run.js';
import type { Snapshot } from '../../lib/runs/snapshot.js';
import { type SampleFeeds, startSampleFeeds } from '../../local/feeds/server.js';
import { type StoreHarness, startStoreHarness } from '../support/store-harness.js';
import type { Deployment } from './page.js';

export const COMMIT = 'abcdef1234567890abcdef1234567890abcdef12';
/** Ms. */
export const BUDGET_MS = 50_000;
/** Ids of the snapshots that another program pushed. */
export const PUSHED = ['bare', 'older'];

const HOUR_MS = 3_600_000;
/** Refused without being called: one input is missing in every run. */
const NO_FEED = 'http://127.0.0.1:1/feed';

/** A database in which a deployment has left everything that it can leave. */
export async function startUsedStore(deployment: Deployment): Promise<StoreHarness> {
  const [harness, feeds] = await Promise.all([startStoreHarness(), startSampleFeeds()]);
  try {
    await use(harness, configOf(deployment, harness, feeds));
  } finally {
    await feeds.close();
  }
  return harness;
}

function configOf(deployment: Deployment, { gateway }: StoreHarness, { urls }: SampleFeeds): Config {
  const result = parseConfig({
    VERCEL_ENV: deployment,
    VERCEL_GIT_COMMIT_SHA: COMMIT,
    UPSTASH_REDIS_REST_URL: gateway.url,
    UPSTASH_REDIS_REST_TOKEN: gateway.token,
    CRON_SECRET: 'cron-secret-7f3a',
    RUN_BUDGET_MS: String(BUDGET_MS),
    ...urls,
    USGS_URL: NO_FEED,
  });
  if (!result.ok) throw new Error(JSON.stringify(result.faults));
  return result.config;
}

/** The inputs that the examples of the page name, and no others. */
function sourceOf({ feeds: urls }: Config) {
  const gdacs = createGdacsFeeds({ url: urls.GDACS_URL, rssUrl: urls.GDACS_RSS_URL });
  const feeds = [...gdacs, createUsgsFeed({ url: urls.USGS_URL })];
  return createHazardSource({ feeds, geography: createGeography() });
}

/** All four outcomes, a claim, and snapshots of another program's: one ahead of the others, one behind. */
async function use(harness: StoreHarness, config: Config): Promise<void> {
  const { environment, budgetMs } = config;
  const runner = (ms = budgetMs) =>
    createRunner({ store: createStore(config.store), environment, budgetMs: ms, summarise });
  const run = () =>
    runner().run({ source: sourceOf(config), regionIds: REGION_IDS, trigger: 'cron', dryRun: false });
  const push = (snapshot: Snapshot) => runner().push([snapshot]);
  const now = Date.now();
  const unfinished = { region_id: 'mena', generated_at: now, meta: { snapshot_id: 'unfinished' } };

  // Before the runs: a change of its regime is in the history.
  await push({
    region_id: 'europe',
    generated_at: now - HOUR_MS,
    meta: { snapshot_id: 'older' },
    regime: { label: 'normal' },
    pressure: { score: 0 },
  });
  await run();
  await run();
  await push({ region_id: 'latam', generated_at: Date.now(), meta: { snapshot_id: 'bare' } });
  // Neither its commit nor the giving up of its claim is heard: all that it leaves is the claim.
  const unheard = { kind: 'status', status: 400 } as const;
  harness.setFaults([
    { match: { phase: 'commit' }, fault: unheard },
    { match: { phase: 'settle' }, fault: unheard },
  ]);
  await push(unfinished);
  harness.setFaults([]);
  // It waits for that claim as long as it may.
  await runner(1_000).push([unfinished]);
}
