import { describe, expect, it } from 'vitest';
import { REGION_IDS } from '../../lib/hazards/regions/regions.js';
import { summarise } from '../../lib/hazards/snapshot.js';
import type { Snapshot } from '../../lib/runs/snapshot.js';
import { makeSnapshot } from '../support/snapshots.js';

const AT = 1_790_000_000_000;
const ALL_PERSISTED = { persisted: 8, duplicate: 0, current: 0, inFlight: 0, failed: 0 };

/** A snapshot of a region with what a summary tells of it. */
function assessed(region: string, options: { label?: string; generatedAt?: number } = {}): Snapshot {
  const { label = 'watch', generatedAt = AT } = options;
  const snapshot = makeSnapshot(region, { generatedAt });
  const meta = { ...snapshot.meta, snapshot_confidence: 0.75, trigger_reason: 'scheduled' };
  return { ...snapshot, meta, regime: { label } };
}

/** What is in the key, as a reader finds it. */
function read(...args: Parameters<typeof summarise>) {
  const summary = summarise(...args);
  return summary === null ? null : JSON.parse(summary.summary);
}

const regionsOf = (summary: { regions: { region: string }[] }) => summary.regions.map(({ region }) => region);

const EIGHT = REGION_IDS.map((region) => assessed(region));

describe('summarise', () => {
  it('has when the last full run was, and of how many regions, for health checks', () => {
    const summary = summarise(ALL_PERSISTED, EIGHT, AT + 5);
    expect(JSON.parse(summary?.seedMeta ?? '')).toEqual({ fetchedAt: AT + 5, recordCount: 8 });
  });

  it('has the regime of each region, its confidence and its cause', () => {
    const summary = read(ALL_PERSISTED, EIGHT, AT + 5);
    expect(summary?.generatedAt).toBe(AT + 5);
    expect(regionsOf(summary)).toEqual(REGION_IDS);
    expect(summary?.regions[0]).toEqual({
      region: 'mena',
      regime: 'watch',
      confidence: 0.75,
      trigger_reason: 'scheduled',
      active_triggers: [],
    });
  });

  it.each([
    ['names', ['a', 'b'], ['a', 'b']],
    ['objects', [{ id: 'a', description: 'x' }], ['a']],
    ['what cannot be read', [{ name: 'a' }], []],
    ['names without measure', ['x'.repeat(65)], []],
    ['more than it can name', Array(21).fill('a'), []],
    ['nothing', undefined, []],
  ])('names the active triggers of a foreign snapshot: %s', (_, active, named) => {
    const [first, ...others] = EIGHT;
    const summary = read(
      ALL_PERSISTED,
      [{ ...(first ?? assessed('mena')), triggers: { active } }, ...others],
      AT,
    );
    expect(summary?.regions[0].active_triggers).toEqual(named);
  });

  it('lists the regions in their own order, whatever that of the snapshots', () => {
    const summary = read(ALL_PERSISTED, EIGHT.toReversed(), AT);
    expect(regionsOf(summary)).toEqual(REGION_IDS);
  });

  it('counts the duplicates of a run in which something was persisted', () => {
    const counts = { persisted: 1, duplicate: 6, current: 0, inFlight: 1, failed: 0 };
    expect(read(counts, EIGHT, AT)?.regions).toHaveLength(8);
  });

  it.each([
    ['something failed', { ...ALL_PERSISTED, persisted: 7, failed: 1 }, EIGHT],
    ['there were only duplicates', { ...ALL_PERSISTED, persisted: 0, duplicate: 8 }, EIGHT],
    ['a region is missing', { ...ALL_PERSISTED, persisted: 7 }, EIGHT.slice(1)],
    [
      'a region is there twice in the place of another',
      ALL_PERSISTED,
      [...EIGHT.slice(1), assessed('global', { generatedAt: AT + 1 })],
    ],
    ['there is nothing', { ...ALL_PERSISTED, persisted: 0 }, []],
  ])('is not made when %s', (_name, counts, snapshots) => {
    expect(summarise(counts, snapshots, AT)).toBeNull();
  });

  it('is made by the second tick of a slot, however late, of what the first one had stored', () => {
    const slot = Date.parse('2026-11-26T06:00:00Z');
    const snapshots = EIGHT.map((snapshot, i) => ({
      ...snapshot,
      generated_at: slot + (i === 0 ? 119 : 1) * 60_000,
    }));
    const counts = { ...ALL_PERSISTED, persisted: 1, current: 7 };
    const at = slot + 119 * 60_000;

    expect(regionsOf(read(counts, snapshots, at))).toEqual(REGION_IDS);
    expect(summarise({ ...counts, persisted: 8, current: 0 }, snapshots, at)).toBeNull();
    const older = [...snapshots.slice(0, 7), { ...snapshots[7], generated_at: slot - 1 }];
    expect(summarise(counts, older, at)).toBeNull();
  });

  it('takes the newest of several snapshots of a region, wherever it stands', () => {
    const older = assessed('mena', { label: 'normal', generatedAt: AT - 1 });
    const newest = assessed('mena', { label: 'emergency', generatedAt: AT + 1 });
    for (const snapshots of [
      [newest, ...EIGHT, older],
      [older, ...EIGHT, newest],
    ]) {
      expect(read({ ...ALL_PERSISTED, persisted: 10 }, snapshots, AT)?.regions[0]?.regime).toBe('emergency');
    }
  });

  it('says unknown and null where a snapshot of another maker says nothing', () => {
    const foreign = EIGHT.map(({ region_id, generated_at, meta: { snapshot_id } }) => ({
      region_id,
      generated_at,
      meta: { snapshot_id, snapshot_confidence: 'high' },
    }));
    expect(read(ALL_PERSISTED, foreign, AT)?.regions[7]).toEqual({
      region: 'global',
      regime: 'unknown',
      confidence: null,
      trigger_reason: null,
      active_triggers: [],
    });
  });

  it('leaves out a region that is none of the 8', () => {
    const summary = read(ALL_PERSISTED, [...EIGHT, assessed('atlantis')], AT);
    expect(regionsOf(summary)).toEqual(REGION_IDS);
  });
});
