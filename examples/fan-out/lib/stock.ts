import type { Entry } from 'region-persister';
import { z } from 'zod';
import type { Shard } from './shards.js';

// Yours: replace this file by queries to your database or API.

const CountSchema = z.coerce.number().int().min(1).max(1_000_000).default(100_000);

/** How many warehouses there are. */
export async function countStock(): Promise<number> {
  return CountSchema.parse(process.env.ENTITIES);
}

/**
 * Reads the warehouses of a shard: `SELECT … WHERE key BETWEEN first AND last`.
 *
 * @throws RangeError when there are none
 */
export async function readStock({ at, first, last }: Shard): Promise<Entry[]> {
  if (last >= (await countStock())) throw new RangeError('there are no such warehouses');
  return Array.from({ length: last - first + 1 }, (_, index) => {
    const key = first + index;
    return { entity: `warehouse-${key}`, at, value: { stock: (key * 7_919) % 1_000, unit: 'pallets' } };
  });
}
