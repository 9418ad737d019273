import { crc32, deflateSync } from 'node:zlib';

export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** 4 bytes a pixel: red, green, blue, and alpha, which is left out. */
  readonly rgba: Uint8Array;
}

const MOST_COLOURS = 256;
/** How finely colours are told apart while they are counted, in bits of a channel. */
const BITS = 5;
const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/**
 * A picture of flat colours as a PNG with a palette (PNG, third edition, section 11): a third of the size that it has
 * in full colour. The most frequent colours are kept, all others become the nearest of them.
 */
export function encodeIndexedPng({ width, height, rgba }: Pixels): Buffer {
  const { palette, indexOf } = choosePalette(rgba);
  // Each row begins with its filter: none.
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) rows[y * (width + 1) + 1 + x] = indexOf(rgba, (y * width + x) * 4);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // 8 bits, indexed, and the only compression, filter and interlace there are.
  header.set([8, 3, 0, 0, 0], 8);
  const data = deflateSync(rows, { level: 9 });
  const chunks = [chunk('IHDR', header), chunk('PLTE', Buffer.from(palette.flat())), chunk('IDAT', data)];
  return Buffer.concat([SIGNATURE, ...chunks, chunk('IEND', Buffer.alloc(0))]);
}

type Colour = readonly [red: number, green: number, blue: number];

function choosePalette(rgba: Uint8Array) {
  const cells = new Map<number, { count: number; exact: Map<number, number> }>();
  for (let at = 0; at < rgba.length; at += 4) {
    const cell = cells.get(cellOf(rgba, at)) ?? { count: 0, exact: new Map() };
    const colour = colourOf(rgba, at);
    cell.exact.set(colour, (cell.exact.get(colour) ?? 0) + 1);
    cell.count += 1;
    cells.set(cellOf(rgba, at), cell);
  }
  const kept = [...cells.values()].toSorted((a, b) => b.count - a.count).slice(0, MOST_COLOURS);
  const palette = kept.map(({ exact }) => mostFrequent(exact));
  const nearest = new Map<number, number>();
  return {
    palette,
    indexOf(pixels: Uint8Array, at: number): number {
      const colour = colourOf(pixels, at);
      const known = nearest.get(colour);
      if (known !== undefined) return known;
      const index = nearestIndex(palette, [pixels[at] ?? 0, pixels[at + 1] ?? 0, pixels[at + 2] ?? 0]);
      nearest.set(colour, index);
      return index;
    },
  };
}

function colourOf(rgba: Uint8Array, at: number): number {
  return ((rgba[at] ?? 0) << 16) | ((rgba[at + 1] ?? 0) << 8) | (rgba[at + 2] ?? 0);
}

function cellOf(rgba: Uint8Array, at: number): number {
  const channel = (offset: number) => (rgba[at + offset] ?? 0) >> (8 - BITS);
  return (channel(0) << (2 * BITS)) | (channel(1) << BITS) | channel(2);
}

function mostFrequent(exact: ReadonlyMap<number, number>): Colour {
  const [[colour] = [0]] = [...exact].toSorted(([, a], [, b]) => b - a);
  return [(colour >> 16) & 255, (colour >> 8) & 255, colour & 255];
}

function nearestIndex(palette: readonly Colour[], [r, g, b]: Colour): number {
  const distances = palette.map((colour) => Math.hypot(colour[0] - r, colour[1] - g, colour[2] - b));
  return distances.indexOf(Math.min(...distances));
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}
