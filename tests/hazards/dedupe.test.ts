import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dedupeEvents } from '../../lib/hazards/event.js';
import { hazardEvent } from './support/events.js';
import { NOW } from './support/rows.js';

const AT = { startedAt: NOW, observedAt: NOW, longitude: 84.7, latitude: 28.2 };

const gdacs = hazardEvent({ ...AT, id: 'gdacs:EQ:1', type: 'earthquake', countries: ['NP'] });
const usgs = hazardEvent({ ...AT, id: 'usgs:us1', type: 'earthquake', source: 'usgs', countries: ['IN'] });
const ids = (events: readonly { id: string }[]) => events.map(({ id }) => id).sort();

describe('dedupeEvents', () => {
  it('counts an earthquake once that both feeds list', () => {
    expect(dedupeEvents([gdacs, usgs])).toHaveLength(1);
  });

  it('keeps the report that is more severe, with the countries of both', () => {
    const red = { ...gdacs, severity: 1, alertLevel: 'red' as const };
    expect(dedupeEvents([red, usgs])).toEqual([{ ...red, id: 'usgs:us1', countries: ['IN', 'NP'] }]);
    const green = { ...gdacs, severity: 0, alertLevel: 'green' as const };
    expect(dedupeEvents([green, usgs])).toEqual([{ ...usgs, countries: ['IN', 'NP'] }]);
  });

  it('does not let the id flip when a level changes', () => {
    for (const severity of [0, 0.5, 1]) {
      expect(ids(dedupeEvents([{ ...gdacs, severity }, usgs]))).toEqual(['usgs:us1']);
    }
  });

  it.each([
    ['in the same second, 1 km apart', { latitude: 28.209 }, 1],
    ['a second apart', { startedAt: NOW + 1_000 }, 1],
    ['two seconds apart', { startedAt: NOW + 2_000 }, 2],
    ['11 km apart', { latitude: 28.3 }, 2],
  ])('counts two earthquakes of GDACS %s as they are', (_name, shift, count) => {
    const twin = { ...gdacs, ...shift, id: 'gdacs:EQ:2', severity: 1, countries: ['CN'] };
    const merged = dedupeEvents([gdacs, twin]);
    expect(merged).toHaveLength(count);
    if (count === 1) expect(merged).toEqual([{ ...twin, countries: ['CN', 'NP'] }]);
    expect(dedupeEvents([gdacs, twin, usgs])).toHaveLength(count);
  });

  it('keeps the report of USGS when both say the same', () => {
    expect(dedupeEvents([gdacs, usgs])).toMatchObject([{ id: 'usgs:us1' }]);
  });

  it.each([
    ['16 s apart', { startedAt: NOW + 16_000 }],
    ['99 km apart', { latitude: 28.2 + 0.89 }],
    ['hours apart in observation alone', { observedAt: NOW + 9_000_000 }],
  ])('takes two reports %s for one earthquake', (_name, shift) => {
    expect(dedupeEvents([{ ...gdacs, ...shift }, usgs])).toHaveLength(1);
  });

  it.each([
    ['more than 16 s apart', { startedAt: NOW + 16_001 }],
    ['101 km apart', { latitude: 28.2 + 0.91 }],
  ])('takes two reports %s for two earthquakes', (_name, shift) => {
    expect(dedupeEvents([{ ...gdacs, ...shift }, usgs])).toHaveLength(2);
  });

  it('joins across the antimeridian', () => {
    const east = { ...gdacs, longitude: 179.98 };
    const west = { ...usgs, longitude: -179.98 };
    expect(dedupeEvents([east, west])).toHaveLength(1);
  });

  it('leaves an aftershock in the same place alone, and joins the pair that fits best', () => {
    const aftershock = { ...usgs, id: 'usgs:us2', startedAt: NOW + 12_000 };
    expect(ids(dedupeEvents([aftershock, gdacs, usgs]))).toEqual(['usgs:us1', 'usgs:us2']);
  });

  it('leaves two reports of USGS alone', () => {
    expect(dedupeEvents([usgs, { ...usgs, id: 'usgs:us2' }])).toHaveLength(2);
  });

  it('leaves hazards of other types alone', () => {
    const volcano = hazardEvent({ ...AT, id: 'gdacs:VO:1', type: 'volcano' });
    expect(dedupeEvents([volcano, usgs])).toHaveLength(2);
  });

  it('gives the same whatever the order', () => {
    const quakes = fc.uniqueArray(
      fc.record({
        number: fc.nat({ max: 99 }),
        feed: fc.constantFrom(gdacs, usgs),
        seconds: fc.nat({ max: 20 }),
        degrees: fc.nat({ max: 1 }),
      }),
      { selector: ({ number }) => number, minLength: 2, maxLength: 8 },
    );
    const crowd = quakes.map((list) =>
      list.map(({ number, feed, seconds, degrees }) => ({
        ...feed,
        id: `${feed.source}:${number}`,
        startedAt: NOW + seconds * 1_000,
        latitude: feed.latitude + degrees / 2,
      })),
    );
    fc.assert(
      fc.property(crowd, (events) => {
        expect(ids(dedupeEvents(events.toReversed()))).toEqual(ids(dedupeEvents(events)));
      }),
      { numRuns: 300 },
    );
  });
});
