import { feature } from 'topojson-client';
import { z } from 'zod';
import { distanceKm, type Point } from '../../lib/hazards/regions/near-land.js';
import { readPackageFile } from './atlas.js';

/** What the mask is made for: 200 nautical miles, the width of an exclusive economic zone. */
const REACH_KM = 370.4;
/** Cells to a degree. The centre of a cell stands for all of it, so the mask is wrong by 9 km at most. */
const CELLS_PER_DEGREE = 10;
const ROWS = 180 * CELLS_PER_DEGREE;
const COLUMNS = 360 * CELLS_PER_DEGREE;
/** Coastlines are followed in steps of at most this many degrees. */
const STEP_DEGREES = 0.05;
const KM_PER_DEGREE = 111.195;
const RADIANS = Math.PI / 180;

/** Land, though Natural Earth's 1:10 million map does not have it: reefs with islets on them. */
const ISLETS: readonly Point[] = [
  ['Atafu, Tokelau', -172.5, -8.56],
  ['Nukunonu, Tokelau', -171.83, -9.17],
  ['Fakaofo, Tokelau', -171.22, -9.37],
  ['Palmerston, Cook Islands', -163.18, -18.05],
  ['Pukapuka, Cook Islands', -165.84, -10.88],
  ['Nassau, Cook Islands', -165.41, -11.56],
  ['Suwarrow, Cook Islands', -163.1, -13.25],
  ['Marotiri, French Polynesia', -143.4, -27.92],
  ['Chesterfield Islands, New Caledonia', 158.3, -19.88],
  ['Matthew Island, New Caledonia', 171.35, -22.34],
  ['Bounty Islands, New Zealand', 179.03, -47.76],
  ['Cargados Carajos, Mauritius', 59.62, -16.6],
  ['Serrana Bank, Colombia', -80.36, 14.28],
  ['Pratas, Taiwan', 116.72, 20.7],
].map(([, longitude, latitude]) => ({ longitude: Number(longitude), latitude: Number(latitude) }));

/** No part of any region: it makes no storm off Mexico European. */
const CLIPPERTON: Point = { longitude: -109.22, latitude: 10.3 };

const Position = z.tuple([z.number(), z.number()]);
const MultiPolygonSchema = z.object({
  geometry: z.object({ type: z.literal('MultiPolygon'), coordinates: z.array(z.array(z.array(Position))) }),
});
type Ring = readonly (readonly [number, number])[];

/**
 * The coasts of all land of the world: Natural Earth at 1:10 million, by way of the package world-atlas. Lakes are
 * left out, because none is so wide that its middle is far from land.
 *
 * @returns rings of longitude and latitude, which run on past ±180
 * @throws when the package has another form
 */
function readLand(): Ring[] {
  const topology = JSON.parse(readPackageFile('world-atlas', 'land-10m.json'));
  const land = z
    .object({ features: z.array(MultiPolygonSchema) })
    .parse(feature(topology, topology.objects.land));
  return land.features
    .flatMap(({ geometry }) =>
      geometry.coordinates.flatMap(([outer]) => (outer === undefined ? [] : [outer])),
    )
    .filter(([first]) => !isNear(first, CLIPPERTON))
    .map(unwrap);
}

/** A ring that crosses the antimeridian goes on counting instead of jumping by 360 degrees. */
function unwrap(ring: Ring): Ring {
  let turns = 0;
  return ring.map(([x, y], index) => {
    const step = x - (ring[index - 1]?.[0] ?? x);
    if (Math.abs(step) > 180) turns -= Math.sign(step);
    return [x + turns * 360, y] as const;
  });
}

function isNear(position: readonly [number, number] | undefined, point: Point): boolean {
  return position !== undefined && distanceKm({ longitude: position[0], latitude: position[1] }, point) < 20;
}

/**
 * Every place within 370.4 km of land, as a grid of tenths of a degree, in the notation that
 * `lib/hazards/regions/near-land.ts` reads: for each row from south to north the columns, from west to east, at which
 * land comes near or ends, as differences, each row ended by 0; in base-128 numbers; in base64.
 */
export function makeLandMask(): string {
  const rings = readLand();
  // A row of changes: +1 where an interval begins, −1 behind its end.
  const changes = Array.from({ length: ROWS }, () => new Int32Array(COLUMNS + 1));
  const seen = new Set<number>();
  for (const ring of rings) {
    followCoast(ring, (point) => {
      // One point for each hundredth of a degree is as good as ten of them.
      const square = Math.round(point.longitude * 100) * 18_001 + Math.round(point.latitude * 100);
      if (seen.has(square)) return;
      seen.add(square);
      markAround(changes, point);
    });
  }
  for (const point of ISLETS) markAround(changes, point);
  for (const ring of rings) markInside(changes, ring);
  const bytes: number[] = [];
  for (const row of changes) {
    let last = -1;
    for (const column of edgesOf(row)) {
      pushNumber(bytes, column - last);
      last = column;
    }
    pushNumber(bytes, 0);
  }
  return Buffer.from(bytes).toString('base64');
}

function followCoast(ring: Ring, visit: (point: Point) => void): void {
  ring.forEach(([x, y], index) => {
    const [nextX, nextY] = ring[index + 1] ?? [x, y];
    const steps = Math.max(1, Math.ceil(Math.max(Math.abs(nextX - x), Math.abs(nextY - y)) / STEP_DEGREES));
    for (let step = 0; step < steps; step += 1) {
      visit({ longitude: x + ((nextX - x) * step) / steps, latitude: y + ((nextY - y) * step) / steps });
    }
  });
}

function latitudeOf(row: number): number {
  return (row + 0.5) / CELLS_PER_DEGREE - 90;
}

/** Marks the cells whose centre lies within the reach of a point. */
function markAround(changes: readonly Int32Array[], { longitude, latitude }: Point): void {
  const reach = REACH_KM / KM_PER_DEGREE;
  const from = Math.max(0, Math.floor((latitude - reach + 90) * CELLS_PER_DEGREE));
  const to = Math.min(ROWS - 1, Math.ceil((latitude + reach + 90) * CELLS_PER_DEGREE));
  for (let row = from; row <= to; row += 1) {
    const half = halfWidth(latitude, latitudeOf(row));
    if (half !== null) markInterval(changes[row], longitude - half, longitude + half);
  }
}

/** How many degrees of longitude the reach spans at another latitude: haversine, solved for the longitude. */
function halfWidth(latitude: number, other: number): number | null {
  const sinHalfReach = Math.sin((REACH_KM / KM_PER_DEGREE) * RADIANS * 0.5) ** 2;
  const left = sinHalfReach - Math.sin(((other - latitude) * RADIANS) / 2) ** 2;
  if (left < 0) return null;
  const share = left / (Math.cos(latitude * RADIANS) * Math.cos(other * RADIANS));
  return share >= 1 ? 180 : (2 * Math.asin(Math.sqrt(share))) / RADIANS;
}

/** Marks the cells of a row whose centre lies between two longitudes, across the antimeridian if need be. */
function markInterval(row: Int32Array | undefined, west: number, east: number): void {
  const first = Math.ceil((west + 180) * CELLS_PER_DEGREE - 0.5);
  const last = Math.floor((east + 180) * CELLS_PER_DEGREE - 0.5);
  if (row === undefined || last < first) return;
  if (last - first >= COLUMNS - 1) {
    mark(row, 0, COLUMNS - 1);
    return;
  }
  const start = ((first % COLUMNS) + COLUMNS) % COLUMNS;
  const end = start + last - first;
  mark(row, start, Math.min(COLUMNS - 1, end));
  if (end >= COLUMNS) mark(row, 0, end - COLUMNS);
}

function mark(row: Int32Array, first: number, last: number): void {
  row[first] = (row[first] ?? 0) + 1;
  row[last + 1] = (row[last + 1] ?? 0) - 1;
}

/**
 * Marks the land inside a coast, which is more than 370.4 km wide in places: row by row, between every other crossing.
 * The coast of Antarctica runs around the pole and has no inside in this sense; no region is there to be missed.
 */
function markInside(changes: readonly Int32Array[], ring: Ring): void {
  const crossings = new Map<number, number[]>();
  ring.forEach(([x, y], index) => {
    const [nextX, nextY] = ring[index + 1] ?? [x, y];
    const first = Math.ceil((Math.min(y, nextY) + 90) * CELLS_PER_DEGREE - 0.5);
    for (let row = first; row < ROWS && latitudeOf(row) < Math.max(y, nextY); row += 1) {
      const crossing = x + ((latitudeOf(row) - y) / (nextY - y)) * (nextX - x);
      crossings.set(row, [...(crossings.get(row) ?? []), crossing]);
    }
  });
  for (const [row, at] of crossings) {
    at.sort((a, b) => a - b);
    for (let index = 0; index + 1 < at.length; index += 2) {
      markInterval(changes[row], at[index] ?? 0, at[index + 1] ?? 0);
    }
  }
}

/** The columns at which a row turns from far to near or back, from west to east. */
function edgesOf(changes: Int32Array): number[] {
  const edges: number[] = [];
  let depth = 0;
  for (let column = 0; column < COLUMNS; column += 1) {
    const before = depth > 0;
    depth += changes[column] ?? 0;
    if (depth > 0 !== before) edges.push(column);
  }
  return edges;
}

/** Base 128, lowest digit first, the high bit set on all digits but the last. */
function pushNumber(bytes: number[], value: number): void {
  let left = value;
  for (; left >= 128; left = Math.floor(left / 128)) bytes.push((left % 128) + 128);
  bytes.push(left);
}

/** The module that holds the mask. */
export function landMaskFile(): string {
  const { version } = z
    .object({ version: z.string() })
    .parse(JSON.parse(readPackageFile('world-atlas', 'package.json')));
  return `// Made by local/write-land-mask.ts (npm run land) from world-atlas ${version}, land-10m: Natural Earth 4.1.0, which is in the
// public domain. world-atlas is licensed ISC, copyright 2013-2019 Michael Bostock.

/** Where land is within 370.4 km; near-land.ts reads it. */
export const LAND_MASK: string =
  '${makeLandMask()}';
`;
}
