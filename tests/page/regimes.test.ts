import { describe, expect, it } from 'vitest';
import { RegimeLabelSchema } from '../../lib/hazards/snapshot.js';
import { alertWord, GLYPHS, regimeOfSeverity, viewRegime } from '../../public/app/regimes.js';

describe('viewRegime', () => {
  it('knows every regime that this project assigns', () => {
    expect(RegimeLabelSchema.options.map((label) => viewRegime(label).key)).toEqual(
      RegimeLabelSchema.options,
    );
  });

  it('ranks them as they rank', () => {
    const ranked = ['unknown', 'normal', 'watch', 'alert', 'emergency'];
    expect(ranked.toSorted((a, b) => viewRegime(a).rank - viewRegime(b).rank)).toEqual(ranked);
  });

  it('keeps the word of a label that another producer made up', () => {
    expect(viewRegime('coercive_stalemate')).toMatchObject({ key: 'other', word: 'coercive_stalemate' });
  });

  it('does not take a property of objects for a regime', () => {
    expect(viewRegime('constructor').key).toBe('other');
  });

  it('distinguishes no regime from an unknown one', () => {
    expect([viewRegime(null).key, viewRegime('unknown').key]).toEqual(['none', 'unknown']);
  });
});

describe('regimeOfSeverity', () => {
  // Thirds as JSON carries them.
  it.each([
    [0, 'normal', 'green'],
    [0.3333333333333333, 'watch', 'yellow'],
    [0.5, 'alert', 'orange'],
    [0.6666666666666666, 'alert', 'orange'],
    [1, 'emergency', 'red'],
  ])('%d is %s, from an alert of %s', (severity, regime, level) => {
    expect([regimeOfSeverity(severity), alertWord(severity)]).toEqual([regime, level]);
  });
});

describe('GLYPHS', () => {
  it('gives each regime a shape of its own', () => {
    const { none: _none, ...shapes } = GLYPHS;
    expect(new Set(Object.values(shapes)).size).toBe(Object.keys(shapes).length);
  });
});
