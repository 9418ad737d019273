import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { alpha2OfCountry, regionOfCountry } from '../../../lib/hazards/regions/countries.js';

const LETTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
const TWO_LETTERS = LETTERS.flatMap((a) => LETTERS.map((b) => a + b));

describe('regionOfCountry', () => {
  it.each([
    ['JP', 'east-asia'],
    ['DE', 'europe'],
    ['US', 'north-america'],
    ['IN', 'south-asia'],
    ['BR', 'latam'],
    ['EG', 'mena'],
    ['NG', 'sub-saharan-africa'],
  ])('places %s in %s', (code, region) => {
    expect(regionOfCountry(code)).toBe(region);
  });

  it.each([
    ['AF', 'south-asia'],
    ['PK', 'south-asia'],
    ['TR', 'mena'],
    ['MX', 'north-america'],
    ['TW', 'east-asia'],
  ])('departs from the World Bank for %s: %s', (code, region) => {
    expect(regionOfCountry(code)).toBe(region);
  });

  it.each([
    ['RE', 'sub-saharan-africa'],
    ['GF', 'latam'],
    ['EH', 'mena'],
    ['CK', 'east-asia'],
    ['VA', 'europe'],
    ['PM', 'north-america'],
  ])('places %s, which is no World Bank economy, in %s', (code, region) => {
    expect(regionOfCountry(code)).toBe(region);
  });

  it('takes alpha-2 and alpha-3 in any case', () => {
    for (const code of ['PH', 'ph', 'Ph', 'PHL', 'phl', 'pHl'])
      expect(regionOfCountry(code)).toBe('east-asia');
  });

  it('places 247 of the 248 codes that ISO and the World Bank use, each region as many as it has', () => {
    const regions = TWO_LETTERS.map((code) => regionOfCountry(code)).filter((region) => region !== null);
    const counts = Object.fromEntries(
      regions.map((id) => [id, regions.filter((other) => other === id).length]),
    );
    expect(counts).toEqual({
      mena: 23,
      'east-asia': 48,
      europe: 61,
      'north-america': 5,
      'south-asia': 8,
      latam: 51,
      'sub-saharan-africa': 53,
    });
  });

  it.each(['AQ', 'ATA'])('leaves %s in no region', (code) => {
    expect(alpha2OfCountry(code)).not.toBeNull();
    expect(regionOfCountry(code)).toBeNull();
  });

  it.each([
    '',
    'X',
    'XX',
    'ZZZ',
    'PHIL',
    ' PH',
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    'ß',
    'ıs',
  ])('knows no country %j', (code) => {
    expect(alpha2OfCountry(code)).toBeNull();
    expect(regionOfCountry(code)).toBeNull();
  });

  it('gives one alpha-2 code for every alpha-3 code', () => {
    const alpha3 = TWO_LETTERS.flatMap((two) => LETTERS.map((letter) => two + letter));
    const known = alpha3.map((code) => alpha2OfCountry(code)).filter((code) => code !== null);
    expect(known).toHaveLength(250);
    expect(new Set(known).size).toBe(250);
  });
});

const TABLE = new URL('../../captures/country-table.json', import.meta.url);
const membership = z.record(z.string(), z.array(z.string()));
const table = z
  .object({
    regions: membership,
    extensions_not_world_bank: membership,
    unassigned_global_only: z.array(z.string()),
    iso3_to_iso2: z.record(z.string(), z.string()),
  })
  .parse(JSON.parse(readFileSync(TABLE, 'utf8')));

describe('the published table', () => {
  it('has every member where it is here', () => {
    for (const members of [table.regions, table.extensions_not_world_bank]) {
      for (const [region, codes] of Object.entries(members)) {
        expect(codes.map((code) => regionOfCountry(code))).toEqual(codes.map(() => region));
      }
    }
  });

  it('has every alpha-3 code as it is here', () => {
    const codes = Object.entries(table.iso3_to_iso2);
    expect(codes.map(([alpha3]) => alpha2OfCountry(alpha3))).toEqual(codes.map(([, alpha2]) => alpha2));
  });

  it('leaves places in no region, of which UM has one here, by the rule for the others: UN M49 009', () => {
    expect(table.unassigned_global_only).toEqual(['AQ', 'UM']);
    expect(table.unassigned_global_only.map((code) => regionOfCountry(code))).toEqual([null, 'east-asia']);
  });
});
