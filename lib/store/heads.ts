import { z } from 'zod';
import { parseJson } from '../parse-json.js';
import { type SnapshotHead, SnapshotHeadSchema } from '../snapshot.js';
import { readSlot, type StoreClient } from './client.js';
import type { Keys } from './keys.js';
import { StoreError } from './store-error.js';

export interface Heads {
  /**
   * Reads the heads of several regions with one command.
   *
   * @returns the head of each region, in order; null where there is none. A head that cannot be read counts as none:
   *   the next persisted snapshot replaces it, where an error would keep the region from ever being stored again.
   * @throws StoreError when the store could not be asked
   */
  heads(regionIds: readonly string[], signal: AbortSignal): Promise<readonly (SnapshotHead | null)[]>;
}

const ValuesSchema = z.array(z.string().nullable());

export function createHeads(client: StoreClient, keys: Keys): Heads {
  return {
    async heads(regionIds, signal) {
      const [slot] = await client.pipeline((pipeline) => {
        pipeline.mget(regionIds.map(keys.head));
      }, signal);
      const values = readSlot(slot, ValuesSchema);
      if (values instanceof StoreError) throw values;
      return values.map(parseHead);
    },
  };
}

function parseHead(text: string | null): SnapshotHead | null {
  const head = SnapshotHeadSchema.safeParse(text === null ? null : parseJson(text));
  return head.success ? head.data : null;
}
