import { describe, expect, it } from 'vitest';
import { knownAlerts, missingInputsText } from '../../public/app/missing-inputs.js';

describe('missingInputsText', () => {
  it.each([
    [[], 'watch', 0.5, null],
    [
      ['usgs'],
      'watch',
      0.5,
      'USGS did not answer: there may be more events, and the regime may rise, but not fall.',
    ],
    [['usgs'], 'unknown', null, 'USGS did not answer: what happens here is not known.'],
    [['usgs'], 'alert', null, 'USGS did not answer: the regime may be out of date.'],
    [['a', 'b', 'c', 'd'], 'alert', null, '4 inputs did not answer: the regime may be out of date.'],
  ])('of %j with %s at %s: %s', (missingInputs, label, score, text) => {
    expect(missingInputsText({ missingInputs, label, score })).toBe(text);
  });
});

describe('knownAlerts', () => {
  const none = { orange: 0, red: 0 };

  it('takes the silence of all inputs for no count of zero', () => {
    expect(knownAlerts({ alerts: none, missingInputs: ['usgs'], score: null })).toBeNull();
    expect(knownAlerts({ alerts: none, missingInputs: ['usgs'], score: 0 })).toBe(none);
  });
});
