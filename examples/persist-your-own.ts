/**
 * Persists two entities of your own, each by itself. Run again within 15 minutes, it finds both stored. Reads
 * UPSTASH_REDIS_REST_URL and UPSTASH_REDIS_REST_TOKEN from the environment: npx tsx examples/persist-your-own.ts
 */
import {
  contentHash,
  createDeadline,
  createPersister,
  createSnapshotStore,
  snapshotId,
  systemClock,
} from '../lib/index.js';

const { UPSTASH_REDIS_REST_URL: url = '', UPSTASH_REDIS_REST_TOKEN: token = '' } = process.env;
const store = createSnapshotStore({ url, token, namespace: 'warehouses:' });
const deadline = createDeadline({ budgetMs: 10_000, clock: systemClock });

const pallets = { hamburg: 1_200, rotterdam: 15 };
const snapshots = Object.entries(pallets).map(([region_id, stock]) => {
  const id = snapshotId(deadline.startedAt, contentHash({ region_id, stock }));
  return { region_id, stock, generated_at: deadline.startedAt, meta: { snapshot_id: id } };
});
const reports = await createPersister({ store }).persist(snapshots, deadline);
deadline.close();

for (const report of reports) {
  console.log(report.regionId, report.status, 'message' in report ? report.message : '');
}
process.exitCode = reports.some(({ status }) => status === 'failed') ? 1 : 0;
