import { describe, expect, it } from 'vitest';
import { worldLine } from '../../public/app/headline.js';
import { gravestRegion, readHeads } from '../../public/app/heads.js';

const entry = (regionId: string, label: string | null, pressureScore: number | null = null) => ({
  regionId,
  label: regionId.toUpperCase(),
  head: {
    id: 's1',
    generatedAt: 5,
    regime:
      label === null ? null : { label, previousLabel: null, transitionedAt: null, transitionDriver: null },
    pressureScore,
  },
});

describe('readHeads', () => {
  it('reads the regions with their heads', () => {
    expect(readHeads({ regions: [entry('mena', 'alert', 0.5)] })).toEqual([
      {
        regionId: 'mena',
        label: 'MENA',
        note: null,
        head: {
          id: 's1',
          generatedAt: 5,
          label: 'alert',
          previousLabel: null,
          transitionedAt: null,
          score: 0.5,
        },
      },
    ]);
  });

  it('reads the note of a region that has one', () => {
    const regions = [{ ...entry('mena', 'alert'), note: 'Includes Türkiye.' }];
    expect(readHeads({ regions })[0]?.note).toBe('Includes Türkiye.');
  });

  it('has no head where nothing is stored', () => {
    expect(readHeads({ regions: [{ regionId: 'mena', label: 'M', head: null }] })[0]?.head).toBeNull();
  });

  it.each([null, [], { regions: 'x' }, { regions: [null, {}] }])('finds no region in %j', (json) => {
    expect(readHeads(json)).toEqual([]);
  });
});

describe('gravestRegion', () => {
  it('is the one with the gravest regime, by pressure among equals', () => {
    const regions = [entry('a', 'watch', 0.4), entry('b', 'alert', 0.5), entry('c', 'alert', 0.67)];
    expect(gravestRegion(readHeads({ regions }))).toBe('c');
  });

  it('is not global, which counts what the others count', () => {
    const regions = [entry('global', 'emergency', 1), entry('a', 'normal', 0)];
    expect(gravestRegion(readHeads({ regions }))).toBe('a');
  });

  it('is none without regions', () => {
    expect(gravestRegion([])).toBeNull();
  });
});

describe('worldLine', () => {
  it('counts the regimes, the gravest first, and global not at all', () => {
    const regions = [
      entry('a', 'normal'),
      entry('b', 'alert'),
      entry('c', 'alert'),
      entry('d', 'unknown'),
      entry('global', 'alert'),
    ];
    expect(worldLine(readHeads({ regions }))).toBe('2 regions on alert, 1 normal and 1 unknown');
  });

  it('says nothing while nothing is stored', () => {
    expect(worldLine(readHeads({ regions: [{ regionId: 'a', head: null }] }))).toBe('');
  });
});
