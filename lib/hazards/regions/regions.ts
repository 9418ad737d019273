import { z } from 'zod';

/** The 8 regions in the order in which reports and pages list them. */
export const REGION_IDS = [
  'mena',
  'east-asia',
  'europe',
  'north-america',
  'south-asia',
  'latam',
  'sub-saharan-africa',
  'global',
] as const;

export const RegionIdSchema = z.enum(REGION_IDS);
/** The id of one of the 8 regions. */
export type RegionId = z.infer<typeof RegionIdSchema>;

/** The one region that counts every event, also those that lie in no other region. */
export const GLOBAL_REGION_ID = 'global' satisfies RegionId;

export interface Region {
  readonly id: RegionId;
  readonly label: string;
  /** World Bank region code, null for `global`. */
  readonly worldBankCode: string | null;
  /**
   * Where its members differ from those of the World Bank region, or may surprise; null where there is nothing to say.
   */
  readonly note: string | null;
}

export const REGIONS: readonly Region[] = [
  {
    id: 'mena',
    label: 'Middle East & North Africa',
    worldBankCode: 'MEA',
    note: 'Includes Türkiye, which the World Bank counts with Europe & Central Asia. Does not include Afghanistan and Pakistan, which the World Bank moved here in fiscal year 2026.',
  },
  {
    id: 'east-asia',
    label: 'East Asia & Pacific',
    worldBankCode: 'EAS',
    note: 'Includes Taiwan, which the World Bank’s list leaves out, and the United States Minor Outlying Islands of the Pacific.',
  },
  {
    id: 'europe',
    label: 'Europe & Central Asia',
    worldBankCode: 'ECS',
    note: 'Includes all of Russia, with its Pacific coast. Does not include Türkiye, which counts with the Middle East & North Africa.',
  },
  {
    id: 'north-america',
    label: 'North America',
    worldBankCode: 'NAC',
    note: 'Includes Mexico, which the World Bank counts with Latin America & Caribbean.',
  },
  {
    id: 'south-asia',
    label: 'South Asia',
    worldBankCode: 'SAS',
    note: 'Includes Afghanistan and Pakistan, which the World Bank moved to the Middle East & North Africa in fiscal year 2026.',
  },
  {
    id: 'latam',
    label: 'Latin America & Caribbean',
    worldBankCode: 'LCN',
    note: 'Does not include Mexico, which counts with North America.',
  },
  { id: 'sub-saharan-africa', label: 'Sub-Saharan Africa', worldBankCode: 'SSF', note: null },
  { id: 'global', label: 'Global', worldBankCode: null, note: null },
];
