import { createHash } from 'node:crypto';
import { REGION_IDS } from '../../../lib/hazards/regions/regions.js';
import { canonicalJson, inspectJson, nestedBytes } from '../../../lib/limits/json.js';
import { createRecord } from '../../../lib/persister/record.js';
import { contentOfSnapshot, draftOfSnapshot, type Snapshot } from '../../../lib/runs/snapshot.js';
import { createRoutes } from '../../../lib/web/index.js';
import { measure } from '../measure/measure.js';
import { NAMESPACE } from '../namespace.js';
import { makePayloads } from '../payloads.js';
import type { Work } from '../results.js';
import { type Bench, payloadsOf } from './bench.js';

const ROUNDS = 7;
const SNAPSHOTS = 200;
/** A push takes at most 100 snapshots, and 4.5 MB. */
const PUSHED = 100;
const PUSHED_BYTES = 44_000;
const KEYS = 600_000;
const KEYS_OF_ONE = 100;
const CRON_SECRET = 'bench-secret';

/** What the processor has to do, whatever the distance: CPU time, the least of several rounds. */
export async function measureWork(bench: Bench): Promise<Work> {
  const { server, witness, progress } = bench;
  const { push } = createRoutes({
    env: {
      UPSTASH_REDIS_REST_URL: server.nearUrl,
      UPSTASH_REDIS_REST_TOKEN: server.token,
      KEY_NAMESPACE: NAMESPACE,
      CRON_SECRET,
    },
    log: () => undefined,
  });

  async function send(body: string, expected: number): Promise<void> {
    const headers = { authorization: `Bearer ${CRON_SECRET}` };
    const request = new Request('http://127.0.0.1/api/snapshots', { method: 'POST', headers, body });
    const { status } = await push(request);
    if (status !== expected) throw new Error(`a push was answered ${status}`);
  }

  const rounds: Work[] = [];
  await server.set({ roundTripMs: 0, front: 'near', fault: null });
  for (let round = 0; round < ROUNDS; round += 1) {
    progress(`CPU of snapshots and pushes, round ${round + 1}`);
    await witness.clear();
    const snapshots = payloadsOf(SNAPSHOTS, round);
    const largest = largestPush(round);
    const keys = manyKeys();
    rounds.push({
      snapshotMs: await cpuOfEach(snapshots, makeReady),
      bareSnapshotMs: await cpuOfEach(snapshots, writeAndHash),
      partsMs: await cpuOfParts(snapshots),
      largestPushMs: await cpuOf(() => send(largest, 200)),
      manyKeysMs: await cpuOf(() => send(keys, 400)),
    });
  }
  const least = (of: (work: Work) => number) => Math.min(...rounds.map(of));
  return {
    snapshotMs: least(({ snapshotMs }) => snapshotMs),
    bareSnapshotMs: least(({ bareSnapshotMs }) => bareSnapshotMs),
    partsMs: Object.fromEntries(
      Object.keys(rounds[0]?.partsMs ?? {}).map((part) => [part, least(({ partsMs }) => partsMs[part] ?? 0)]),
    ),
    largestPushMs: least(({ largestPushMs }) => largestPushMs),
    manyKeysMs: least(({ manyKeysMs }) => manyKeysMs),
  };
}

/** What making a snapshot ready consists of, but for small change. */
const PARTS: Readonly<Record<string, (snapshot: Snapshot) => void>> = {
  'looking for faults': (snapshot) => void inspectJson(snapshot),
  'canonical text of the content': (snapshot) => void canonicalJson(contentOfSnapshot(snapshot)),
  'stored text': (snapshot) => void JSON.stringify(snapshot),
};

async function cpuOfParts(snapshots: readonly Snapshot[]): Promise<Record<string, number>> {
  const parts: Record<string, number> = {};
  for (const [part, work] of Object.entries(PARTS)) parts[part] = await cpuOfEach(snapshots, work);
  const texts = snapshots.map((snapshot) => JSON.stringify(snapshot));
  parts['its SHA-256'] = await cpuOfEach(texts, (text) => createHash('sha256').update(text).digest('hex'));
  parts['sizes of the stored text'] = await cpuOfEach(texts, (text) => nestedBytes(text));
  return parts;
}

async function cpuOfEach<T>(items: readonly T[], work: (item: T) => void): Promise<number> {
  return (await cpuOf(() => items.forEach(work))) / items.length;
}

async function cpuOf(work: () => unknown): Promise<number> {
  const { cpuMs } = await measure(async () => {
    await work();
  });
  return cpuMs;
}

function makeReady(snapshot: Snapshot): void {
  const draft = draftOfSnapshot(snapshot, Date.now());
  if (!draft.ok || !createRecord(draft.value).ok) throw new Error('a snapshot was refused');
}

/** What nothing can do without that stores a snapshot and recognises it again. */
function writeAndHash(snapshot: Snapshot): void {
  createHash('sha256').update(JSON.stringify(snapshot)).digest('hex');
}

function largestPush(round: number): string {
  const regionIds = Array.from({ length: PUSHED }, (_, i) => REGION_IDS[i % REGION_IDS.length] ?? '');
  const snapshots = makePayloads({
    regionIds,
    bytes: PUSHED_BYTES,
    salt: `p${round}`,
    generatedAt: Date.now(),
  });
  return JSON.stringify({ snapshots });
}

/** More fields than are accepted, in as many bytes as are. */
function manyKeys(): string {
  const fields = Array.from({ length: KEYS_OF_ONE }, (_, i) => `"${i.toString(36)}":1`).join();
  const objects = Array(KEYS / KEYS_OF_ONE).fill(`{${fields}}`);
  return `{"snapshots":[{"region_id":"mena","data":[${objects.join()}]}]}`;
}
