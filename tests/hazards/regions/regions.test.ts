import { describe, expect, it } from 'vitest';
import {
  GLOBAL_REGION_ID,
  REGION_IDS,
  REGIONS,
  RegionIdSchema,
} from '../../../lib/hazards/regions/regions.js';
import { EntityIdSchema } from '../../../lib/persister/record.js';

describe('REGIONS', () => {
  it.each([
    ['mena', 'Includes Türkiye'],
    ['north-america', 'Includes Mexico'],
    ['south-asia', 'Includes Afghanistan and Pakistan'],
    ['east-asia', 'Includes Taiwan'],
    ['europe', 'Includes all of Russia'],
  ])('says what is unusual about %s', (id, note) => {
    expect(REGIONS.find((region) => region.id === id)?.note).toContain(note);
  });

  it('are the 8, with the labels and World Bank codes that readers know', () => {
    expect(REGIONS.map(({ id, label, worldBankCode }) => `${id} · ${label} · ${worldBankCode}`)).toEqual([
      'mena · Middle East & North Africa · MEA',
      'east-asia · East Asia & Pacific · EAS',
      'europe · Europe & Central Asia · ECS',
      'north-america · North America · NAC',
      'south-asia · South Asia · SAS',
      'latam · Latin America & Caribbean · LCN',
      'sub-saharan-africa · Sub-Saharan Africa · SSF',
      'global · Global · null',
    ]);
  });

  it('are listed in the order of their ids, each once', () => {
    expect(REGIONS.map(({ id }) => id)).toEqual(REGION_IDS);
    expect(new Set(REGION_IDS).size).toBe(8);
    expect(REGION_IDS).toContain(GLOBAL_REGION_ID);
  });

  it('have ids that can stand between the colons of a key', () => {
    for (const id of REGION_IDS) expect(EntityIdSchema.safeParse(id).success).toBe(true);
  });
});

describe('RegionIdSchema', () => {
  it.each(['', 'MENA', ' mena', 'atlantis', '__proto__', 'constructor', 'toString', 0, null, ['mena']])(
    'refuses %j',
    (value) => {
      expect(RegionIdSchema.safeParse(value).success).toBe(false);
    },
  );
});
