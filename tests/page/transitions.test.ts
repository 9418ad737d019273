import { describe, expect, it } from 'vitest';
import { transitionsOf } from '../../public/app/transitions.js';

const point = (at: number, label: string | null) => ({ id: `s${at}`, at, score: null, label });
const region = (regionId: string, ...points: ReturnType<typeof point>[]) => ({
  regionId,
  label: regionId.toUpperCase(),
  points,
});

describe('transitionsOf', () => {
  it('finds each change of a regime, newest first among all regions', () => {
    const found = transitionsOf([
      region('mena', point(1, 'normal'), point(2, 'normal'), point(5, 'alert')),
      region('latam', point(1, 'watch'), point(3, 'normal')),
    ]);
    expect(found).toEqual([
      { regionId: 'mena', label: 'MENA', from: 'normal', to: 'alert', at: 5, id: 's5' },
      { regionId: 'latam', label: 'LATAM', from: 'watch', to: 'normal', at: 3, id: 's3' },
    ]);
  });

  it('takes the first snapshot for no change, and one without a regime for none either', () => {
    expect(transitionsOf([region('mena', point(1, 'alert'), point(2, null), point(3, 'alert'))])).toEqual([]);
  });
});
