import { expect, it } from 'vitest';
import {
  backoffSeconds,
  idempotencyKey,
  listShards,
  MAX_DELIVERIES,
  RETENTION_SECONDS,
  ShardSchema,
} from '../../examples/fan-out/lib/shards.js';

const AT = Date.UTC(2026, 10, 26, 6, 1);

it('cuts all keys into shards, each key in one', () => {
  const shards = listShards(1_001, AT);

  expect(shards.map(({ first, last }) => [first, last])).toEqual([
    [0, 249],
    [250, 499],
    [500, 749],
    [750, 999],
    [1_000, 1_000],
  ]);
  expect(listShards(100_000, AT)).toHaveLength(400);
});

it('sends references of under 100 bytes, however many entities there are', () => {
  const messages = listShards(1_000_000, AT).map((shard) => JSON.stringify(shard));

  expect(Math.max(...messages.map((message) => Buffer.byteLength(message)))).toBeLessThan(100);
  expect(() => ShardSchema.parse({ at: AT, first: 0, last: 249, values: [] })).toThrow();
});

it('gives a shard the same name in all calls of a quarter of an hour, and a different one from the others', () => {
  const keysAt = (at: number) => listShards(1_000, at).map(idempotencyKey);

  expect(keysAt(AT + 13 * 60_000)).toEqual(keysAt(AT));
  expect(new Set([...keysAt(AT), ...keysAt(AT + 14 * 60_000)]).size).toBe(8);
});

it('gives a shard up before its message expires, and lets it expire before the persister forgets', () => {
  const waits = Array.from({ length: MAX_DELIVERIES - 1 }, (_, index) => backoffSeconds(index + 1));
  const mostSeconds = waits.reduce((sum, wait) => sum + wait) + MAX_DELIVERIES * 60;

  expect(waits).toEqual([5, 10, 20, 40]);
  expect(mostSeconds).toBeLessThan(RETENTION_SECONDS);
  expect(RETENTION_SECONDS).toBeLessThan(15 * 60);
});
