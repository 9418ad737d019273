import { describe, expect, it } from 'vitest';
import { type RegionOfPoint, regionsOfEvent } from '../../../lib/hazards/regions/points.js';
import { hazardEvent } from '../support/events.js';

const europe: RegionOfPoint = () => 'europe';
const nowhere: RegionOfPoint = () => null;

describe('regionsOfEvent', () => {
  it('are the regions of its countries, each once, and global', () => {
    const event = hazardEvent({ countries: ['CA', 'CU', 'JM', 'US'] });
    expect(regionsOfEvent(event, europe)).toEqual(['north-america', 'latam', 'global']);
  });

  it('are that of its place and global when no country is named', () => {
    expect(regionsOfEvent(hazardEvent({ countries: [] }), europe)).toEqual(['europe', 'global']);
  });

  it('are that of its place and global when the countries are in no region', () => {
    expect(regionsOfEvent(hazardEvent({ countries: ['AQ'] }), europe)).toEqual(['europe', 'global']);
  });

  it('are global alone when its place has none', () => {
    expect(regionsOfEvent(hazardEvent({ countries: [] }), nowhere)).toEqual(['global']);
  });

  it('look at the longitude and latitude of the event, in this order', () => {
    const places: number[][] = [];
    const noting: RegionOfPoint = (...place) => {
      places.push(place);
      return null;
    };
    regionsOfEvent(hazardEvent({ countries: [], longitude: 10, latitude: 50 }), noting);
    expect(places).toEqual([[10, 50]]);
  });
});
