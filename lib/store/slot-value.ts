import type { z } from 'zod';
import { readSlot, type Slot } from './client.js';
import { StoreError } from './store-error.js';

/**
 * What Redis answered to one command, for a request that is worth nothing without it.
 *
 * @throws StoreError when Redis answered an error, or something that the schema does not take
 */
export function slotValue<T>(slot: Slot | undefined, schema: z.ZodType<T>): T {
  const value = readSlot(slot, schema);
  if (value instanceof StoreError) throw value;
  return value;
}
