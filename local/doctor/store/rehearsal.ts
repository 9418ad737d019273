import type { Config } from '../../../lib/config.js';
import type { Clock } from '../../../lib/limits/deadline.js';
import { createRecord, type SnapshotRecord } from '../../../lib/persister/record.js';
import type { ClaimRef } from '../../../lib/persister/upstash/claim.js';
import { createStoreClient } from '../../../lib/persister/upstash/client.js';
import { StoreError } from '../../../lib/persister/upstash/error.js';
import { createKeys } from '../../../lib/persister/upstash/keys.js';
import { createStore, type Store } from '../../../lib/persister/upstash/store.js';
import { type Finding, fail, ok, skipped } from '../check.js';
import { storeFailure } from './advice.js';

/** No key of a rehearsal that was broken off is left after this, in ms; its dedup key lives 15 min. */
const LIFETIME_MS = 60_000;
const ENTITY = 'doctor';
const CLEAN_UP_MS = 3_000;

type Place = Pick<Config['store'], 'url' | 'token' | 'namespace'>;

/** One step: what is asked, and what a store that keeps the protocol answers. */
interface Step {
  readonly subject: string;
  readonly expected: string;
  /** What it shows, when that is what came. */
  readonly proves: string;
  readonly ask: (signal: AbortSignal) => Promise<readonly (string | StoreError)[]>;
}

/**
 * The persist protocol once from end to end, by the code and the scripts that a run uses, on keys of its own that are
 * deleted afterwards.
 */
export async function rehearse(
  { url, token, namespace }: Place,
  clock: Clock,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const own = `${namespace}doctor:${crypto.randomUUID()}:`;
  const store = createStore({ url, token, namespace: own, retentionMs: LIFETIME_MS });
  const record = makeRecord(clock.now());
  try {
    return await walk(stepsOf(store, record, clock.now()), signal);
  } finally {
    await cleanUp({ url, token, namespace: own }, record);
  }
}

/** Each step builds on the ones before: the first that goes wrong is the one to look at. */
async function walk(steps: readonly Step[], signal: AbortSignal): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const step of steps) {
    const failed = findings.find(({ status }) => status === 'fail');
    findings.push(
      failed === undefined
        ? await take(step, signal)
        : skipped(step.subject, `not asked, because of ${failed.subject}`),
    );
  }
  return findings;
}

async function take({ subject, expected, proves, ask }: Step, signal: AbortSignal): Promise<Finding> {
  try {
    const answers = await ask(signal);
    const error = answers.find((answer) => answer instanceof StoreError);
    if (error !== undefined) return storeFailure(subject, error);
    const seen = answers.join(', ');
    if (seen === expected) return ok(subject, proves);
    const advice =
      'The store does not keep the semantics that the protocol rests on: is it Upstash, or Redis 7 behind its REST API?';
    return fail(subject, `${seen}, where ${expected} is right`, advice);
  } catch (error) {
    if (error instanceof StoreError) return storeFailure(subject, error);
    throw error;
  }
}

function stepsOf(store: Store, record: SnapshotRecord, now: number): readonly Step[] {
  const mine = { entity: ENTITY, hash: record.hash, token: crypto.randomUUID() };
  const others = { ...mine, token: crypto.randomUUID() };
  let fence = '';

  const claim = async (ref: ClaimRef, signal: AbortSignal) => {
    const [reply] = await store.claim([{ ...ref, attempt: 1, leaseMs: LIFETIME_MS }], signal);
    if (reply?.status === 'owned') fence = reply.fence;
    return wordOf(reply);
  };
  const publish = async (signal: AbortSignal, shown = fence) =>
    wordOf((await store.publish([{ record, fence: shown, now }], signal))[0]);
  const settle = async (ref: ClaimRef, signal: AbortSignal) => wordOf((await store.settle([ref], signal))[0]);

  return [
    {
      subject: 'claim (SET NX, GET)',
      expected: 'owned, in-flight',
      proves: 'one writer wins, the other is told to wait',
      ask: async (signal) => [await claim(mine, signal), await claim(others, signal)],
    },
    {
      subject: 'give up (EVAL)',
      expected: 'in-flight, released, absent',
      proves: 'only the owner can, and only once',
      ask: async (signal) => [
        await settle(others, signal),
        await settle(mine, signal),
        await settle(mine, signal),
      ],
    },
    {
      subject: 'publish (EVAL)',
      expected: 'lost, owned, stored',
      proves: 'refused without a claim, stored with one',
      ask: async (signal) => [await publish(signal), await claim(mine, signal), await publish(signal)],
    },
    {
      subject: 'repeat',
      expected: 'duplicate',
      proves: 'the same content is a duplicate',
      ask: async (signal) => [await claim(others, signal)],
    },
    {
      subject: 'read (EVAL_RO)',
      expected: 'found',
      proves: 'latest leads to what was stored',
      ask: async (signal) => [
        (await store.latest(ENTITY, signal))?.payload === undefined ? 'absent' : 'found',
      ],
    },
  ];
}

/** What a reply says, in a word. */
function wordOf(reply: { status: string; error?: StoreError } | undefined): string | StoreError {
  return reply?.error ?? reply?.status ?? 'nothing';
}

function makeRecord(at: number): SnapshotRecord {
  const id = `doctor-${crypto.randomUUID()}`;
  const document = { region_id: ENTITY, generated_at: at, meta: { snapshot_id: id } };
  const record = createRecord({ entity: ENTITY, at, id, document });
  if (!record.ok) throw new Error(record.message);
  return record.value;
}

/** Under a signal of its own: the one of the check may have fired. What cannot be deleted ends by itself. */
async function cleanUp(store: Place, { id, hash }: SnapshotRecord): Promise<void> {
  const keys = createKeys(store.namespace);
  const client = createStoreClient({ ...store, requestTimeoutMs: CLEAN_UP_MS });
  const all = [
    keys.dedup(ENTITY, hash),
    keys.snapshotById(id),
    keys.index(ENTITY),
    keys.trend(ENTITY),
    keys.latest(ENTITY),
    keys.head(ENTITY),
  ];
  await client
    .pipeline((pipeline) => pipeline.del(...all), new AbortController().signal)
    .catch((error: unknown) => {
      if (!(error instanceof StoreError)) throw error;
    });
}
