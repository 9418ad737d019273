import { z } from 'zod';
import { SnapshotIdSchema } from '../record.js';
import { readSlot, type Slot, type StoreClient, slotValue } from './client.js';
import type { StoreError } from './error.js';
import type { Keys } from './keys.js';
import { type ReportList, RUNS_KEPT } from './lists.js';

/** Reads what Redis holds, with one request each. Interpreting the texts is up to those who wrote them. */
export interface Reads {
  /**
   * Reads the heads of several entities with one command.
   *
   * @returns the head of each entity that has one
   * @throws StoreError when the request to the store failed
   */
  heads(entities: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, string>>;
  /**
   * Reads the heads of several entities and the newest reports of runs with one request.
   *
   * @param most how many reports to read at most
   * @returns the head of each entity that has one, and the reports, newest first; or why those cannot be read
   * @throws StoreError when the request to the store failed
   */
  pulse(entities: readonly string[], most: number, signal: AbortSignal): Promise<Pulse>;
  /**
   * Reads what the last runs have remembered of several entities, with one command.
   *
   * @returns the memory of each entity that has one, JSON
   * @throws StoreError when the request to the store failed
   */
  memories(entities: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, string>>;
  /**
   * Reads several snapshots by their ids with one command.
   *
   * @returns the text of each that is there
   * @throws StoreError when the request to the store failed
   */
  snapshots(ids: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, string>>;
  /**
   * The entities that have a head, in no order. Walks through the whole database, a thousand keys a request.
   *
   * @throws StoreError when the request to the store failed
   */
  entities(signal: AbortSignal): Promise<readonly string[]>;
  /**
   * The newest snapshot of an entity.
   *
   * @returns its id and text, without the text when it is not there or is not a string; null when there is none
   * @throws StoreError when the request to the store failed, or `latest` does not hold a snapshot id
   */
  latest(entity: string, signal: AbortSignal): Promise<{ id: string; payload?: string } | null>;
  /**
   * One snapshot by its id.
   *
   * @returns its text; null when there is none
   * @throws StoreError when the request to the store failed, or the key does not hold a string
   */
  snapshot(id: string, signal: AbortSignal): Promise<string | null>;
  /**
   * The reports of the last runs or pushes, newest first.
   *
   * @throws StoreError when the request to the store failed
   */
  reports(list: ReportList, signal: AbortSignal): Promise<readonly string[]>;
}

/** Shows whether runs happen and store snapshots. */
export interface Pulse {
  readonly heads: ReadonlyMap<string, string>;
  readonly reports: readonly string[] | StoreError;
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
    return byName(names, slot);
  }

  return {
    heads: (entities, signal) => textsOf(entities, keys.head, signal),
    async pulse(entities, most, signal) {
      const [heads, reports] = await client.pipeline((pipeline) => {
        pipeline.mget(entities.map(keys.head));
        pipeline.lrange(keys.runs, 0, most - 1);
      }, signal);
      return { heads: byName(entities, heads), reports: readSlot(reports, z.array(z.string())) };
    },
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
        const named = [keys.latest(entity), keys.index(entity), keys.head(entity)];
        pipeline.evalRo(READ_LATEST, named, [keys.snapshotById('')]);
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
    async reports(list, signal) {
      const [slot] = await client.pipeline((pipeline) => {
        pipeline.lrange(keys[list], 0, RUNS_KEPT - 1);
      }, signal);
      return slotValue(slot, z.array(z.string()));
    },
  };
}

/** The texts that a MGET answered, by name. */
function byName(names: readonly string[], slot: Slot | undefined): ReadonlyMap<string, string> {
  const texts = slotValue(slot, z.array(z.string().nullable()));
  return new Map(
    names.flatMap((name, i) => {
      const text = texts[i];
      return typeof text === 'string' ? [[name, text]] : [];
    }),
  );
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
 * Reads the newest snapshot of an entity: the one that `latest` names; where `latest` is gone, the newest of the index;
 * where that is gone too, the one that the head names. Writes nothing; it is sent with EVAL_RO, so that Redis would
 * refuse a write.
 *
 * KEYS  1 latest · 2 index · 3 head
 * ARGV  1 what the keys of all snapshots by id begin with
 *
 * | reply         | when                                                              |
 * |---------------|-------------------------------------------------------------------|
 * | nil           | the entity has no snapshot                                        |
 * | {id}          | the snapshot is not there, or its key does not hold a string      |
 * | {id, payload} | here it is                                                        |
 *
 * The key of the snapshot is not in KEYS, as those of all other scripts are: its name is known only when the others
 * have been read. Asking for them one after the other would cost a second round trip, and between the two a newer
 * snapshot could arrive. This is safe on stores that lock by key: without the flag that asks for that, they lock the
 * whole database.
 */
const READ_LATEST = `
local id = redis.call('GET', KEYS[1])
if not id then id = redis.call('ZREVRANGE', KEYS[2], 0, 0)[1] end
if not id then
  local head = redis.call('GET', KEYS[3])
  local ok, fields = pcall(cjson.decode, head or '')
  if ok and type(fields) == 'table' and type(fields.id) == 'string' then id = fields.id end
end
if not id then return nil end
local payload = redis.pcall('GET', ARGV[1] .. id)
if type(payload) ~= 'string' then return {id} end
return {id, payload}
`;
