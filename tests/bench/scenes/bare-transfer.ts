import { cutBatches } from '../../../lib/persister/lane.js';
import { BATCH_BYTES, dealLanes } from '../../../lib/persister/persist-all.js';
import { createKeys } from '../../../lib/persister/upstash/keys.js';
import { post } from '../contenders/bare-requests.js';
import { startWatch } from '../contenders/contender.js';
import { NAMESPACE } from '../namespace.js';
import type { Bench } from './bench.js';
import type { Entrant } from './compare-warm.js';

const LANES = 8;

/**
 * The floor for many snapshots: one bare request, then the payloads as plain SETs in 8 lanes of requests as large as ours.
 * The bodies are made beforehand, so that what is left is the network, the gateway and Redis.
 */
export function enterBareTransfer({ server: { nearUrl, token } }: Bench): Entrant {
  const keys = createKeys(NAMESPACE);
  const send = (body: string) => post(`${nearUrl}/pipeline`, token, body);
  return {
    name: 'bare transfer',
    role: 'floor',
    prepare(snapshots) {
      const commands = snapshots.map((snapshot) =>
        JSON.stringify(['SET', keys.snapshotById(snapshot.meta.snapshot_id), JSON.stringify(snapshot)]),
      );
      const lanes = dealLanes(commands, LANES).map((lane) =>
        cutBatches(lane, (command) => Buffer.byteLength(command) + 1, BATCH_BYTES).map(
          (batch) => `[${batch.join()}]`,
        ),
      );
      return async () => {
        const elapsedMs = startWatch();
        await send('[["PING"]]');
        await Promise.all(
          lanes.map(async (bodies) => {
            for (const body of bodies) await send(body);
          }),
        );
        return snapshots.map(({ region_id: regionId }) => ({
          regionId,
          status: 'persisted',
          doneMs: elapsedMs(),
        }));
      };
    },
  };
}
