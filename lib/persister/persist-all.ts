import { setImmediate } from 'node:timers';
import type { Deadline } from '../limits/deadline.js';
import type { RetryPolicy } from '../limits/retry.js';
import { createLane, type LaneDeps } from './lane.js';
import { type Outcome, unsent } from './outcome.js';
import { persistOne } from './persist-one.js';
import { createRecord, type Draft, invalid, type Preparation, type SnapshotRecord } from './record.js';

/** How many lanes work at the same time. With 8 regions each has its own lane. */
export const DEFAULT_PARALLELISM = 8;
/**
 * The size of one commit of a lane with several records. 8 lanes together then have 32 MB in flight, 2.6 s on a
 * 100 Mbit/s line, which is inside the 5 s of a request; requests of the size that Upstash accepts would not be.
 */
export const BATCH_BYTES = 4_000_000;
/** Waits of up to 100, 200, 400 and 800 ms: a dead store is abandoned after about a second. */
export const DEFAULT_RETRY: RetryPolicy = { attempts: 5, baseMs: 100, capMs: 2_000 };

export interface PersistDeps {
  readonly store: LaneDeps['store'];
  /** The most lanes, at least 1. Default 8. */
  readonly parallelism?: number | undefined;
  /** How often a request is sent, and the waits between. Default: 5 attempts, waits of up to 100, 200, 400, 800 ms. */
  readonly retry?: RetryPolicy | undefined;
  /** Evenly distributed in [0, 1): the jitter of the backoff. Default Math.random. */
  readonly random?: (() => number) | undefined;
  /** Makes the owner tokens. Default crypto.randomUUID. */
  readonly newToken?: (() => string) | undefined;
}

export interface PersistRequest<T> {
  readonly items: readonly T[];
  /** Names the entity of an item, for the outcome of one whose document could not be made. */
  readonly entityOf: (item: T) => string;
  /** Makes the document of an item. Called lane by lane, while the requests of earlier lanes are in flight. */
  readonly draftOf: (item: T) => Preparation<Draft>;
  /** No request and no wait continues after it. */
  readonly deadline: Deadline;
}

/**
 * Stores items in parallel lanes, each at most once and isolated from the others. The protocol is drawn above
 * `persistOne` in `persist-one.ts`.
 *
 * @returns the outcome of each item, in the order given. Never throws for failures of the store.
 */
export async function persistAll<T>(deps: PersistDeps, request: PersistRequest<T>): Promise<Outcome[]> {
  const { store, parallelism = DEFAULT_PARALLELISM, retry = DEFAULT_RETRY, random = Math.random } = deps;
  const { items, entityOf, draftOf, deadline } = request;
  const { newToken = () => crypto.randomUUID() } = deps;
  const lives: Promise<Outcome>[] = [];
  for (const places of dealLanes([...items.entries()], parallelism)) {
    const lane = createLane({ store, deadline, random, retry, maxRequestBytes: BATCH_BYTES });
    for (const [place, item] of places) {
      const life = live(item, (record) => persistOne(record, { lane, deadline, random, token: newToken() }));
      // It may reject before `allSettled` below listens, and an unhandled rejection ends the process.
      life.catch(() => undefined);
      lives[place] = life;
    }
    // The network and the store work on this lane while the next one is prepared.
    await nextTurn();
  }
  // A bug in one affects no other.
  const settled = await Promise.allSettled(lives);
  return settled.map((one, place) => (one.status === 'fulfilled' ? one.value : internal(entityAt(place))));

  async function live(item: T, persist: (record: SnapshotRecord) => Promise<Outcome>): Promise<Outcome> {
    const record = prepare(item);
    return record.ok ? persist(record.value) : unsent(record.entity, 'validate', record);
  }

  /** What is stored comes from outside: it may not be what its type says, and a getter or a `toJSON` of it may throw. */
  function prepare(item: T): Preparation<SnapshotRecord> {
    try {
      const draft = draftOf(item);
      return draft.ok ? createRecord(draft.value) : draft;
    } catch {
      // The error is not passed on: it may quote the content.
      return invalid(entityOf(item), 'it cannot be read, or cannot be written as JSON');
    }
  }

  function entityAt(place: number): string {
    const item = items[place];
    return item === undefined ? '' : entityOf(item);
  }
}

/** Waits until the requests are sent: lanes send at the end of a tick. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => process.nextTick(() => setImmediate(resolve)));
}

/** The item has no outcome because of a bug, not because of the store. */
function internal(entity: string): Outcome {
  const failure = { status: 'failed', phase: 'commit', code: 'internal', stored: 'unknown' } as const;
  const message = 'it was left without an outcome';
  return { entity, ...failure, message, attempts: 0, startMs: 0, claimMs: 0, commitMs: 0 };
}

/**
 * Deals items into lanes, one after the other, like cards: with as many lanes as items each has its own.
 *
 * @param most the most lanes, at least 1
 * @returns as many lanes as needed, none of them empty
 */
export function dealLanes<T>(items: readonly T[], most: number): T[][] {
  const lanes: T[][] = Array.from({ length: Math.min(most, items.length) }, () => []);
  items.forEach((item, i) => {
    lanes[i % lanes.length]?.push(item);
  });
  return lanes;
}
