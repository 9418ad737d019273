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
}

export const REGIONS: readonly Region[] = [
  { id: 'mena', label: 'Middle East & North Africa', worldBankCode: 'MEA' },
  { id: 'east-asia', label: 'East Asia & Pacific', worldBankCode: 'EAS' },
  { id: 'europe', label: 'Europe & Central Asia', worldBankCode: 'ECS' },
  { id: 'north-america', label: 'North America', worldBankCode: 'NAC' },
  { id: 'south-asia', label: 'South Asia', worldBankCode: 'SAS' },
  { id: 'latam', label: 'Latin America & Caribbean', worldBankCode: 'LCN' },
  { id: 'sub-saharan-africa', label: 'Sub-Saharan Africa', worldBankCode: 'SSF' },
  { id: 'global', label: 'Global', worldBankCode: null },
];
