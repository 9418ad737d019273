import { describe, expect, it } from 'vitest';
import { measurePressure } from '../../lib/hazards/regime.js';
import { hazardEvent } from './support/events.js';

const drought = hazardEvent({ id: 'gdacs:DR:1', type: 'drought', severity: 1, alertLevel: 'red' });
const quake = hazardEvent({ id: 'usgs:us1', type: 'earthquake', severity: 2 / 3, alertLevel: 'orange' });
const cyclone = hazardEvent({ id: 'gdacs:TC:1', severity: 0.5, alertLevel: 'orange' });
const tremor = hazardEvent({ id: 'usgs:us2', type: 'earthquake', severity: 1 / 3, alertLevel: 'yellow' });

describe('measurePressure', () => {
  it('is the highest severity, with and without drought', () => {
    expect(measurePressure([tremor, drought, quake], true)).toMatchObject({
      score: 1,
      score_without_drought: 2 / 3,
    });
  });

  it('counts orange and red events', () => {
    expect(measurePressure([drought, quake, cyclone, tremor], true).alerts).toEqual({ orange: 2, red: 1 });
  });

  it('gives the highest severity of each hazard that has an event', () => {
    expect(measurePressure([tremor, cyclone, quake], true).by_hazard).toEqual({
      earthquake: 2 / 3,
      cyclone: 0.5,
    });
  });

  it('is 0 when the inputs that answered have nothing', () => {
    expect(measurePressure([], true)).toEqual({
      score: 0,
      score_without_drought: 0,
      alerts: { orange: 0, red: 0 },
      by_hazard: {},
    });
  });

  it('is unknown, not 0, when no input answered', () => {
    expect(measurePressure([], false)).toMatchObject({ score: null, score_without_drought: null });
  });
});
