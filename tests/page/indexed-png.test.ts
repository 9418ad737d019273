import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { encodeIndexedPng } from './browser/support/indexed-png.js';

/** Chunks by their type. */
function chunksOf(png: Buffer): Map<string, Buffer> {
  const chunks = new Map<string, Buffer>();
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    chunks.set(png.toString('latin1', at + 4, at + 8), png.subarray(at + 8, at + 8 + length));
    at += length + 12;
  }
  return chunks;
}

describe('encodeIndexedPng', () => {
  it('keeps the colours of a picture that has few', () => {
    const rgba = Uint8Array.from([200, 10, 20, 255, 1, 2, 3, 255, 200, 10, 20, 255, 200, 10, 20, 255]);
    const chunks = chunksOf(encodeIndexedPng({ width: 2, height: 2, rgba }));
    expect([...(chunks.get('PLTE') ?? [])]).toEqual([200, 10, 20, 1, 2, 3]);
    expect([...inflateSync(chunks.get('IDAT') ?? Buffer.alloc(0))]).toEqual([0, 0, 1, 0, 0, 0]);
    expect([...chunks.keys()]).toEqual(['IHDR', 'PLTE', 'IDAT', 'IEND']);
  });

  it('keeps white white, whatever shade of it came first', () => {
    const pixels = [
      [248, 248, 248, 255],
      [247, 248, 248, 255],
      [247, 248, 248, 255],
      ...Array(3).fill([255, 255, 255, 255]),
    ];
    const png = encodeIndexedPng({ width: 6, height: 1, rgba: Uint8Array.from(pixels.flat()) });
    const chunks = chunksOf(png);
    const row = inflateSync(chunks.get('IDAT') ?? Buffer.alloc(0));
    const at = (row.at(-1) ?? 0) * 3;
    expect([...(chunks.get('PLTE') ?? Buffer.alloc(0)).subarray(at, at + 3)]).toEqual([255, 255, 255]);
  });

  it('has no more than 256 colours, however many come', () => {
    const pixels = Array.from({ length: 1024 }, (_, i) => [(i * 8) % 256, Math.floor(i / 32) * 8, 0, 255]);
    const png = encodeIndexedPng({ width: 32, height: 32, rgba: Uint8Array.from(pixels.flat()) });
    expect(chunksOf(png).get('PLTE')).toHaveLength(3 * 256);
  });
});
