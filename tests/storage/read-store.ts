import { z } from 'zod';
import type { StoreHarness } from '../support/store-harness.js';

type Redis = StoreHarness['redis'];

/** A key as Redis has it. */
export interface StoredKey {
  readonly name: string;
  /** As Redis calls it: string, zset, list. */
  readonly type: string;
  /** Ms left; negative when it never ends. */
  readonly ttlMs: number;
  /** Its one value, its members or its items. */
  readonly values: readonly string[];
  /** Of a sorted set. */
  readonly scores: readonly number[];
}

/** Everything that is stored, read without knowing any name. */
export async function readStore(redis: Redis): Promise<StoredKey[]> {
  const names = await redis.keys('*');
  return Promise.all(names.toSorted().map((name) => readKey(redis, name)));
}

async function readKey(redis: Redis, name: string): Promise<StoredKey> {
  const [type, ttlMs] = await Promise.all([redis.type(name), redis.pTTL(name)]);
  return { name, type, ttlMs, ...(await readValues(redis, name, type)) };
}

async function readValues(
  redis: Redis,
  name: string,
  type: string,
): Promise<Pick<StoredKey, 'values' | 'scores'>> {
  if (type === 'list') return { values: await redis.lRange(name, 0, -1), scores: [] };
  if (type === 'zset') {
    const members = await redis.zRangeWithScores(name, 0, -1);
    return { values: members.map(({ value }) => value), scores: members.map(({ score }) => score) };
  }
  return { values: [z.string().parse(await redis.get(name))], scores: [] };
}

const TextSchema = z.union([z.string(), z.number()]).transform(String);
/** A newer protocol pairs members with their scores, an older one lists them in turn. */
const ReplySchema = z.union([TextSchema, z.array(z.union([TextSchema, z.array(TextSchema)]))]);

/** What `redis-cli` would print, line by line. */
export async function ask(redis: Redis, command: string): Promise<string[]> {
  const reply = ReplySchema.parse(await redis.sendCommand(command.split(' ')));
  return [reply].flat(2);
}
