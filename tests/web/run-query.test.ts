import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { REGION_IDS } from '../../lib/hazards/regions/regions.js';
import { RunQuerySchema } from '../../lib/web/write.js';

describe('RunQuerySchema', () => {
  it('means a run over all regions when it is empty', () => {
    expect(RunQuerySchema.parse({})).toEqual({ regionIds: REGION_IDS, dryRun: false, due: undefined });
  });

  it.each([
    ['mena', ['mena']],
    ['latam,mena', ['mena', 'latam']],
    ['mena,mena,europe,mena', ['mena', 'europe']],
    [' mena , europe ', ['mena', 'europe']],
    [REGION_IDS.toReversed().join(), REGION_IDS],
  ])('takes the regions %j, each once and in their own order', (regions, regionIds) => {
    expect(RunQuerySchema.parse({ regions }).regionIds).toEqual(regionIds);
  });

  it('takes any selection of regions', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...REGION_IDS), { minLength: 1 }), (named) => {
        const { regionIds } = RunQuerySchema.parse({ regions: named.join() });
        expect(regionIds).toEqual(REGION_IDS.filter((id) => named.includes(id)));
      }),
    );
  });

  const MUST_BE = `must be one of ${REGION_IDS.join(', ')}`;
  it.each([
    ['atlantis', [MUST_BE]],
    ['mena,atlantis,europe,mu', [MUST_BE, MUST_BE]],
    ['MENA', [MUST_BE]],
    ['', [MUST_BE]],
    ['mena,', [MUST_BE]],
    ['mena;europe', [MUST_BE]],
    ['__proto__', [MUST_BE]],
    ['constructor', [MUST_BE]],
  ])('refuses the regions %j', (regions, messages) => {
    const { error } = RunQuerySchema.safeParse({ regions });
    expect(error?.issues.map(({ message }) => message)).toEqual(messages);
    expect(error?.issues.every(({ path }) => path[0] === 'regions')).toBe(true);
  });

  it.each([
    ['true', true],
    ['false', false],
  ])('takes dry-run=%s', (text, dryRun) => {
    expect(RunQuerySchema.parse({ 'dry-run': text }).dryRun).toBe(dryRun);
  });

  it.each([
    ['true', true],
    ['false', false],
  ])('takes due=%s', (text, due) => {
    expect(RunQuerySchema.parse({ due: text }).due).toBe(due);
  });

  it.each(['', '1', 'yes', 'TRUE'])('refuses due=%j', (text) => {
    const { error } = RunQuerySchema.safeParse({ due: text });
    expect(error?.issues).toMatchObject([{ path: ['due'], message: 'must be true or false' }]);
  });

  it.each(['', '1', 'yes', 'TRUE', ' true'])('refuses dry-run=%j, rather than writing', (text) => {
    const { error } = RunQuerySchema.safeParse({ 'dry-run': text });
    expect(error?.issues).toMatchObject([{ path: ['dry-run'], message: 'must be true or false' }]);
  });

  it('names its parameters, so that every other one is refused', () => {
    expect(Object.keys(RunQuerySchema.in.shape)).toEqual(['regions', 'due', 'dry-run']);
  });
});
