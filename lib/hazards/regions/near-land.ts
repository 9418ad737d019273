/** Whether land lies within 370.4 km of a point, which must be a valid one. */
export type IsNearLand = (point: Point) => boolean;

const CELLS_PER_DEGREE = 10;
const ROWS = 180 * CELLS_PER_DEGREE;
const COLUMNS = 360 * CELLS_PER_DEGREE;

/**
 * Reads the mask that `local/map/land-mask.ts` makes. Land is what Natural Earth's 1:10 million map has, and a few
 * islets more; Clipperton does not count. Cells are a tenth of a degree wide, so the edge of the mask is wrong by 9 km
 * at most.
 *
 * @param mask rows from south to north; in each the columns at which land comes near or ends, as differences, ended
 *   by 0; base-128 numbers in base64
 */
export function createIsNearLand(mask: string): IsNearLand {
  const rows = decode(Buffer.from(mask, 'base64'));
  return ({ longitude, latitude }) => {
    const row = Math.min(ROWS - 1, Math.floor((latitude + 90) * CELLS_PER_DEGREE));
    const column = Math.min(COLUMNS - 1, Math.floor((longitude + 180) * CELLS_PER_DEGREE));
    const edges = rows[row] ?? [];
    const next = edges.findIndex((edge) => edge > column);
    return (next === -1 ? edges.length : next) % 2 === 1;
  };
}

function decode(bytes: Uint8Array): number[][] {
  const rows: number[][] = [];
  let row: number[] = [];
  let number = 0;
  let digit = 1;
  for (const byte of bytes) {
    number += (byte & 127) * digit;
    digit *= 128;
    if (byte >= 128) continue;
    if (number > 0) row.push((row.at(-1) ?? -1) + number);
    else {
      rows.push(row);
      row = [];
    }
    number = 0;
    digit = 1;
  }
  return rows;
}

/** Mean radius of the Earth in km (IUGG). */
const EARTH_RADIUS_KM = 6371.0088;
const RADIANS = Math.PI / 180;

export interface Point {
  /** Degrees, east positive. */
  readonly longitude: number;
  /** Degrees, north positive. */
  readonly latitude: number;
}

/** A longitude in degrees brought into −180 (included) to 180 (excluded). */
export function normalizeLongitude(longitude: number): number {
  // The arithmetic below would turn 57.2 into 57.200000000000045.
  if (longitude >= -180 && longitude < 180) return longitude;
  return ((((longitude + 180) % 360) + 360) % 360) - 180;
}

/**
 * Great-circle distance by the haversine formula, on a sphere: within 0.6 % of the ellipsoid.
 *
 * @returns km
 */
export function distanceKm(a: Point, b: Point): number {
  const sinLatitude = Math.sin(((b.latitude - a.latitude) * RADIANS) / 2);
  const sinLongitude = Math.sin(((b.longitude - a.longitude) * RADIANS) / 2);
  const h =
    sinLatitude ** 2 + Math.cos(a.latitude * RADIANS) * Math.cos(b.latitude * RADIANS) * sinLongitude ** 2;
  return 2 * EARTH_RADIUS_KM * Math.asin(Math.min(1, Math.sqrt(h)));
}

/**
 * The point reached after a distance along a great circle (the "direct" formula on a sphere).
 *
 * @param bearing degrees clockwise from north
 * @param km distance
 */
export function destination(from: Point, bearing: number, km: number): Point {
  const angle = km / EARTH_RADIUS_KM;
  const latitude = from.latitude * RADIANS;
  const course = bearing * RADIANS;
  const sinArrival =
    Math.sin(latitude) * Math.cos(angle) + Math.cos(latitude) * Math.sin(angle) * Math.cos(course);
  const turn = Math.atan2(
    Math.sin(course) * Math.sin(angle) * Math.cos(latitude),
    Math.cos(angle) - Math.sin(latitude) * sinArrival,
  );
  return {
    longitude: normalizeLongitude(from.longitude + turn / RADIANS),
    latitude: Math.asin(Math.max(-1, Math.min(1, sinArrival))) / RADIANS,
  };
}
