import { z } from 'zod';
import { createDeadline, type Deadline, systemClock } from '../limits/deadline.js';
import { isLostAsJson, parseJson } from '../limits/json.js';
import type { RetryPolicy } from '../limits/retry.js';
import type { Outcome } from './outcome.js';
import { DEFAULT_PARALLELISM, persistAll } from './persist-all.js';
import {
  assessHealth,
  createReading,
  type EntityHealth,
  READ_TIMEOUT_MS,
  readLatest,
  readStored,
  type StoredSnapshot,
} from './reads.js';
import {
  type Draft,
  EntityIdSchema,
  type Fields,
  invalid,
  isFields,
  type Preparation,
  RETENTION_MS,
  SnapshotIdSchema,
  timeFault,
} from './record.js';
import { removeSnapshot } from './remove.js';
import { StoreError } from './upstash/error.js';
import type { Member } from './upstash/lists.js';
import { connectionFrom, createStore, type Env, type StoreOptions } from './upstash/store.js';

export interface PersisterOptions extends Partial<StoreOptions> {
  /** Where `url` and `token` are read when they are not given. Default `process.env`. */
  readonly env?: Env;
  /** The most lanes that work at the same time, at least 1. Default 8. */
  readonly parallelism?: number;
  /** How often a request is sent, and the waits between. Default: 5 attempts, waits of up to 100, 200, 400, 800 ms. */
  readonly retry?: RetryPolicy;
  /** Evenly distributed in [0, 1): the jitter of the backoff. Default Math.random. */
  readonly random?: () => number;
}

export interface PersistOptions {
  /** Ms from now until everything must have been answered. Default 10,000. */
  readonly budgetMs?: number;
  /** The deadline of a run that has other work to do, instead of a budget. */
  readonly deadline?: Deadline;
}

/** A stored snapshot of an entity. */
export interface StoredValue {
  readonly id: string;
  /** Epoch ms. */
  readonly at: number;
  readonly value: Fields;
}

export interface HistoryOptions {
  /** The `next` of the page before. Default: the first page. */
  readonly after?: string;
  /** Oldest time, epoch ms, inclusive. Default: as far back as there is anything. */
  readonly from?: number;
  /** Newest time, epoch ms, inclusive. Ignored with `after`. Default: the newest there is. */
  readonly to?: number;
  /** The most records of a page. Default 50. */
  readonly limit?: number;
}

export interface EntityHistory {
  /** Newest first. */
  readonly records: readonly { readonly id: string; readonly at: number }[];
  /** For `after`; null on the last page. */
  readonly next: string | null;
}

/** Stores and reads entities. Reads take at most 3 seconds and throw a StoreError when the store did not answer. */
export interface Persister {
  /**
   * Stores entries in parallel, each at most once in 15 minutes for the same content, and each isolated from the
   * others.
   *
   * @returns the outcome of each entry, in the order given. Never throws for failures of the store.
   */
  persist(entries: readonly Entry[], options?: PersistOptions): Promise<readonly Outcome[]>;
  /** @returns the newest snapshot of an entity; null when there is none */
  latest(entity: string): Promise<StoredValue | null>;
  /** @returns the snapshot of this id; null when there is none */
  get(id: string): Promise<StoredValue | null>;
  /** @returns a page of the snapshots of an entity, newest first */
  history(entity: string, options?: HistoryOptions): Promise<EntityHistory>;
  /**
   * Removes a snapshot in one atomic step. When it was the newest, the one before it becomes the latest.
   *
   * @returns false when there is none of this id
   */
  remove(id: string): Promise<boolean>;
  /**
   * @param options.maxAgeMs the age in ms from which the newest snapshot of an entity is stale
   * @param options.entities which entities. Default: all that are stored under this namespace, found by scanning the
   *   whole database: name them where it is large.
   * @returns always an answer: the status is `unreachable` when the store did not answer
   */
  health(options: { maxAgeMs: number; entities?: readonly string[] }): Promise<EntityHealth>;
}

const DEFAULT_BUDGET_MS = 10_000;
const DEFAULT_PAGE = 50;

/**
 * Makes a persister, which stores many entities in parallel over Upstash's REST API, each at most once and isolated
 * from the others.
 *
 * @param options.namespace put before every key. Default: nothing.
 * @param options.url the database's REST URL. Default: UPSTASH_REDIS_REST_URL or KV_REST_API_URL.
 * @param options.token its token. Default: UPSTASH_REDIS_REST_TOKEN or KV_REST_API_TOKEN.
 * @returns a persister. Nothing is sent yet, and nothing has to be closed.
 * @throws TypeError that names the variable when there is no URL or token
 * @throws RangeError when `parallelism` is not a whole number above 0
 */
export function createPersister(options: PersisterOptions = {}): Persister {
  const { env = process.env, parallelism = DEFAULT_PARALLELISM, retry, random, namespace = '' } = options;
  if (!Number.isInteger(parallelism) || parallelism < 1) {
    throw new RangeError(`parallelism must be a whole number above 0, not ${parallelism}`);
  }
  const connection = connectionFrom(options, env);
  const store = createStore({ ...options, ...connection, namespace });
  const reads = createStore({ requestTimeoutMs: READ_TIMEOUT_MS, ...options, ...connection, namespace });
  const reading = createReading({ random });
  const retentionMs = options.retentionMs ?? RETENTION_MS;

  return {
    async persist(entries, { budgetMs = DEFAULT_BUDGET_MS, deadline } = {}) {
      const own = deadline ?? createDeadline({ budgetMs });
      const deps = { store, parallelism, retry, random };
      try {
        return await persistAll(deps, {
          items: entries,
          entityOf: nameOf,
          draftOf: (entry) => draftOf(entry, own.startedAt),
          deadline: own,
        });
      } finally {
        if (deadline === undefined) own.close();
      }
    },
    async latest(entity) {
      return storedValue(readLatest(await heard((signal) => reads.latest(entity, signal)), entity));
    },
    async get(id) {
      const payload = await heard((signal) => reads.snapshot(id, signal));
      return payload === null ? null : storedValue(readStored(payload, { id }));
    },
    async history(entity, { after = null, from, to = null, limit = DEFAULT_PAGE } = {}) {
      // Older ones wait for the next commit to be pruned, and what they name may be gone.
      const oldest = systemClock.now() - Math.max(retentionMs, RETENTION_MS);
      const range = { from: Math.max(from ?? 0, oldest), to, after, limit };
      const { members, next } = await heard((signal) => reads.history(entity, range, signal));
      return { records: members.flatMap(pointOf), next };
    },
    async remove(id) {
      const removal = await heard((signal) => removeSnapshot({ store: reads }, id, signal));
      if (removal === 'unreadable')
        throw new Error(`the snapshot ${id} cannot be removed: it cannot be read`);
      if (removal === 'busy') {
        throw new Error(
          `the snapshot ${id} was not removed: its entity was written to during each attempt; try again`,
        );
      }
      return removal === 'removed';
    },
    health: (question) => assessHealth(reads, reading, question),
  };

  async function heard<T>(read: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const answer = await reading(read);
    if (answer instanceof StoreError) throw answer;
    return answer;
  }
}

/** @throws StoreError when what is stored is not a snapshot */
function storedValue(stored: StoredSnapshot): StoredValue | null {
  if (stored.status === 'absent') return null;
  if (stored.status === 'unreadable') {
    throw new StoreError('snapshot-unreadable', `the snapshot ${stored.id} ${stored.message}`, {
      retryable: false,
    });
  }
  const { region_id: _entity, generated_at: at, meta, ...value } = stored.snapshot;
  return { id: meta.snapshot_id, at, value };
}

const PointSchema = z.object({ id: SnapshotIdSchema });

/** A member that cannot be read is left out. */
function pointOf({ text, at }: Member): { id: string; at: number }[] {
  const point = PointSchema.safeParse(parseJson(text)).data;
  return point === undefined ? [] : [{ id: point.id, at }];
}

/** One entry to store: the current state of one of your entities. */
export interface Entry {
  /** Names the entity: 1 to 64 letters, digits, dots, hyphens and underscores, beginning with a letter or a digit. */
  readonly entity: string;
  /** What is stored: the fields of a JSON object, without `region_id`, `generated_at` and `meta`. */
  readonly value: Fields;
  /**
   * Names the snapshot: 1 to 128 letters, digits, dots, hyphens and underscores. Default: made from time and content.
   */
  readonly id?: string;
  /** When it was true, epoch ms: at most 90 days ago and 5 minutes ahead. Default: now. */
  readonly at?: number;
  /** A small summary that is stored beside it, for reading many entities at once. Default: none. */
  readonly head?: Fields;
}

/** Fields that the stored document and its head have themselves. */
const ENVELOPE = ['region_id', 'generated_at', 'meta'];
const HEAD = ['id', 'generated_at', 'hash'];

/** For the outcome of an entry, whatever was given as one. */
function nameOf(entry: Entry | null | undefined): string {
  return typeof entry?.entity === 'string' ? entry.entity : '';
}

/**
 * Makes the document of an entry.
 *
 * @param now epoch ms: the time of an entry that names none
 * @returns the draft, or why the entry cannot be stored
 */
export function draftOf(entry: Entry, now: number): Preparation<Draft> {
  const { entity, value, id, at = now, head = {} } = entry;
  const wrongTime = timeFault(at, now);
  const faults = [
    EntityIdSchema.safeParse(entity).success
      ? []
      : 'entity: must be 1 to 64 letters, digits, dots, hyphens or underscores',
    id === undefined || SnapshotIdSchema.safeParse(id).success
      ? []
      : 'id: must be 1 to 128 letters, digits, dots, hyphens or underscores',
    wrongTime === null ? [] : `at: ${wrongTime}`,
    ...faultsOfFields('value', value, ENVELOPE),
    ...faultsOfFields('head', head, HEAD),
  ].flat();
  if (faults.length > 0) return invalid(entity, faults.join('; '));
  const meta = id === undefined ? {} : { snapshot_id: id };
  const document = { region_id: entity, generated_at: at, meta, ...value };
  return { ok: true, value: { entity, at, id, document, head } };
}

function faultsOfFields(part: 'value' | 'head', fields: unknown, reserved: readonly string[]): string[] {
  if (!isFields(fields) || isLostAsJson(fields)) return [`${part}: must be an object with fields of its own`];
  return reserved
    .filter((name) => Object.hasOwn(fields, name))
    .map((name) => `${part}: must not have a field ${name}, which what is stored has of its own`);
}
