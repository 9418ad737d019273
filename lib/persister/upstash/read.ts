import { createHash } from 'node:crypto';
import { z } from 'zod';
import { parseJson } from '../../limits/json.js';
import { type RunReport, RunReportSchema } from '../../runs/report.js';
import {
  readStoredSnapshot,
  type SnapshotHead,
  SnapshotHeadSchema,
  type StoredSnapshot,
  type TrendPoint,
  TrendPointSchema,
} from '../../runs/snapshot.js';
import { SnapshotIdSchema } from '../record.js';
import { type Pipeline, readSlot, type StoreClient, slotValue } from './client.js';
import { StoreError } from './error.js';
import type { Keys } from './keys.js';
import { RUNS_KEPT } from './runs.js';

export interface StoredRuns {
  /** Newest first. */
  readonly runs: readonly RunReport[];
  /** How many entries of the list are no run reports. */
  readonly unreadable: number;
}

/** Reads for whoever wants to look. One request each. */
export interface Reads {
  /**
   * The newest snapshot of a region.
   *
   * @throws StoreError when the store could not be asked, or its `latest` holds no snapshot id
   */
  latest(regionId: string, signal: AbortSignal): Promise<StoredSnapshot>;
  /**
   * One snapshot by its id.
   *
   * @throws StoreError when the store could not be asked
   */
  snapshot(id: string, signal: AbortSignal): Promise<StoredSnapshot>;
  /**
   * The reports of the last runs.
   *
   * @throws StoreError when the store could not be asked
   */
  runs(signal: AbortSignal): Promise<StoredRuns>;
}

export function createReads(client: StoreClient, keys: Keys): Reads {
  return {
    async latest(regionId, signal) {
      const [slot] = await client.pipeline((pipeline) => {
        pipeline.evalRo(READ_LATEST, [keys.latest(regionId)], [keys.snapshotById('')]);
      }, signal);
      const named = slotValue(slot, LatestSchema);
      if (named === null) return { status: 'absent' };
      const [id, payload] = named;
      return payload === undefined
        ? { status: 'unreadable', id, message: `is not there, though the latest of ${regionId} names it` }
        : readStoredSnapshot(payload, { id, regionId });
    },
    async snapshot(id, signal) {
      const [slot] = await client.pipeline((pipeline) => {
        pipeline.get(keys.snapshotById(id));
      }, signal);
      if (slot?.ok === false && slot.error.code === 'redis-wrongtype') {
        return { status: 'unreadable', id, message: 'is stored as something else than a string' };
      }
      const payload = slotValue(slot, z.string().nullable());
      return payload === null ? { status: 'absent' } : readStoredSnapshot(payload, { id });
    },
    async runs(signal) {
      const [slot] = await client.pipeline((pipeline) => {
        pipeline.lrange(keys.runs, 0, RUNS_KEPT - 1);
      }, signal);
      const entries = slotValue(slot, z.array(z.string()));
      const runs = entries.flatMap((entry) => RunReportSchema.safeParse(parseJson(entry)).data ?? []);
      return { runs, unreadable: entries.length - runs.length };
    },
  };
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

/**
 * The last member of a page. Several snapshots may share a `generated_at`, so the time alone would lose or repeat
 * some; and a position would shift when one is added.
 */
export interface HistoryCursor {
  /** Epoch ms. */
  readonly generatedAt: number;
  /** The first 12 hex of the member's SHA-256. */
  readonly member: string;
}

export interface HistoryRange {
  /** Oldest `generated_at`, epoch ms, inclusive. */
  readonly from: number;
  /** Newest `generated_at`, epoch ms, inclusive; null for no such bound. Not looked at with `after`. */
  readonly to: number | null;
  /** Goes on after this one; null for the first page. */
  readonly after: HistoryCursor | null;
  /** The most points. */
  readonly limit: number;
}

export interface HistoryPage {
  /** Newest first, ties by the greater id. May be fewer than the limit where there is more: see `next`. */
  readonly points: readonly (TrendPoint & { readonly generatedAt: number })[];
  /** null on the last page. */
  readonly next: HistoryCursor | null;
}

export interface History {
  /**
   * Reads a page of a region's trend with one request. A member that cannot be read is left out.
   *
   * @throws StoreError when the store could not be asked
   */
  history(regionId: string, range: HistoryRange, signal: AbortSignal): Promise<HistoryPage>;
}

export function createHistory(client: StoreClient, keys: Keys): History {
  return {
    async history(regionId, range, signal) {
      const { after, limit } = range;
      const slots = await client.pipeline(
        (pipeline) => addRanges(pipeline, keys.trend(regionId), range),
        signal,
      );
      const [first = [], second = []] = slots.map((slot) => slotValue(slot, MembersSchema));
      return toPage(after === null ? first : [...behind(after, first), ...second], limit);
    },
  };
}

interface Member {
  readonly text: string;
  /** Epoch ms. */
  readonly generatedAt: number;
}

/** One command; two after a cursor: what shares its time, and what is older. */
function addRanges(pipeline: Pipeline, key: string, { from, to, after, limit }: HistoryRange): void {
  const newestFirst = { byScore: true, rev: true, withScores: true } as const;
  // One more than asked for tells whether there is another page.
  const page = { ...newestFirst, offset: 0, count: limit + 1 };
  if (after === null) {
    pipeline.zrange(key, to ?? '+inf', from, page);
    return;
  }
  const { generatedAt } = after;
  pipeline
    .zrange(key, generatedAt, Math.max(generatedAt, from), newestFirst)
    .zrange(key, `(${generatedAt}`, from, page);
}

/** What comes after the cursor among the members of its time; all of them when it is no longer there. */
function behind(cursor: HistoryCursor, ties: readonly Member[]): Member[] {
  return ties.slice(ties.findIndex(({ text }) => digest(text) === cursor.member) + 1);
}

/** Redis answers members and scores in turn. */
const MembersSchema = z
  .array(z.string())
  .transform((flat) =>
    flat.flatMap((text, i) => (i % 2 === 0 ? { text, generatedAt: Number(flat[i + 1]) } : [])),
  )
  .pipe(z.array(z.object({ text: z.string(), generatedAt: z.int() })));

function toPage(members: readonly Member[], limit: number): HistoryPage {
  const page = members.slice(0, limit);
  const last = page.at(-1);
  const points = page.flatMap(({ text, generatedAt }) => {
    const point = TrendPointSchema.safeParse(parseJson(text)).data;
    return point === undefined ? [] : [{ ...point, generatedAt }];
  });
  const hasMore = last !== undefined && members.length > limit;
  return { points, next: hasMore ? { generatedAt: last.generatedAt, member: digest(last.text) } : null };
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
