import type { Point } from './sphere.js';

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
