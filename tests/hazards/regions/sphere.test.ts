import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { destination, distanceKm, normalizeLongitude } from '../../../lib/hazards/regions/near-land.js';

const point = fc.record({
  longitude: fc.double({ min: -180, max: 179.999, noNaN: true }),
  latitude: fc.double({ min: -90, max: 90, noNaN: true }),
});

describe('normalizeLongitude', () => {
  it.each([
    [57.2, 57.2],
    [-180, -180],
    [180, -180],
    [181.5, -178.5],
    [-190, 170],
    [360, 0],
    [-360, 0],
    [725, 5],
  ])('brings %d to %d', (longitude, normal) => {
    expect(normalizeLongitude(longitude)).toBeCloseTo(normal, 9);
  });

  it('leaves what is in range exactly as it is', () => {
    fc.assert(
      fc.property(fc.double({ min: -180, max: 179.999, noNaN: true }), (longitude) => {
        expect(normalizeLongitude(longitude)).toBe(longitude);
      }),
    );
  });
});

describe('distanceKm', () => {
  it('measures a degree of latitude as 111.2 km, and across the antimeridian the short way', () => {
    expect(distanceKm({ longitude: 10, latitude: 50 }, { longitude: 10, latitude: 51 })).toBeCloseTo(
      111.195,
      2,
    );
    expect(distanceKm({ longitude: 179.5, latitude: 0 }, { longitude: -179.5, latitude: 0 })).toBeCloseTo(
      111.195,
      2,
    );
  });

  it('measures half the circumference between antipodes', () => {
    expect(distanceKm({ longitude: 0, latitude: 90 }, { longitude: 77, latitude: -90 })).toBeCloseTo(
      20_015.1,
      1,
    );
  });
});

describe('destination', () => {
  it('goes north and east', () => {
    const north = destination({ longitude: 10, latitude: 50 }, 0, 111.195);
    expect(north.longitude).toBeCloseTo(10, 6);
    expect(north.latitude).toBeCloseTo(51, 4);
    const east = destination({ longitude: 179.5, latitude: 0 }, 90, 111.195);
    expect(east.longitude).toBeCloseTo(-179.5, 4);
    expect(east.latitude).toBeCloseTo(0, 6);
  });

  it('arrives at the asked distance, in range, from anywhere in any direction', () => {
    fc.assert(
      fc.property(
        point,
        fc.integer({ min: 0, max: 359 }),
        fc.integer({ min: 1, max: 400 }),
        (from, bearing, km) => {
          const to = destination(from, bearing, km);
          expect(distanceKm(from, to)).toBeCloseTo(km, 4);
          expect(to.longitude).toBeGreaterThanOrEqual(-180);
          expect(to.longitude).toBeLessThan(180);
        },
      ),
    );
  });
});
