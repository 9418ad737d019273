import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createRecord,
  EntityIdSchema,
  type Fields,
  type Preparation,
  type SnapshotRecord,
} from '../../lib/persister/record.js';
import { createStore } from '../../lib/persister/upstash/store.js';
import {
  draftOfSnapshot,
  SnapshotHeadSchema,
  snapshotHash,
  TrendPointSchema,
} from '../../lib/runs/snapshot.js';
import { answeringTransport } from '../support/answering-transport.js';
import { makeSnapshot } from '../support/snapshots.js';

const NOW = 1_790_000_000_000;
const DAY_MS = 86_400_000;

function prepareSnapshot(snapshot: Fields, maxBytes?: number): Preparation<SnapshotRecord> {
  const draft = draftOfSnapshot(snapshot, NOW);
  return draft.ok ? createRecord(draft.value, maxBytes) : draft;
}

function prepare(snapshot: Fields): SnapshotRecord {
  const record = prepareSnapshot(snapshot);
  if (record.ok) return record.value;
  throw new Error(record.message);
}

/** Bytes of the request that commits one prepared snapshot, with keys as long as they may be. */
async function commitBytes(record: SnapshotRecord): Promise<number> {
  let bytes = 0;
  const store = createStore({
    url: 'http://127.0.0.1:9',
    token: 'token',
    namespace: 'n'.repeat(64),
    transport: answeringTransport('[{"result":"stored"}]', (body) => {
      bytes = Buffer.byteLength(body);
    }),
  });
  const fence = `claim:${crypto.randomUUID()}.12345`;
  await store.publish([{ record, fence }], new AbortController().signal);
  return bytes;
}

describe('a snapshot made ready for the store', () => {
  const snapshot = makeSnapshot('mena', { generatedAt: NOW });

  it('serialises the snapshot as it is, under its id and the hash of its content', () => {
    expect(prepare(snapshot)).toMatchObject({
      entity: 'mena',
      id: snapshot.meta.snapshot_id,
      at: snapshot.generated_at,
      hash: snapshotHash(snapshot),
      payload: JSON.stringify(snapshot),
    });
  });

  it('makes the head and the trend point of it', () => {
    const { head, point, id, hash } = prepare(snapshot);
    expect(SnapshotHeadSchema.parse(JSON.parse(head))).toEqual({
      id,
      generated_at: snapshot.generated_at,
      hash,
      regime: snapshot.regime,
      pressure_score: 0.5,
    });
    expect(TrendPointSchema.parse(JSON.parse(point))).toEqual({
      id,
      regime_label: 'watch',
      pressure_score: 0.5,
    });
  });

  it.each<[string, Record<string, unknown>]>([
    ['is missing', {}],
    ['is null', { regime: null, pressure: null }],
    ['is something else altogether', { regime: 'calm', pressure: [1, 2] }],
    ['lacks what a head tells of it', { regime: { name: 'calm' }, pressure: { level: 1 } }],
    ['has it in another type', { regime: { label: 7 }, pressure: { score: 'high' } }],
  ])('has no regime and no score in the head when what another maker calls so %s', (_name, content) => {
    const { region_id, generated_at, meta } = snapshot;
    const { head, point, id } = prepare({ region_id, generated_at, meta, ...content });
    expect(JSON.parse(head)).toMatchObject({ regime: null, pressure_score: null });
    expect(JSON.parse(point)).toEqual({ id, regime_label: null, pressure_score: null });
  });

  it('makes an id of time and content where there is none, and puts it into the document', () => {
    const { meta: _meta, ...rest } = snapshot;
    const { id, hash, payload } = prepare({ ...rest, meta: { mine: 1 } });
    expect(id).toBe(`${NOW.toString(36)}-${hash.slice(0, 12)}`);
    expect(JSON.parse(payload)).toEqual({ ...rest, meta: { mine: 1, snapshot_id: id } });
  });

  it('hashes what is stored: contents that differ in a Date alone are two', () => {
    const [one, other] = [1, 2].map((day) =>
      prepare({ ...snapshot, seen: new Date(Date.UTC(2026, 8, day)) }),
    );
    expect(one?.payload).not.toBe(other?.payload);
    expect(one?.hash).not.toBe(other?.hash);
  });

  it.each<[string, object, string]>([
    ['no region', { region_id: undefined }, 'region_id: '],
    ['a region that would tear its keys apart', { region_id: 'mena:latest' }, 'region_id: '],
    ['no time', { generated_at: undefined }, 'generated_at: must be epoch milliseconds'],
    ['no number for a time', { generated_at: Number.NaN }, 'generated_at: must be epoch milliseconds'],
    [
      'a time long ago',
      { generated_at: NOW - 91 * DAY_MS },
      'generated_at: must not be more than 90 days ago',
    ],
    [
      'a time far ahead',
      { generated_at: NOW + 5 * 60_000 + 1 },
      'generated_at: must not be more than 5 minutes ahead',
    ],
    ['no meta', { meta: undefined }, 'meta: '],
    ['an id that would tear its key apart', { meta: { snapshot_id: 'a:b' } }, 'meta.snapshot_id: '],
    [
      'a field named __proto__',
      JSON.parse('{"x":{"__proto__":1}}'),
      'the snapshot has a field named __proto__',
    ],
    ['a bigint', { x: 1n }, 'the snapshot is not valid JSON'],
  ])('refuses a snapshot with %s, and says what is wrong', (_name, content, message) => {
    const refused = prepareSnapshot({ ...snapshot, ...content });
    expect(refused).toMatchObject({ ok: false, code: 'invalid-snapshot' });
    expect(refused).toHaveProperty('message', expect.stringContaining(message));
  });

  it('refuses a snapshot that is nested deeper than the call stack, or in itself', () => {
    const deep: unknown = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000));
    const ring: { inner?: unknown } = {};
    ring.inner = ring;
    for (const x of [deep, ring]) {
      expect(prepareSnapshot({ ...snapshot, x })).toEqual({
        ok: false,
        entity: 'mena',
        code: 'invalid-snapshot',
        message: 'the snapshot is nested more than 64 levels deep',
      });
    }
  });

  it('reveals no value of a snapshot that it refuses', () => {
    const content = {
      region_id: 'secret one',
      generated_at: 'secret two',
      meta: { snapshot_id: 'secret three' },
    };
    const refused = prepareSnapshot({ ...snapshot, ...content });
    expect(refused.ok).toBe(false);
    expect(refused).toHaveProperty('message', expect.not.stringContaining('secret'));
  });

  it('refuses a snapshot whose commit would be too large for a request, and takes one that just fits', () => {
    const { requestBytes } = prepare(snapshot);
    expect(prepareSnapshot(snapshot, requestBytes)).toMatchObject({ ok: true });
    expect(prepareSnapshot(snapshot, requestBytes - 1)).toEqual({
      ok: false,
      entity: 'mena',
      code: 'snapshot-too-large',
      message: `the snapshot takes ${requestBytes} of at most ${requestBytes - 1} bytes`,
    });
  });

  it('measures what is stored, which may be several times what was sent', () => {
    // `1e20` takes 4 bytes of a push, and 21 of what is stored and answered.
    expect(prepareSnapshot({ ...snapshot, numbers: Array(170_000).fill(1e20) })).toMatchObject({ ok: true });
    expect(prepareSnapshot({ ...snapshot, numbers: Array(190_000).fill(1e20) })).toMatchObject({
      ok: false,
      code: 'snapshot-too-large',
      message: expect.stringMatching(/^the snapshot takes 41\d{5} of at most 4000000 bytes$/),
    });
  });

  it('knows an upper bound of what the commit adds to a request, whatever the texts', async () => {
    const text = fc.string({ unit: 'binary', size: 'xlarge', maxLength: 20_000 });
    await fc.assert(
      fc.asyncProperty(text, text, text, async (content, label, transition_driver) => {
        const prepared = prepare({
          ...makeSnapshot('mena', { generatedAt: NOW, content, id: 'i'.repeat(128) }),
          regime: { label, previous_label: label, transitioned_at: NOW, transition_driver },
        });
        expect(await commitBytes(prepared)).toBeLessThanOrEqual(prepared.requestBytes);
      }),
      { numRuns: 30 },
    );
  });
});

describe('EntityIdSchema', () => {
  it.each(['mena', 'sub-saharan-africa', '7', 'A.b_c', 'x'.repeat(64)])('takes %j', (id) => {
    expect(EntityIdSchema.parse(id)).toBe(id);
  });

  it.each(['', '-a', '.', '_a', 'a:b', 'a b', 'a\n', 'é', '{a}', 'x'.repeat(65), '__proto__'])(
    'refuses %j',
    (id) => {
      expect(EntityIdSchema.safeParse(id).success).toBe(false);
    },
  );
});
