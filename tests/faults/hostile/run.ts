import persistRegions from '../../../api/cron/persist-regions.js';

/**
 * One call of the cron function in a process of its own, as the scheduler makes it; the environment says where feeds and
 * store are. Prints the answer, how long it took, and the memory that the process needed, as the last line.
 */
const begun = performance.now();
const response = await persistRegions.fetch(
  new Request('http://127.0.0.1/api/cron/persist-regions', {
    headers: { authorization: `Bearer ${process.env.CRON_SECRET}`, 'user-agent': 'vercel-cron/1.0' },
  }),
);
const report: unknown = await response.json();
const tookMs = Math.round(performance.now() - begun);
// In kilobytes, as the kernel counts it.
const maxRssKb = process.resourceUsage().maxRSS;
console.log(`\n${JSON.stringify({ status: response.status, report, tookMs, maxRssKb })}`);
