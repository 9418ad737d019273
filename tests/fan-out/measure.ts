import { createClient } from '@redis/client';
import { z } from 'zod';
import { createPersister } from '../../lib/index.js';
import { readScriptOptions } from '../../local/script-options.js';
import { measure } from '../bench/measure/measure.js';
import { startBenchServer } from '../bench/server/start-bench-server.js';

const ROUND_TRIP_MS = 5;
const MOST_MS = 120_000;

const HELP = `Prints how long one call of persist takes for many entities of the example, what it sends and what it stores. The
database and the gateway run in a process of their own; 5 ms of round trip stand for a database nearby.

Usage: npx tsx tests/fan-out/measure.ts [options]

  --entities N  so many; may be given several times (default 250, 1000, 4000, 10000 and 25000)
  -h, --help    show this help
`;

const { entities: sizes } = readScriptOptions({
  help: HELP,
  options: { entities: { type: 'string', multiple: true } },
  schema: z.object({
    entities: z.array(z.coerce.number().int().min(1)).default([250, 1_000, 4_000, 10_000, 25_000]),
  }),
});
const server = await startBenchServer();
const redis = await createClient({ url: server.redisUrl }).connect();
try {
  // The first run pays for what is compiled and connected once.
  for (const size of [250, ...sizes]) await run(size);
} finally {
  redis.destroy();
  await server.close();
}

async function run(size: number): Promise<void> {
  await server.set({ front: 'near', roundTripMs: ROUND_TRIP_MS, fault: null });
  // A namespace of its own: nothing is a duplicate.
  const namespace = `${crypto.randomUUID()}:`;
  const persister = createPersister({ url: server.nearUrl, token: server.token, namespace });
  // As the example's source gives them.
  const entries = Array.from({ length: size }, (_, key) => ({
    entity: `warehouse-${key}`,
    value: { stock: (key * 7_919) % 1_000, unit: 'pallets' },
  }));
  const before = await usedBytes();
  const { result, wallMs, cpuMs } = await measure(() => persister.persist(entries, { budgetMs: MOST_MS }));
  const { requests, commands } = await server.traffic();
  const persisted = result.filter(({ status }) => status === 'persisted').length;
  const seconds = (ms: number) => `${(ms / 1_000).toFixed(2)} s`;
  console.log(
    [
      `${size} entities, ${persisted} persisted: ${seconds(wallMs)}, CPU ${seconds(cpuMs)}`,
      `${requests} requests, ${commands} commands`,
      `${Math.round(((await usedBytes()) - before) / size)} bytes of Redis an entity`,
    ].join(', '),
  );
}

async function usedBytes(): Promise<number> {
  return Number(/used_memory:(\d+)/.exec(await redis.info('memory'))?.[1] ?? 0);
}
