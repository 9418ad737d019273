import { fileURLToPath } from 'node:url';
import { pastSnapshots } from '../../../../local/feeds/sample-history.js';
import { startSampleFeeds } from '../../../../local/feeds/server.js';
import { startSite } from '../../../../local/site.js';
import { AUTHORISED, CRON_SECRET, reportIn } from '../../../support/api-stack.js';
import { callHttp } from '../../../support/serve-handler.js';
import { NAMESPACE, startStoreHarness } from '../../../support/store-harness.js';

export type PageStack = Awaited<ReturnType<typeof startPageStack>>;

const HOUR_MS = 60 * 60_000;
const CRON_PATH = '/api/cron/persist-regions';
const CRON_HEADERS = { ...AUTHORISED, 'user-agent': 'vercel-cron/1.0' };
const PUSH_HEADERS = { ...AUTHORISED, 'content-type': 'application/json' };
/** Twelve steps of all eight regions: a push takes at most 100. */
const PUSH_SIZE = 96;
/**
 * The whole system behind the page: static files, functions, a store that can be disturbed, and feeds whose world can
 * be moved in time.
 *
 * @param env changes to the environment of the functions
 */
export async function startPageStack(env: Readonly<Record<string, string>> = {}) {
  const harness = await startStoreHarness();
  let feeds = await startSampleFeeds();
  const { urls } = feeds;
  const functions = await startSite({
    root: fileURLToPath(new URL('../../../../', import.meta.url)),
    env: {
      UPSTASH_REDIS_REST_URL: harness.gateway.url,
      UPSTASH_REDIS_REST_TOKEN: harness.gateway.token,
      KEY_NAMESPACE: NAMESPACE,
      CRON_SECRET,
      ...urls,
      ...env,
    },
    // A run's account of itself; what matters of it is in its report.
    onLog: () => undefined,
  });

  async function push(snapshots: readonly unknown[]) {
    const body = JSON.stringify({ snapshots });
    const call = { method: 'POST', path: '/api/snapshots', headers: PUSH_HEADERS, body };
    return reportIn(await callHttp(functions.url, call));
  }

  return {
    url: `${functions.url}/`,
    harness,
    /** Runs as the scheduler does, but whether or not anything is due: one slot has to do for all runs of a test. */
    async run(query: Readonly<Record<string, string>> = {}) {
      const path = `${CRON_PATH}?${new URLSearchParams({ due: 'false', ...query })}`;
      return reportIn(await callHttp(functions.url, { path, headers: CRON_HEADERS }));
    },
    push,
    /** Pushes four snapshots a day for 30 days, for every region. */
    async pushPast() {
      const snapshots = pastSnapshots(Date.now());
      for (let at = 0; at < snapshots.length; at += PUSH_SIZE)
        await push(snapshots.slice(at, at + PUSH_SIZE));
    },
    /** Serves the sample events as if they had happened that many hours earlier. */
    async moveFeeds(hoursBack: number) {
      await feeds.close();
      const port = Number(new URL(Object.values(urls)[0] ?? '').port);
      feeds = await startSampleFeeds({ now: Date.now() - hoursBack * HOUR_MS, port });
    },
    /** What the API answers, as anybody would read it. */
    async read(path: string): Promise<unknown> {
      return JSON.parse((await callHttp(functions.url, { path })).text);
    },
    async close() {
      await functions.close();
      await feeds.close();
      await harness.close();
    },
  };
}
