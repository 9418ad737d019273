import { describe, expect, it } from 'vitest';
import { measurePressure } from '../../lib/hazards/assess.js';
import { hazardEvent } from './support/events.js';

const drought = hazardEvent({ id: 'gdacs:DR:1', type: 'drought', severity: 1, alertLevel: 'red' });
const quake = hazardEvent({ id: 'usgs:us1', type: 'earthquake', severity: 2 / 3, alertLevel: 'orange' });
const cyclone = hazardEvent({ id: 'gdacs:TC:1', severity: 0.5, alertLevel: 'orange' });
const tremor = hazardEvent({ id: 'usgs:us2', type: 'earthquake', severity: 1 / 3, alertLevel: 'yellow' });

describe('measurePressure', () => {
  it('is the highest severity, with and without drought', () => {
    expect(measurePressure([tremor, drought, quake], false)).toMatchObject({
      score: 1,
      score_without_drought: 2 / 3,
    });
  });

  it('counts orange and red events', () => {
    expect(measurePressure([drought, quake, cyclone, tremor], false).alerts).toEqual({ orange: 2, red: 1 });
  });

  it('gives the highest severity of each hazard that has an event', () => {
    expect(measurePressure([tremor, cyclone, quake], false).by_hazard).toEqual({
      earthquake: 2 / 3,
      cyclone: 0.5,
    });
  });

  it('is 0 when all inputs answered and there is nothing', () => {
    expect(measurePressure([], false)).toEqual({
      score: 0,
      score_without_drought: 0,
      alerts: { orange: 0, red: 0 },
      by_hazard: {},
      events: { total: 0, by_hazard: {} },
    });
  });

  it('counts all events, by hazard', () => {
    expect(measurePressure([drought, quake, cyclone, tremor], false).events).toEqual({
      total: 4,
      by_hazard: { drought: 1, earthquake: 2, cyclone: 1 },
    });
  });

  it('is a lower bound where something is unknown, and from 0 to below watch no score', () => {
    expect(measurePressure([tremor], true).score).toBe(1 / 3);
    expect(measurePressure([drought], true)).toMatchObject({ score: 1, score_without_drought: null });
    expect(measurePressure([], true)).toMatchObject({ score: null, score_without_drought: null });
  });
});
