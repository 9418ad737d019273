/**
 * Where the map writes the name of a region, and how: degrees, and a name short enough to fit.
 *
 * @type {ReadonlyMap<string, { name: string, longitude: number, latitude: number }>}
 */
export const LABELS = new Map([
  ['north-america', { name: 'North America', longitude: -101, latitude: 46 }],
  ['latam', { name: 'Latin America', longitude: -58, latitude: -9 }],
  ['europe', { name: 'Europe & Central Asia', longitude: 72, latitude: 59 }],
  ['mena', { name: 'Middle East & N. Africa', longitude: 12, latitude: 26 }],
  ['sub-saharan-africa', { name: 'Sub-Saharan Africa', longitude: 22, latitude: -9 }],
  ['south-asia', { name: 'South Asia', longitude: 80, latitude: 15 }],
  ['east-asia', { name: 'East Asia & Pacific', longitude: 106, latitude: 35 }],
]);
