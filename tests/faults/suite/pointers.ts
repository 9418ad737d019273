import { z } from 'zod';
import type { Keys } from '../../../lib/persister/upstash/keys.js';
import type { StoreHarness } from '../../support/store-harness.js';

/** What a region's `latest` and `head` said at one moment, and what was there to be named. */
export interface Pointers {
  readonly regionId: string;
  readonly latest: string | null;
  /** JSON of the head. */
  readonly head: string | null;
  /** The newest of the index; among those of one time, the greatest id. */
  readonly newest: { readonly id: string; readonly generatedAt: number } | null;
  /** Whether the snapshot that `latest` names is stored. */
  readonly exists: boolean;
  /** How much longer the index lives than `latest`, in ms; negative when it ends before. */
  readonly indexOutlivesMs: number;
}

/** KEYS: latest, head, index. ARGV: what every by-id key begins with. All at one moment. */
const PROBE = `
local latest = redis.call('GET', KEYS[1])
local newest = redis.call('ZREVRANGE', KEYS[3], 0, 0, 'WITHSCORES')
local exists = latest and redis.call('EXISTS', ARGV[1] .. latest) or 0
local outlives = redis.call('PTTL', KEYS[3]) - redis.call('PTTL', KEYS[1])
return {latest, redis.call('GET', KEYS[2]), newest, exists, outlives}
`;

const ReplySchema = z.tuple([
  z.string().nullable(),
  z.string().nullable(),
  z.union([z.tuple([z.string(), z.coerce.number()]), z.tuple([])]),
  z.number(),
  z.number(),
]);

export async function readPointers(
  redis: StoreHarness['redis'],
  keys: Keys,
  regionId: string,
): Promise<Pointers> {
  const reply = await redis.eval(PROBE, {
    keys: [keys.latest(regionId), keys.head(regionId), keys.index(regionId)],
    arguments: [keys.snapshotById('')],
  });
  const [latest, head, [id, generatedAt], exists, indexOutlivesMs] = ReplySchema.parse(reply);
  const newest = id === undefined || generatedAt === undefined ? null : { id, generatedAt };
  return { regionId, latest, head, newest, exists: exists === 1, indexOutlivesMs };
}
