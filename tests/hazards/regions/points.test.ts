import { iso1A2Code } from '@rapideditor/country-coder';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { LAND_MASK } from '../../../lib/hazards/regions/land-mask.js';
import { createIsNearLand, destination } from '../../../lib/hazards/regions/near-land.js';
import { type CountryCoder, createRegionOfPoint } from '../../../lib/hazards/regions/points.js';

const isNearLand = createIsNearLand(LAND_MASK);
const regionOfPoint = createRegionOfPoint({ iso1A2Code }, isNearLand);

describe('createRegionOfPoint', () => {
  it.each([
    ['Tokyo', 139.7, 35.7, 'east-asia'],
    ['Anchorage', -149.9, 61.2, 'north-america'],
    ['Réunion, which is not France here', 55.5, -21.1, 'sub-saharan-africa'],
    ['Guadeloupe, nor is this', -61.5, 16.2, 'latam'],
    ['Paris', 2.35, 48.85, 'europe'],
    ['the Canary Islands', -15.6, 27.95, 'europe'],
    ['Ceuta, whose code is reserved', -5.3, 35.89, 'europe'],
    ['Ceuta a turn further, whose surroundings are not in Europe', 354.7, 35.89, 'europe'],
    ['Herat', 62.04, 34.56, 'south-asia'],
    ['Taiwan', 121, 23.8, 'east-asia'],
    ['Fiji east of the antimeridian', -179.99, -16.8, 'east-asia'],
    ['Fiji past +180', 180.01, -16.8, 'east-asia'],
    ['Chukotka', 179.99, 67, 'europe'],
    ['the South Pole', 0, -90, null],
    ['the South Pole at another longitude', 180, -90, null],
    ['Wake Island', 166.6, 19.3, 'east-asia'],
    ['Navassa, which has the same code', -75.01, 18.4, 'latam'],
    ['Clipperton', -109.22, 10.3, null],
    ['Samos, by its territory alone', 26.79, 37.92, 'europe'],
  ])('places %s', (_name, longitude, latitude, region) => {
    expect(regionOfPoint(longitude, latitude)).toBe(region);
  });

  it('does not take Clipperton for France, whatever counts as land', () => {
    const everywhere = createRegionOfPoint({ iso1A2Code }, () => true);
    expect(everywhere(-109.22, 10.3)).toBeNull();
  });

  it.each([
    ['off Libya', 18.5, 33.5, 'mena'],
    ['off São Tomé', 6, -2, 'sub-saharan-africa'],
    ['300 km south of Java', 110, -11, 'east-asia'],
    ['300 km west of Portugal', -13, 39.5, 'europe'],
    ['Chukotka at +180 exactly, on the seam of the borders', 180, 67, 'europe'],
  ])('gives open water by its nearest coast: %s', (_name, longitude, latitude, region) => {
    expect(regionOfPoint(longitude, latitude)).toBe(region);
  });

  it.each([
    ['the mid-Atlantic', -43.8, 24.6],
    ['the North Pole', 0, 90],
    ['the southern Indian Ocean', 80, -30],
    ['360 degrees from nowhere', 80 + 360, -30],
    ['a storm off Mexico near Clipperton', -111.2, 11.9],
    ['the waters north of Hawaii, which the borders give to it', -165.6, 36.7],
    ['the Mid-Indian Ridge', 68.93, -23.1],
  ])('finds nothing within 200 nautical miles of %s', (_name, longitude, latitude) => {
    expect(regionOfPoint(longitude, latitude)).toBeNull();
  });

  it.each([
    [0, 90.1],
    [0, -91],
    [0, Number.NaN],
    [Number.NaN, 0],
    [Number.POSITIVE_INFINITY, 0],
    [0, Number.NEGATIVE_INFINITY],
  ])('finds nothing at %d, %d', (longitude, latitude) => {
    expect(regionOfPoint(longitude, latitude)).toBeNull();
  });

  it('answers for any two numbers', () => {
    fc.assert(
      fc.property(fc.double(), fc.double(), (longitude, latitude) => {
        expect(() => regionOfPoint(longitude, latitude)).not.toThrow();
      }),
    );
  });

  it('gives the same answer for a longitude and the same one a turn further', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -180, max: 179 }),
        fc.integer({ min: -90, max: 90 }),
        (longitude, latitude) => {
          expect(regionOfPoint(longitude + 360, latitude)).toBe(regionOfPoint(longitude, latitude));
        },
      ),
    );
  });

  it('asks the borders only where land is near', () => {
    const iso1A2Code = vi.fn(() => 'FR');
    expect(createRegionOfPoint({ iso1A2Code }, () => false)(2, 48)).toBeNull();
    expect(iso1A2Code).not.toHaveBeenCalled();
  });
});

describe('the rings', () => {
  const from = { longitude: 0, latitude: 0 };

  /** Land that is one country wherever `isLand` says so by distance and bearing from 0, 0. */
  function worldOf(countryAt: (km: number, bearing: number) => string | null) {
    const rings = [...Array.from({ length: 18 }, (_, index) => (index + 1) * 20), 370.4];
    const spots = rings.flatMap((km) =>
      Array.from({ length: 24 }, (_, index) => ({
        km,
        bearing: index * 15,
        ...destination(from, index * 15, km),
      })),
    );
    const coder: CountryCoder = {
      iso1A2Code: (query) => {
        const [longitude, latitude] = Array.isArray(query) ? query : [];
        const spot = spots.find((other) => other.longitude === longitude && other.latitude === latitude);
        return spot === undefined ? null : countryAt(spot.km, spot.bearing);
      },
    };
    return createRegionOfPoint(coder, () => true);
  }

  it('let the nearest ring with land decide, not the larger coast behind it', () => {
    const regionHere = worldOf((km, bearing) =>
      km === 40 && bearing === 90 ? 'FJ' : km >= 60 ? 'FR' : null,
    );
    expect(regionHere(0, 0)).toBe('east-asia');
  });

  it('let the majority of a ring decide by region, not by country', () => {
    const regionHere = worldOf((km, bearing) => {
      if (km < 100) return null;
      if (bearing < 45) return 'US';
      return bearing < 75 ? 'FR' : bearing < 105 ? 'DE' : null;
    });
    expect(regionHere(0, 0)).toBe('europe');
  });

  it('break ties by alphabet', () => {
    const regionHere = worldOf((km, bearing) => (km < 100 ? null : bearing < 180 ? 'US' : 'FR'));
    expect(regionHere(0, 0)).toBe('europe');
  });

  it('end with the one at 370.4 km', () => {
    expect(worldOf((km) => (km === 370.4 ? 'FR' : null))(0, 0)).toBe('europe');
    expect(worldOf(() => null)(0, 0)).toBeNull();
  });

  it('stop at land in no region rather than look behind it', () => {
    expect(worldOf((km) => (km === 20 ? 'AQ' : 'US'))(0, 0)).toBeNull();
  });
});
