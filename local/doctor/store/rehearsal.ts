import { z } from 'zod';
import type { Config } from '../../../lib/config.js';
import type { Clock } from '../../../lib/limits/deadline.js';
import { createRecord, type SnapshotRecord } from '../../../lib/persister/record.js';
import type { ClaimRef } from '../../../lib/persister/upstash/claim.js';
import { createStoreClient, readSlot, type StoreClient } from '../../../lib/persister/upstash/client.js';
import { StoreError } from '../../../lib/persister/upstash/error.js';
import { createKeys, type Keys } from '../../../lib/persister/upstash/keys.js';
import { DEDUP_WINDOW_MS } from '../../../lib/persister/upstash/publish.js';
import { createStore, type Store } from '../../../lib/persister/upstash/store.js';
import { type Finding, fail, ok, skipped } from '../check.js';
import { storeFailure } from './advice.js';

const LEASE_MS = 60_000;
const ENTITY = 'doctor';
/** No text has it. */
const NO_PAYLOAD = '0'.repeat(40);
const CLEAN_UP_MS = 3_000;

type Place = Pick<Config['store'], 'url' | 'token' | 'namespace'>;
/** How far a lifetime may have run down since it was set, in ms. */
const LIFETIME_SLACK_MS = 60_000;

/** One step: a request, and the answer of a store that follows the protocol. */
interface Step {
  readonly subject: string;
  readonly expected: string;
  /** What it proves when the answer is as expected. */
  readonly proves: string;
  readonly ask: (signal: AbortSignal) => Promise<readonly (string | StoreError)[]>;
}

/**
 * Does once what a run does, from end to end: the persist protocol and the report, with the code, the scripts and the
 * lifetimes that a run uses, on keys of its own that are deleted afterwards.
 */
export async function rehearse(
  { url, token, namespace, retentionMs }: Config['store'],
  clock: Clock,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const place = { url, token, namespace: `${namespace}doctor:${crypto.randomUUID()}:` };
  const store = createStore({ ...place, retentionMs });
  const record = makeRecord(clock.now());
  const lifetimes = { client: createStoreClient(place), keys: createKeys(place.namespace), retentionMs };
  try {
    const steps = [
      ...protocolSteps(store, record),
      reportStep(store, clock.now()),
      lifetimeStep(lifetimes, record),
    ];
    return await walk(steps, signal);
  } finally {
    await cleanUp(place, record);
  }
}

/** Each step builds on the ones before it: only the first that fails matters. */
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
      'The store does not behave as the protocol requires: check that it is Upstash, or Redis 7 behind the same REST API.';
    return fail(subject, `${seen}, where ${expected} is right`, advice);
  } catch (error) {
    if (error instanceof StoreError) return storeFailure(subject, error);
    throw error;
  }
}

function protocolSteps(store: Store, record: SnapshotRecord): readonly Step[] {
  const mine = { entity: ENTITY, hash: record.hash, token: crypto.randomUUID() };
  const others = { ...mine, token: crypto.randomUUID() };
  let fence = '';

  const claim = async (ref: ClaimRef, signal: AbortSignal) => {
    const [reply] = await store.claim([{ ...ref, attempt: 1, leaseMs: LEASE_MS }], signal);
    if (reply?.status === 'owned') fence = reply.fence;
    return wordOf(reply);
  };
  const publish = async (signal: AbortSignal, shown = fence) =>
    wordOf((await store.publish([{ record, fence: shown }], signal))[0]);
  const settle = async (ref: ClaimRef, signal: AbortSignal) =>
    wordOf((await store.settle([{ ...ref, id: record.id, payloadSha1: NO_PAYLOAD }], signal))[0]);

  return [
    {
      subject: 'claim (SET NX, GET)',
      expected: 'owned, in-flight',
      proves: 'one writer wins, the other has to wait',
      ask: async (signal) => [await claim(mine, signal), await claim(others, signal)],
    },
    {
      subject: 'release (EVAL)',
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

/** The report of a run, with the summary that other programs read, and whether it is there when it is said to be. */
function reportStep(store: Store, now: number): Step {
  const report = JSON.stringify({ runId: crypto.randomUUID(), startedAt: new Date(now).toISOString() });
  return {
    subject: 'report',
    expected: 'found',
    proves: 'stored, and read back',
    async ask(signal) {
      const summary = { summary: '{}', seedMeta: '{}', at: now };
      await store.storeRun({ list: 'runs', report, summary }, signal);
      return [(await store.reports('runs', signal)).includes(report) ? 'found' : 'absent'];
    },
  };
}

/** Whether keys have the lifetime that was set: neither less nor unlimited. */
function lifetimeStep(
  { client, keys, retentionMs }: { client: StoreClient; keys: Keys; retentionMs: number },
  { id, hash }: SnapshotRecord,
): Step {
  const asked = new Map([
    [keys.snapshotById(id), retentionMs],
    [keys.latest(ENTITY), retentionMs],
    [keys.index(ENTITY), retentionMs],
    [keys.dedup(ENTITY, hash), DEDUP_WINDOW_MS],
    [keys.runs, retentionMs],
  ]);
  return {
    subject: 'lifetimes (PTTL)',
    expected: [...asked.keys()].map(() => 'kept').join(', '),
    proves: 'every key has the lifetime that was set',
    async ask(signal) {
      const slots = await client.pipeline((pipeline) => {
        for (const key of asked.keys()) pipeline.pttl(key);
      }, signal);
      return [...asked.values()].map((lifetimeMs, i) => {
        const left = readSlot(slots[i], z.int());
        if (left instanceof StoreError) return left;
        const isKept = left <= lifetimeMs && left > lifetimeMs - LIFETIME_SLACK_MS;
        return isKept ? 'kept' : `${left} of ${lifetimeMs} ms`;
      });
    },
  };
}

/** A reply in one word. */
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

/** With its own signal, because that of the check may have fired. What cannot be deleted expires. */
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
    keys.regimeHistory(ENTITY),
    keys.memory(ENTITY),
    keys.runs,
    keys.summary,
    keys.seedMeta,
  ];
  await client
    .pipeline((pipeline) => pipeline.del(...all), new AbortController().signal)
    .catch((error: unknown) => {
      if (!(error instanceof StoreError)) throw error;
    });
}
