import { createGdacsFeeds } from '../../../lib/hazards/feeds/gdacs.js';
import { createUsgsFeed } from '../../../lib/hazards/feeds/usgs.js';
import { createGeography } from '../../../lib/hazards/regions/points.js';
import { REGION_IDS } from '../../../lib/hazards/regions/regions.js';
import { createHazardSource } from '../../../lib/hazards/source.js';
import { createStore } from '../../../lib/persister/upstash/store.js';
import { createRunner } from '../../../lib/runs/run.js';

/** One run in a process of its own, with the feeds, the store and the budget of its arguments. Prints its report and its memory. */
const [origin = '', url = '', token = '', namespace = '', budget = ''] = process.argv.slice(2);
const feeds = [
  ...createGdacsFeeds({ url: `${origin}/gdacs`, rssUrl: `${origin}/rss` }),
  createUsgsFeed({ url: `${origin}/usgs` }),
];
const source = createHazardSource({ feeds, geography: createGeography() });
const runner = createRunner({
  store: createStore({ url, token, namespace }),
  environment: 'test',
  budgetMs: Number(budget),
});
const { report } = await runner.run({ source, regionIds: REGION_IDS, trigger: 'cron', dryRun: false });
// In kilobytes, as the kernel counts it.
console.log(JSON.stringify({ report, maxRssKb: process.resourceUsage().maxRSS }));
