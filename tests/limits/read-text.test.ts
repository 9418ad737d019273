import { describe, expect, it, vi } from 'vitest';
import { readText } from '../../lib/limits/network.js';

const bytes = (text: string) => new TextEncoder().encode(text);

/** A response whose body arrives in these chunks; `cancel` is called when the reader gives it up. */
function respond(chunks: readonly Uint8Array[], cancel = vi.fn()): Response {
  const rest = [...chunks];
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const chunk = rest.shift();
        if (chunk === undefined) controller.close();
        else controller.enqueue(chunk);
      },
      cancel,
    },
    { highWaterMark: 0 },
  );
  return new Response(body);
}

describe('readText', () => {
  it('gives an empty text when there is no body', async () => {
    expect(await readText(new Response(null, { status: 204 }), 10)).toBe('');
  });

  it('puts characters together that chunks have torn apart', async () => {
    const torn = [...bytes('Zürich 🌋')].map((byte) => Uint8Array.of(byte));
    expect(await readText(respond(torn), 100)).toBe('Zürich 🌋');
  });

  it('replaces a character of which the end is missing', async () => {
    expect(await readText(respond([bytes('🌋').slice(0, 3)]), 100)).toBe('\ufffd');
  });

  it('refuses bytes that are not UTF-8 when that is fatal, at the end too', async () => {
    for (const broken of [bytes('🌋').slice(0, 3), Uint8Array.of(0x5a, 0xfc, 0x72)]) {
      await expect(readText(respond([broken]), 100, { fatal: true })).rejects.toThrow(TypeError);
    }
    expect(await readText(respond([bytes('Zürich')]), 100, { fatal: true })).toBe('Zürich');
  });

  it('counts bytes, not characters, and takes as many as the limit says', async () => {
    expect(await readText(respond([bytes('🌋'), bytes('abcd')]), 8)).toBe('🌋abcd');
    await expect(readText(respond([bytes('🌋'), bytes('abcd')]), 7)).rejects.toThrow(RangeError);
  });

  it('gives the connection up at the limit, and reads nothing beyond it', async () => {
    const cancel = vi.fn();
    const response = respond([bytes('abcd'), bytes('efgh'), bytes('never read')], cancel);
    await expect(readText(response, 6)).rejects.toThrow('the body is larger than 6 bytes');
    expect(cancel).toHaveBeenCalledOnce();
  });

  it('throws what the stream throws', async () => {
    const broken = new ReadableStream({
      pull(controller) {
        controller.error(new TypeError('terminated'));
      },
    });
    await expect(readText(new Response(broken), 10)).rejects.toThrow('terminated');
  });
});
