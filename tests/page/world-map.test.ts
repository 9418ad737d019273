import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { REGION_IDS } from '../../lib/hazards/regions/regions.js';
import { regionOfPolygon } from '../../local/map/atlas.js';
import { mapFiles } from '../../local/map/world-map.js';
import { WORLD_MAP } from '../../public/vendor/world-map/world-map.js';

const FOLDER = new URL('../../public/vendor/world-map/', import.meta.url);

describe('the map of the page', () => {
  it('is what the script makes of the package and of the region members', () => {
    for (const [name, content] of Object.entries(mapFiles())) {
      expect(readFileSync(new URL(name, FOLDER), 'utf8') === content, name).toBe(true);
    }
  });

  it('has land for every region but global', () => {
    expect(Object.keys(WORLD_MAP.regions)).toEqual(REGION_IDS.filter((id) => id !== 'global'));
    for (const d of Object.values(WORLD_MAP.regions)) expect(d).toMatch(/^m\d[\d\slmz-]+z$/);
  });
});

const square = (longitude: number, latitude: number) => [
  [
    [longitude - 1, latitude - 1],
    [longitude - 1, latitude + 1],
    [longitude + 1, latitude + 1],
    [longitude + 1, latitude - 1],
    [longitude - 1, latitude - 1],
  ],
];

describe('regionOfPolygon', () => {
  it('tints a territory far from its country by its own region', () => {
    const france = { name: 'France', numericCode: '250' };
    expect(regionOfPolygon(france, square(2.5, 47))).toBe('europe');
    expect(regionOfPolygon(france, square(-53, 4))).toBe('latam');
  });

  it('goes by the country where the middle of a polygon lies in its neighbour', () => {
    expect(regionOfPolygon({ name: 'Mexico', numericCode: '484' }, square(-90, 15))).toBe('north-america');
  });

  it('knows the places that the shapes give no code', () => {
    expect(regionOfPolygon({ name: 'Kosovo', numericCode: undefined }, square(20.9, 42.5))).toBe('europe');
  });

  it('leaves Antarctica in no region', () => {
    expect(regionOfPolygon({ name: 'Antarctica', numericCode: '010' }, square(0, -80))).toBeNull();
  });

  it('does not guess a country that it does not know', () => {
    expect(() => regionOfPolygon({ name: 'Atlantis', numericCode: undefined }, square(-30, 30))).toThrow(
      'Atlantis',
    );
  });
});
