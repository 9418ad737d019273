import { giveUp } from '../../lib/give-up.js';
import { persistShard } from '../../lib/persist-shard.js';
import { queue } from '../../lib/queue.js';
import { backoffSeconds, MAX_DELIVERIES, ShardSchema } from '../../lib/shards.js';

/**
 * Called by the queue and by nobody else: the trigger in vercel.json makes this function private. To return is to
 * acknowledge the message, to throw is to ask for another delivery.
 */
export const POST = queue.handleCallback(
  async (message, { deliveryCount, messageId }) => {
    const parsed = ShardSchema.safeParse(message);
    if (!parsed.success) return giveUp({ messageId, reason: 'not a shard' });
    const { first, last } = parsed.data;
    const facts = { messageId, first, last, deliveries: deliveryCount };
    // Only a function that ended without an answer each time, killed or out of memory, comes here.
    if (deliveryCount > MAX_DELIVERIES) return giveUp({ ...facts, reason: 'the function did not answer' });

    const { counts, complete } = await persistShard(parsed.data);
    if (complete) return console.log(JSON.stringify({ event: 'shard-stored', ...facts, counts }));
    if (deliveryCount === MAX_DELIVERIES) return giveUp({ ...facts, counts });
    console.warn(JSON.stringify({ event: 'shard-incomplete', ...facts, counts }));
    throw new Error('The shard is not completely stored yet.');
  },
  {
    // Longer than maxDuration: nobody else gets the message while a function may be working on it.
    visibilityTimeoutSeconds: 90,
    retry: (_error, { deliveryCount }) => ({ afterSeconds: backoffSeconds(deliveryCount) }),
  },
);
