import { describe, expect, it } from 'vitest';
import { REGION_IDS } from '../../lib/hazards/regions/regions.js';
import { StoreError } from '../../lib/persister/upstash/error.js';
import { assessHealth, STALE_AFTER_MS } from '../../lib/web/reader.js';

const NOW = 1_790_000_000_000;

const headOf = (ageMs: number) =>
  JSON.stringify({
    id: 'abc-123',
    generated_at: NOW - ageMs,
    hash: 'ff',
    regime: null,
    pressure_score: null,
  });

/** Heads of this age, but for the first. */
const heads = (first: string | null) =>
  new Map(
    REGION_IDS.flatMap((id, i) => {
      const head = i === 0 ? first : headOf(1_000);
      return head === null ? [] : [[id, head]];
    }),
  );

describe('assessHealth', () => {
  it('is ok when every region is younger than 12 hours, and tells the ages', () => {
    const health = assessHealth(heads(headOf(STALE_AFTER_MS - 1)), NOW);

    expect(health).toMatchObject({ status: 'ok', staleAfterMs: 12 * 3_600_000 });
    expect(health.regions.map(({ regionId }) => regionId)).toEqual([...REGION_IDS]);
    expect(health.regions.map(({ ageMs }) => ageMs)).toEqual([STALE_AFTER_MS - 1, ...Array(7).fill(1_000)]);
  });

  it('is stale when one region is 12 hours old', () => {
    expect(assessHealth(heads(headOf(STALE_AFTER_MS)), NOW)).toMatchObject({ status: 'stale' });
  });

  it.each([null, '{', '"a string"'])('is stale when one region has no head that can be read: %s', (head) => {
    expect(assessHealth(heads(head), NOW)).toMatchObject({
      status: 'stale',
      regions: [{ regionId: 'mena', ageMs: null }, ...Array(7).fill({ ageMs: 1_000 })],
    });
  });

  it('gives a snapshot that is dated ahead no negative age', () => {
    expect(assessHealth(heads(headOf(-1_000)), NOW).regions[0]?.ageMs).toBe(0);
  });

  it('is unreachable when the store could not be asked, and says why', () => {
    const error = new StoreError('store-timeout', 'the store did not answer in time', { retryable: true });

    const health = assessHealth(error, NOW);

    expect(health).toMatchObject({ status: 'unreachable', message: 'the store did not answer in time' });
    expect(health.regions).toEqual(REGION_IDS.map((regionId) => ({ regionId, ageMs: null })));
  });
});
