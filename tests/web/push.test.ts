import { describe, expect, it } from 'vitest';
import { MAX_VALUES } from '../../lib/limits/json.js';
import { MOST_SNAPSHOTS, pushedSnapshotsSchema } from '../../lib/web/write.js';

const NOW = 1_790_000_000_000;
const DAY_MS = 86_400_000;
const AHEAD_MS = 5 * 60_000;
const schema = pushedSnapshotsSchema(NOW);

const ENVELOPE = { region_id: 'mena', generated_at: NOW, meta: { snapshot_id: 'given-1' } };
const push = (...snapshots: readonly unknown[]) => schema.parse({ snapshots });

/** Where each fault is. */
function placesOf(body: unknown): string[] {
  return (schema.safeParse(body).error?.issues ?? []).map(({ path }) => path.join('.'));
}
const placesOfPush = (...snapshots: readonly unknown[]) => placesOf({ snapshots });

describe('pushedSnapshotsSchema', () => {
  it('passes on everything that another maker puts into a snapshot, as it came', () => {
    const rich = {
      narrative: { text: 'calm', sources: [{ url: 'https://example.org', score: 0.25, tags: [null, true] }] },
      ...ENVELOPE,
      meta: {
        model: 'other',
        snapshot_id: 'given-1',
        trigger_reason: 'editorial',
        snapshot_confidence: 'high',
      },
      regime: 'not one of ours',
      constructor: 'a field like any other',
    };
    expect(push(rich)).toEqual([rich]);
    expect(JSON.stringify(push(rich)[0])).toBe(JSON.stringify(rich));
  });

  it('takes an id of up to 128 characters, and none', () => {
    const id = 'A-z.0_9'.padEnd(128, '-');
    for (const meta of [{ snapshot_id: id }, { model: 'other' }]) {
      expect(push({ ...ENVELOPE, meta })[0]?.meta).toEqual(meta);
    }
  });

  it('does not change what it was given', () => {
    const given = Object.freeze({ ...ENVELOPE, meta: Object.freeze({}) });
    push(given);
    expect(given.meta).toEqual({});
  });

  it('takes up to 100 snapshots, in their order', () => {
    const hundred = Array.from({ length: MOST_SNAPSHOTS }, (_, i) => ({
      ...ENVELOPE,
      meta: { snapshot_id: `s-${i}` },
    }));
    expect(MOST_SNAPSHOTS).toBe(100);
    expect(push(...hundred)).toEqual(hundred);
    expect(placesOfPush(...hundred, ENVELOPE)).toEqual(['snapshots']);
  });

  it.each<[string, unknown]>([
    ['no list', {}],
    ['an empty list', { snapshots: [] }],
    ['null for a list', { snapshots: null }],
    ['one snapshot for a list', { snapshots: ENVELOPE }],
    ['a text for a list', { snapshots: '[]' }],
    ['a list by another name', { snapshot: [ENVELOPE] }],
    ['a list inside of __proto__', JSON.parse(`{"__proto__":{"snapshots":[${JSON.stringify(ENVELOPE)}]}}`)],
  ])('refuses a body with %s', (_name, body) => {
    expect(placesOf(body)).toEqual(['snapshots']);
  });

  it.each([[[ENVELOPE]], 'text', 7, null, undefined])('refuses a body that is not an object: %j', (body) => {
    expect(placesOf(body)).toEqual(['']);
  });

  it.each([null, 7, 'text', []])('refuses %j for a snapshot', (value) => {
    expect(placesOfPush(ENVELOPE, value)).toEqual(['snapshots.1']);
  });

  it.each([undefined, null, '', 'atlantis', 'MENA', '__proto__', 'constructor', ['mena'], 7])(
    'refuses the region %j',
    (region_id) => {
      expect(placesOfPush({ ...ENVELOPE, region_id })).toEqual(['snapshots.0.region_id']);
    },
  );

  it.each([NOW, NOW - 90 * DAY_MS, NOW + AHEAD_MS])('takes the time %i', (generated_at) => {
    expect(placesOfPush({ ...ENVELOPE, generated_at })).toEqual([]);
  });

  it.each<[string, unknown]>([
    ['missing', undefined],
    ['null', null],
    ['not a number', Number.NaN],
    ['infinite', Number.POSITIVE_INFINITY],
    ['not whole', NOW + 0.5],
    ['text', String(NOW)],
    ['an ISO date', new Date(NOW).toISOString()],
    ['in seconds', NOW / 1000],
    ['91 days ago', NOW - 91 * DAY_MS],
    ['a millisecond more than 90 days ago', NOW - 90 * DAY_MS - 1],
    ['two days ahead', NOW + 2 * DAY_MS],
    ['a millisecond more than 5 minutes ahead', NOW + AHEAD_MS + 1],
    ['negative', -NOW],
    ['beyond what a double can count', 1e300],
  ])('refuses a time that is %s', (_name, generated_at) => {
    expect(new Set(placesOfPush({ ...ENVELOPE, generated_at }))).toEqual(
      new Set([
        Number.isFinite(Number(generated_at)) || typeof generated_at !== 'number'
          ? 'snapshots.0.generated_at'
          : 'snapshots.0',
      ]),
    );
  });

  it.each([undefined, null, [], [{}], 'meta', 7])('refuses %j for meta', (meta) => {
    expect(placesOfPush({ ...ENVELOPE, meta })).toEqual(['snapshots.0.meta']);
  });

  it.each(['', 'a:b', 'a b', 'a\n', 'ä', '*', '{ns}', 'x'.repeat(129), null, 7, ['a']])(
    'refuses the id %j',
    (snapshot_id) => {
      expect(placesOfPush({ ...ENVELOPE, meta: { snapshot_id } })).toEqual(['snapshots.0.meta.snapshot_id']);
    },
  );

  it.each([
    '{"__proto__":{"region_id":"latam"}}',
    '{"meta":{"snapshot_id":"a","__proto__":{"x":1}}}',
    '{"content":[{"deep":{"__proto__":null}}]}',
  ])('refuses a field named __proto__: %s', (text) => {
    const snapshot = { ...ENVELOPE, ...Object.fromEntries(Object.entries(JSON.parse(text))) };
    const { error } = schema.safeParse({ snapshots: [snapshot] });
    expect(error?.issues).toMatchObject([{ path: ['snapshots', 0], message: 'has a field named __proto__' }]);
  });

  it.each(['[', '{"a":'])('refuses 100,000 levels of %s without falling into them', (open) => {
    const close = open === '[' ? ']' : '}';
    const content = JSON.parse(`${open.repeat(100_000)}0${close.repeat(100_000)}`);
    for (const snapshot of [{ ...ENVELOPE, content }, content]) {
      const { error } = schema.safeParse({ snapshots: [snapshot] });
      expect(error?.issues).toMatchObject([{ message: 'is nested more than 64 levels deep' }]);
    }
    expect(placesOf({ snapshots: content }).length + placesOf(content).length).toBeGreaterThan(0);
  });

  it('bounds the values of all snapshots together, as many small ones are as much work as a large one', () => {
    const content = Array(MAX_VALUES / 2).fill(0);
    const { error } = schema.safeParse({ snapshots: [ENVELOPE, { ...ENVELOPE, content }] });
    expect(error).toBeUndefined();

    const both = schema.safeParse({
      snapshots: [
        { ...ENVELOPE, content },
        { ...ENVELOPE, content },
      ],
    });
    expect(both.error?.issues).toMatchObject([
      { path: ['snapshots'], message: 'has more than 200000 values' },
    ]);
  });

  it('refuses a number that JSON cannot carry', () => {
    const { error } = schema.safeParse({ snapshots: [{ ...ENVELOPE, content: JSON.parse('[1e400]') }] });
    expect(error?.issues).toMatchObject([
      { path: ['snapshots', 0], message: 'has a number that JSON cannot carry' },
    ]);
  });

  it('lists every fault of every snapshot', () => {
    const faulty = { region_id: 'mu', generated_at: 'now', meta: { snapshot_id: 'a:b' } };
    expect(placesOfPush(faulty, ENVELOPE, null)).toEqual([
      'snapshots.0.region_id',
      'snapshots.0.meta.snapshot_id',
      'snapshots.0.generated_at',
      'snapshots.2',
    ]);
  });

  it('reveals no value of a snapshot in a fault', () => {
    const faulty = { region_id: 'secret-1', generated_at: 'secret-2', meta: { snapshot_id: 'secret 3' } };
    expect(JSON.stringify(schema.safeParse({ snapshots: [faulty] }).error?.issues)).not.toContain('secret');
  });
});
