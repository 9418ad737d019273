import { type GeoProjection, geoEqualEarth } from 'd3-geo';
import { describe, expect, it } from 'vitest';
import { projectPoint } from '../../public/app/projection.js';

const MAP = { width: 3600, height: 1754, scale: 665, centralLongitude: 11 };
const reference: GeoProjection = geoEqualEarth()
  .rotate([-MAP.centralLongitude, 0])
  .scale(MAP.scale)
  .translate([MAP.width / 2, MAP.height / 2]);

const PLACES: [longitude: number, latitude: number][] = [
  [0, 0],
  [84.72, 28.17],
  [-157.8, 21.3],
  [-168.9, 65],
  [179.9, -18],
  [-180, 71],
  [11, 90],
  [11, -90],
];

describe('projectPoint', () => {
  it.each(PLACES)('puts %d, %d where d3-geo puts it', (longitude, latitude) => {
    const [x, y] = projectPoint(longitude, latitude, MAP);
    const [wantedX, wantedY] = reference([longitude, latitude]) ?? [Number.NaN, Number.NaN];
    expect(x).toBeCloseTo(wantedX, 3);
    expect(y).toBeCloseTo(wantedY, 3);
  });

  it('takes 181.7 degrees for −178.3', () => {
    expect(projectPoint(181.7, -18, MAP)).toEqual(projectPoint(-178.3, -18, MAP));
  });
});
