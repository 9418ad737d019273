import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRecord, SnapshotIdSchema, snapshotId, timeFault } from '../../lib/persister/record.js';
import {
  draftOfSnapshot,
  parseHead,
  parseMemory,
  SnapshotHeadSchema,
  snapshotHash,
} from '../../lib/runs/snapshot.js';

const NOW = 1_790_000_000_000;
const DAY_MS = 86_400_000;
const AHEAD_MS = 5 * 60_000;

describe('snapshotHash', () => {
  const SNAPSHOT = {
    region_id: 'mena',
    generated_at: NOW,
    meta: { snapshot_id: 'a' },
    regime: { label: 'watch', meta: 1, generated_at: 2 },
    pressure: null,
  };

  it('is the SHA-256 of the canonical JSON without generated_at and meta, in lower-case hex', () => {
    const content =
      '{"pressure":null,"regime":{"generated_at":2,"label":"watch","meta":1},"region_id":"mena"}';
    expect(snapshotHash(SNAPSHOT)).toBe(createHash('sha256').update(content).digest('hex'));
  });

  it('ignores when and by whom the snapshot was made, and whether that is given at all', () => {
    const { generated_at: _generatedAt, meta: _meta, ...content } = SNAPSHOT;
    const others = [
      { ...SNAPSHOT, generated_at: 1 },
      { ...SNAPSHOT, meta: { snapshot_id: 'b', trigger_reason: 'manual' } },
      content,
    ];
    for (const other of others) expect(snapshotHash(other)).toBe(snapshotHash(SNAPSHOT));
  });

  it('ignores when something was noticed', () => {
    const at = (transitioned_at: number, observed_at: number) =>
      snapshotHash({
        ...SNAPSHOT,
        regime: { label: 'watch', transitioned_at },
        evidence: [{ id: 'a', observed_at }, 'no object'],
      });
    expect(at(1, 2)).toBe(at(3, 4));
    expect(at(1, 2)).not.toBe(snapshotHash({ ...SNAPSHOT, evidence: [{ id: 'b' }, 'no object'] }));
  });

  it('heeds every other field, and what is called meta or generated_at further inside', () => {
    const others = [
      { ...SNAPSHOT, region_id: 'latam' },
      { ...SNAPSHOT, regime: { ...SNAPSHOT.regime, meta: 2 } },
      { ...SNAPSHOT, regime: { ...SNAPSHOT.regime, generated_at: 3 } },
      { ...SNAPSHOT, pressure: 0 },
      { ...SNAPSHOT, Meta: {} },
    ];
    const hashes = [SNAPSHOT, ...others].map(snapshotHash);
    expect(new Set(hashes).size).toBe(6);
  });

  it('is the same for the same content, whatever the fields and their order', () => {
    const fields = fc.dictionary(fc.string(), fc.jsonValue());
    fc.assert(
      fc.property(fields, fc.integer(), fc.jsonValue(), (content, generated_at, meta) => {
        const backwards = Object.fromEntries(Object.entries(content).reverse());
        const first = snapshotHash({ ...content, generated_at, meta });
        expect(snapshotHash({ ...backwards, generated_at: 0, meta: {} })).toBe(first);
        expect(snapshotHash({ ...content, generated_at, meta, one_more: 0 })).not.toBe(first);
      }),
    );
  });
});

describe('snapshotId', () => {
  const hash = snapshotHash({ region_id: 'mena' });

  it('is the time in base 36 and the first 12 digits of the hash', () => {
    expect(snapshotId(NOW, hash)).toBe(`mubbs7i8-${hash.slice(0, 12)}`);
  });

  it('sorts by time, for all the years in which the time has as many digits', () => {
    const times = fc.integer({ min: Date.UTC(1973, 0), max: Date.UTC(2059, 0) });
    fc.assert(
      fc.property(times, times, (a, b) => {
        fc.pre(a !== b);
        expect(snapshotId(a, hash) < snapshotId(b, hash)).toBe(a < b);
      }),
    );
  });

  it('is one that SnapshotIdSchema takes', () => {
    expect(SnapshotIdSchema.parse(snapshotId(0, hash))).toBe(`0-${hash.slice(0, 12)}`);
  });
});

describe('SnapshotIdSchema', () => {
  it.each(['a', 'A.b_c-9', '-', 'x'.repeat(128), '__proto__'])('takes %j', (id) => {
    expect(SnapshotIdSchema.parse(id)).toBe(id);
  });

  it.each(['', 'a:b', 'a b', ' a', 'a\n', 'ä', 'a/b', '{a}', '*', 'x'.repeat(129), 7, null])(
    'refuses %j',
    (id) => {
      expect(SnapshotIdSchema.safeParse(id).success).toBe(false);
    },
  );
});

describe('timeFault', () => {
  it.each([NOW, NOW - 90 * DAY_MS, NOW + AHEAD_MS])('takes %i', (time) => {
    expect(timeFault(time, NOW)).toBeNull();
  });

  it.each([
    [NOW - 90 * DAY_MS - 1, 'must not be more than 90 days ago'],
    [NOW + AHEAD_MS + 1, 'must not be more than 5 minutes ahead'],
    [NOW / 1000, 'must not be more than 90 days ago'],
    [NOW + 0.5, 'must be epoch milliseconds'],
    [Number.NaN, 'must be epoch milliseconds'],
    [String(NOW), 'must be epoch milliseconds'],
    [new Date(NOW).toISOString(), 'must be epoch milliseconds'],
    [null, 'must be epoch milliseconds'],
    [undefined, 'must be epoch milliseconds'],
  ])('refuses %j: %s', (time, message) => {
    expect(timeFault(time, NOW)).toBe(message);
  });
});

describe('draftOfSnapshot', () => {
  const foreign = {
    region_id: 'mena',
    generated_at: NOW,
    meta: {},
    regime: { label: '𝄞'.repeat(99), previous_label: 'p'.repeat(999), transition_driver: 'd'.repeat(999) },
  };

  it('bounds what head and trend repeat of a foreign regime', () => {
    const draft = draftOfSnapshot(foreign, NOW);
    expect(draft).toMatchObject({
      value: {
        head: {
          regime: {
            label: '𝄞'.repeat(64),
            previous_label: 'p'.repeat(200),
            transition_driver: 'd'.repeat(200),
          },
        },
        point: { regime_label: '𝄞'.repeat(64) },
        document: foreign,
      },
    });
  });

  it('compares by the content that the hash is of, and carries the memory', () => {
    const draft = draftOfSnapshot(foreign, NOW, { slot: 's' });
    if (!draft.ok) throw new Error(draft.message);
    const record = createRecord(draft.value);
    expect(record).toMatchObject({ value: { hash: snapshotHash(foreign), memory: '{"slot":"s"}' } });
  });
});

describe('parseHead', () => {
  it('takes one that is too large for absent', () => {
    const head = { id: 'a-1', generated_at: NOW, hash: 'f00', regime: null, pressure_score: null };
    expect(parseHead(JSON.stringify(head))).toEqual(head);
    expect(parseHead(JSON.stringify({ ...head, more: 'x'.repeat(65_536) }))).toBeNull();
  });
});

describe('parseMemory', () => {
  it('takes one that is too large, or is not an object, for absent', () => {
    const memory = { slot: 's', snapshot_id: 'a-1' };
    expect(parseMemory(JSON.stringify(memory))).toEqual(memory);
    expect(parseMemory(JSON.stringify({ ...memory, more: 'x'.repeat(65_536) }))).toBeNull();
    for (const text of ['', '{', '[]', 'null', '7', undefined]) expect(parseMemory(text)).toBeNull();
  });
});

describe('SnapshotHeadSchema', () => {
  const HEAD = { id: 'a-1', generated_at: NOW, hash: 'f00', regime: null, pressure_score: null };

  it('takes a regime of another maker by its label alone', () => {
    const foreign = { label: 'boiling', previous_label: 7, transitioned_at: 'yesterday' };
    expect(SnapshotHeadSchema.parse({ ...HEAD, regime: foreign }).regime).toEqual({
      label: 'boiling',
      previous_label: null,
      transitioned_at: null,
      transition_driver: null,
    });
  });

  it.each(['id', 'generated_at', 'hash', 'regime', 'pressure_score'])('refuses one without %s', (field) => {
    expect(SnapshotHeadSchema.safeParse(HEAD).success).toBe(true);
    expect(SnapshotHeadSchema.safeParse({ ...HEAD, [field]: undefined }).success).toBe(false);
  });
});
