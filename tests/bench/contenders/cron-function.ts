import type { RunReport } from '../../../lib/runs/report.js';
import type { Connect } from './contender.js';

const CRON_SECRET = 'bench-secret';

/**
 * The cron function itself, as the platform loads and calls it: its module is loaded when it is called. It reads its
 * feeds and makes its own snapshots, so those that it is given are left aside.
 */
export const connect: Connect = (endpoint) => async () => {
  Object.assign(process.env, {
    UPSTASH_REDIS_REST_URL: endpoint.url,
    UPSTASH_REDIS_REST_TOKEN: endpoint.token,
    KEY_NAMESPACE: endpoint.namespace,
    CRON_SECRET,
  });
  const { default: cron } = await import('../../../api/cron/persist-regions.js');
  const url = 'http://127.0.0.1/api/cron/persist-regions';
  const headers = { authorization: `Bearer ${CRON_SECRET}`, 'user-agent': 'vercel-cron/1.0' };
  const answer = await cron.fetch(new Request(url, { headers }));
  const report = (await answer.json()) as RunReport;
  if (answer.status !== 200 || report.reportStored === false)
    throw new Error(`the function answered ${answer.status}`);
  // Not by a function of another contender: what that one loads would be loaded before the clock starts for this one.
  return report.regions.map(({ regionId, status, startMs, claimMs, commitMs }) => ({
    regionId,
    status: status === 'persisted' || status === 'duplicate' ? status : 'failed',
    doneMs: startMs + claimMs + commitMs,
  }));
};
