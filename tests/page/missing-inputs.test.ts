import { describe, expect, it } from 'vitest';
import { heldSince, knownAlerts, missingInputsText } from '../../public/app/missing-inputs.js';

describe('missingInputsText', () => {
  it.each([
    [[], 'watch', 0.5, null],
    [['usgs'], 'watch', 0.5, 'USGS did not answer in full: there may be more events.'],
    [['usgs'], 'unknown', null, 'USGS did not answer in full: the situation here is unknown.'],
    [['usgs'], 'alert', null, 'USGS did not answer in full: the regime may be out of date.'],
    [['a', 'b', 'c', 'd'], 'alert', null, '4 inputs did not answer in full: the regime may be out of date.'],
  ])('of %j with %s at %s: %s', (missingInputs, label, score, text) => {
    expect(missingInputsText({ missingInputs, heldInputs: [], label, score })).toBe(text);
  });
});

describe('missingInputsText, where something is held,', () => {
  it('says since when', () => {
    const since = Date.UTC(2026, 10, 26, 6, 5);
    const heldInputs = [
      { input: 'usgs', since: since + 60_000 },
      { input: 'gdacs-tc', since },
    ];
    const missingInputs = ['usgs', 'gdacs-tc'];
    expect(missingInputsText({ missingInputs, heldInputs, label: 'alert', score: 0.5 })).toMatch(
      /there may be more events\. Its last answer counts, held since .*06:05/,
    );
  });
});

describe('knownAlerts', () => {
  const none = { orange: 0, red: 0 };

  it('takes the silence of all inputs for no count of zero', () => {
    expect(knownAlerts({ alerts: none, missingInputs: ['usgs'], score: null })).toBeNull();
    expect(knownAlerts({ alerts: none, missingInputs: ['usgs'], score: 0 })).toBe(none);
  });
});

describe('heldSince', () => {
  it('is the earliest time of what is held', () => {
    expect(heldSince({ heldInputs: [] })).toBeNull();
    const heldInputs = [
      { input: 'usgs', since: 9 },
      { input: 'gdacs-tc', since: 5 },
    ];
    expect(heldSince({ heldInputs })).toBe(5);
  });
});
