import { describe, expect, it } from 'vitest';
import { LAND_MASK } from '../../../lib/hazards/regions/land-mask.js';
import { createIsNearLand, destination } from '../../../lib/hazards/regions/near-land.js';

const isNearLand = createIsNearLand(LAND_MASK);

/** Islands that stand alone in their sea. The mask must end 370 km from each, give or take the width of a cell. */
const LONE_ISLANDS = [
  ['Bermuda', -64.77, 32.32],
  ['Bouvet', 3.37, -54.42],
  ['Saint Helena', -5.71, -15.96],
  ['Minamitorishima', 153.98, 24.29],
] as const;

describe('createIsNearLand', () => {
  it.each([
    ['Kansas', -98, 38],
    ['Urumqi, as far from the sea as one can be', 87.6, 43.8],
    ['the middle of the Caspian', 50.5, 42],
    ['Fiji on the antimeridian', -180, -16.8],
    ['Tokelau', -171.8, -9.2],
    ['Palmerston', -163.18, -18.05],
    ['Cargados Carajos', 59.62, -16.6],
  ])('finds land near %s', (_name, longitude, latitude) => {
    expect(isNearLand({ longitude, latitude })).toBe(true);
  });

  it.each([
    ['Point Nemo', -123.4, -48.9],
    ['the North Pole', 0, 90],
    ['the mid-Atlantic at the latitude of Fiji', -20, -16.8],
    ['Clipperton, which does not count', -109.22, 10.3],
  ])('finds none near %s', (_name, longitude, latitude) => {
    expect(isNearLand({ longitude, latitude })).toBe(false);
  });

  it.each(LONE_ISLANDS)(
    'ends 370 km from %s, on every side, to within 15 km',
    (_name, longitude, latitude) => {
      const at = (km: number) =>
        Array.from({ length: 24 }, (_, index) =>
          isNearLand(destination({ longitude, latitude }, index * 15, km)),
        );
      expect(at(355)).toEqual(Array(24).fill(true));
      expect(at(392)).toEqual(Array(24).fill(false));
    },
  );
});
