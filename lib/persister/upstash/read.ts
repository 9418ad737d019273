import { z } from 'zod';
import { SnapshotIdSchema } from '../record.js';
import { type StoreClient, slotValue } from './client.js';
import type { Keys } from './keys.js';
import { RUNS_KEPT } from './runs.js';

/** Reads what Redis holds, with one request each. What the texts mean is the business of those who wrote them. */
export interface Reads {
  /**
   * Reads the heads of several entities with one command.
   *
   * @returns the head of each entity that has one
   * @throws StoreError when the store could not be asked
   */
  heads(entities: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, string>>;
  /**
   * Reads what the last runs have remembered of several entities, with one command.
   *
   * @returns the memory of each entity that has one, JSON
   * @throws StoreError when the store could not be asked
   */
  memories(entities: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, string>>;
  /**
   * Reads several snapshots by their ids with one command.
   *
   * @returns the text of each that is there
   * @throws StoreError when the store could not be asked
   */
  snapshots(ids: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, string>>;
  /**
   * The entities that have a head, in no order. Walks through the whole database, a thousand keys a request.
   *
   * @throws StoreError when the store could not be asked
   */
  entities(signal: AbortSignal): Promise<readonly string[]>;
  /**
   * The newest snapshot of an entity.
   *
   * @returns its id and text, without the text when it is not there or is not a string; null when there is none
   * @throws StoreError when the store could not be asked, or `latest` does not hold a snapshot id
   */
  latest(entity: string, signal: AbortSignal): Promise<{ id: string; payload?: string } | null>;
  /**
   * One snapshot by its id.
   *
   * @returns its text; null when there is none
   * @throws StoreError when the store could not be asked, or the key does not hold a string
   */
  snapshot(id: string, signal: AbortSignal): Promise<string | null>;
  /**
   * The reports of the last runs, newest first.
   *
   * @throws StoreError when the store could not be asked
   */
  runs(signal: AbortSignal): Promise<readonly string[]>;
}

export function createReads(client: StoreClient, keys: Keys): Reads {
  /** The texts under the keys of these names, by name, with one MGET. */
  async function textsOf(
    names: readonly string[],
    keyOf: (name: string) => string,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, string>> {
    if (names.length === 0) return new Map();
    const [slot] = await client.pipeline((pipeline) => {
      pipeline.mget(names.map(keyOf));
    }, signal);
    const texts = slotValue(slot, z.array(z.string().nullable()));
    return new Map(
      names.flatMap((name, i) => {
        const text = texts[i];
        return typeof text === 'string' ? [[name, text]] : [];
      }),
    );
  }

  return {
    heads: (entities, signal) => textsOf(entities, keys.head, signal),
    memories: (entities, signal) => textsOf(entities, keys.memory, signal),
    snapshots: (ids, signal) => textsOf(ids, keys.snapshotById, signal),
    async entities(signal) {
      const prefix = keys.head('');
      const found = new Set<string>();
      let cursor = '0';
      do {
        const [slot] = await client.pipeline((pipeline) => {
          pipeline.scan(cursor, { match: `${escapeGlob(prefix)}*`, count: SCAN_COUNT });
        }, signal);
        const [next, page] = slotValue(slot, z.tuple([z.string(), z.array(z.string())]));
        for (const key of page) found.add(key.slice(prefix.length));
        cursor = next;
      } while (cursor !== '0');
      return [...found];
    },
    async latest(entity, signal) {
      const [slot] = await client.pipeline((pipeline) => {
        pipeline.evalRo(READ_LATEST, [keys.latest(entity)], [keys.snapshotById('')]);
      }, signal);
      const named = slotValue(slot, LatestSchema);
      if (named === null) return null;
      const [id, payload] = named;
      return payload === undefined ? { id } : { id, payload };
    },
    async snapshot(id, signal) {
      const [slot] = await client.pipeline((pipeline) => {
        pipeline.get(keys.snapshotById(id));
      }, signal);
      return slotValue(slot, z.string().nullable());
    },
    async runs(signal) {
      const [slot] = await client.pipeline((pipeline) => {
        pipeline.lrange(keys.runs, 0, RUNS_KEPT - 1);
      }, signal);
      return slotValue(slot, z.array(z.string()));
    },
  };
}

const SCAN_COUNT = 1_000;

/** A namespace may hold characters that mean something in a pattern. */
function escapeGlob(text: string): string {
  return text.replace(/[*?[\]\\]/g, '\\$&');
}

const LatestSchema = z
  .union([z.tuple([SnapshotIdSchema]), z.tuple([SnapshotIdSchema, z.string()])])
  .nullable();

/**
 * Reads the snapshot that a region's `latest` names. Writes nothing; it is sent with EVAL_RO, so that Redis would
 * refuse a write.
 *
 * KEYS  1 latest
 * ARGV  1 what the keys of all snapshots by id begin with
 *
 * | reply         | when                                                                       |
 * |---------------|----------------------------------------------------------------------------|
 * | nil           | the region has no latest snapshot                                          |
 * | {id}          | latest names a snapshot that is not there, or whose key holds no string    |
 * | {id, payload} | latest names a snapshot, and here it is                                    |
 *
 * The key of the snapshot is not in KEYS, as those of all other scripts are: its name is known only when `latest` has
 * been read. Asking for the two one after the other would cost a second round trip, and between the two a newer
 * snapshot could arrive. Stores that lock by key are not misled: without the flag that asks for it, they lock as a whole.
 */
export const READ_LATEST = `
local id = redis.call('GET', KEYS[1])
if not id then return nil end
local payload = redis.pcall('GET', ARGV[1] .. id)
if type(payload) ~= 'string' then return {id} end
return {id, payload}
`;
