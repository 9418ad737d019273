import { isAuthorised } from 'region-persister/web';
import { z } from 'zod';
import { queue, TOPIC } from '../../lib/queue.js';
import { idempotencyKey, listShards, RETENTION_SECONDS, type Shard } from '../../lib/shards.js';
import { countStock } from '../../lib/stock.js';

/** Requests to the queue at the same time. */
const PARALLEL_SENDS = 20;
/** How many functions start in a second: what your source and your database can stand. */
const SHARDS_PER_SECOND = z.coerce.number().positive().default(10).parse(process.env.SHARDS_PER_SECOND);

/** Called by Vercel's cron. Sends a message for each shard; those that were sent in this slot are sent only once. */
export async function GET(request: Request): Promise<Response> {
  if (!isAuthorised(request, process.env.CRON_SECRET)) return new Response(null, { status: 401 });
  const shards = listShards(await countStock(), Date.now());
  const failed = await sendAll(shards);
  // 500, so that a cron monitor notices. Called again, it sends what is missing.
  return Response.json({ shards: shards.length, failed }, { status: failed === 0 ? 200 : 500 });
}

/** @returns how many could not be sent */
async function sendAll(shards: readonly Shard[]): Promise<number> {
  const waiting = [...shards.entries()];
  let failed = 0;
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      if (!(await send(...next))) failed += 1;
    }
  };
  await Promise.all(Array.from({ length: PARALLEL_SENDS }, work));
  return failed;
}

async function send(index: number, shard: Shard): Promise<boolean> {
  try {
    await queue.send(TOPIC, shard, {
      idempotencyKey: idempotencyKey(shard),
      retentionSeconds: RETENTION_SECONDS,
      // Spread over time instead of limited by the queue, which charges for a limit.
      delaySeconds: Math.floor(index / SHARDS_PER_SECOND),
    });
    return true;
  } catch (error) {
    const name = error instanceof Error ? error.name : 'unknown';
    console.error(JSON.stringify({ event: 'send-failed', first: shard.first, error: name }));
    return false;
  }
}
