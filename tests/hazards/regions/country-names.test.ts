import { describe, expect, it } from 'vitest';
import { alpha2OfCountry, codesOfNames } from '../../../lib/hazards/regions/countries.js';

describe('codesOfNames', () => {
  it.each([
    ['Viet Nam, Philippines', ['VN', 'PH']],
    ['Bermuda, Bahamas', ['BM', 'BS']],
    ['Solomon Islands; Northern Mariana Islands', ['SB', 'MP']],
    ['Virgin Islands  U.S., Virgin Islands  British, Virgin Islands', ['VI', 'VG', 'VI']],
    ['Turks and Caicos, Turks & Caicos Islands', ['TC', 'TC']],
    ["Côte d'Ivoire, Cote d’Ivoire, St. Lucia", ['CI', 'CI', 'LC']],
    ['Korea, Republic of, Congo, The Democratic Republic of the, Congo', ['KR', 'CD', 'CG']],
    ['Cocos (Keeling) Islands, Micronesia (Federated States of)', ['CC', 'FM']],
    ['Guinea, Guinea-Bissau, Equatorial Guinea, Papua New Guinea', ['GN', 'GW', 'GQ', 'PG']],
    ['Niger, Nigeria, Dominica, Dominican Republic', ['NE', 'NG', 'DM', 'DO']],
  ])('reads %s', (list, codes) => {
    expect(codesOfNames(list)).toEqual(codes);
  });

  it.each(['', ',,', 'Off shore', 'Pacific Ocean', '__proto__', 'constructor', '🌊'])(
    'finds nothing in %j',
    (list) => {
      expect(codesOfNames(list)).toEqual([]);
    },
  );

  it('knows a name of every country that the code table knows', () => {
    const names = new Intl.DisplayNames(['en'], { type: 'region' });
    const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
    const codes = letters.flatMap((a) => letters.map((b) => a + b)).filter((code) => alpha2OfCountry(code));
    // Antarctica is in no region.
    const unknown = codes.filter(
      (code) => code !== 'AQ' && !codesOfNames(names.of(code) ?? '').includes(code),
    );
    expect(unknown).toEqual([]);
  });
});
