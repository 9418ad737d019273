import { z } from 'zod';

/** The most entities of a shard. A function persists them in about a second, and the rest of its time is reserve. */
export const SHARD_SIZE = 250;

/**
 * A message says which entities are meant, never what they are: their values are read when it is delivered. It stays
 * under a hundred bytes, however large the entities are.
 */
export const ShardSchema = z.strictObject({
  /** Epoch ms: when the shards were listed. All entities of a run are stored with this time. */
  at: z.int().positive(),
  /** The first and the last key of the shard, both included. */
  first: z.int().nonnegative(),
  last: z.int().nonnegative(),
});

export type Shard = z.infer<typeof ShardSchema>;

/**
 * Cuts the keys 0 to `count - 1` into shards. Ranges of a primary key work for any table: unlike offsets they mean the
 * same rows when some were added or deleted in between.
 *
 * @param at epoch ms
 */
export function listShards(count: number, at: number): Shard[] {
  return Array.from({ length: Math.ceil(count / SHARD_SIZE) }, (_, index) => ({
    at,
    first: index * SHARD_SIZE,
    last: Math.min((index + 1) * SHARD_SIZE, count) - 1,
  }));
}

/** The persister recognises content that it stored in the last 15 minutes. */
const SLOT_MS = 15 * 60_000;

/** The same for all calls of the cron route in a slot: the queue keeps the first message of each shard. */
export function idempotencyKey({ at, first }: Shard): string {
  return `${Math.floor(at / SLOT_MS)}-${first}`;
}

/**
 * A message expires a minute before the persister forgets what was stored for it, so that none is delivered too late to
 * be recognised as a duplicate.
 */
export const RETENTION_SECONDS = 14 * 60;

/** How often a message is delivered before it is given up. */
export const MAX_DELIVERIES = 5;

/**
 * The wait before the next delivery: 5, 10, 20, 40 seconds. Together with five runs of a function they are over well
 * before the message expires.
 *
 * @param deliveries how often it was delivered so far, from 1
 */
export function backoffSeconds(deliveries: number): number {
  return Math.min(60, 5 * 2 ** (deliveries - 1));
}
