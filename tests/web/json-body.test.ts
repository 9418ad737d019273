import { describe, expect, it, vi } from 'vitest';
import { jsonBody } from '../../lib/web/request.js';

type Body = NonNullable<RequestInit['body']> | null;

const MOST_BYTES = 4_500_000;
const NOT_JSON = { problem: { status: 400, code: 'bad-request' } };
const TOO_LARGE = { problem: { status: 413, code: 'too-large' } };

function post(body: Body, headers: Record<string, string> = {}): Request {
  return new Request('http://127.0.0.1/', { method: 'POST', body, headers, duplex: 'half' });
}

/** A body that arrives in chunks of this many bytes, until somebody cancels it. */
function endless(chunkBytes: number) {
  const cancel = vi.fn();
  const pull = vi.fn((controller: ReadableStreamDefaultController<Uint8Array>) => {
    controller.enqueue(new Uint8Array(chunkBytes).fill(0x20));
  });
  return { body: new ReadableStream({ pull, cancel }, { highWaterMark: 0 }), pull, cancel };
}

describe('jsonBody', () => {
  it.each(['{"snapshots":[]}', '{}', '[]', '[1]', '7', 'null', ' {"a": "Zürich 🌋"}\n'])(
    'reads %s',
    async (text) => {
      expect(await jsonBody(post(text))).toEqual({ value: JSON.parse(text) });
    },
  );

  it.each(['application/json', 'text/plain', 'application/x-www-form-urlencoded', ';;', ''])(
    'reads JSON whose content type is %j',
    async (type) => {
      expect(await jsonBody(post('{"a":1}', { 'content-type': type }))).toEqual({ value: { a: 1 } });
    },
  );

  it('reads JSON without a content type, and behind a byte order mark', async () => {
    expect(await jsonBody(post(Buffer.from('\ufeff{"a":1}')))).toEqual({ value: { a: 1 } });
  });

  it.each<[string, Body]>([
    ['there is none', null],
    ['it is empty', ''],
    ['it ends too early', '{"snapshots":['],
    ['it is a form', 'snapshots=1'],
    ['it is not UTF-8', Buffer.from('{"a":"Zürich"}', 'latin1')],
    ['its last character is cut in two', Buffer.from('"🌋"').subarray(0, 3)],
    ['it is compressed', Buffer.from([0x1f, 0x8b, 0x08, 0x00])],
  ])('answers 400 when %s', async (_name, body) => {
    const answer = await jsonBody(post(body, { 'content-type': 'application/json' }));
    expect(answer).toMatchObject(NOT_JSON);
  });

  it('answers 400 to more values than may be stored, and does not parse them', async () => {
    const parse = vi.spyOn(JSON, 'parse');

    const answer = await jsonBody(post(`[${Array(200_001).fill(0)}]`));

    expect(answer).toMatchObject({ problem: { detail: 'the body has more than 200000 values' } });
    expect(parse).not.toHaveBeenCalled();
    parse.mockRestore();
  });

  it('answers 400 when the caller hangs up', async () => {
    const body = new ReadableStream({
      pull(controller) {
        controller.error(new TypeError('terminated'));
      },
    });
    expect(await jsonBody(post(body))).toMatchObject(NOT_JSON);
  });

  it('counts bytes, not characters, and takes as many as the limit says', async () => {
    const fits = JSON.stringify('ü'.repeat(MOST_BYTES / 2 - 1));
    expect(await jsonBody(post(fits))).toEqual({ value: JSON.parse(fits) });
    expect(await jsonBody(post(`${fits} `))).toMatchObject(TOO_LARGE);
  });

  it('answers 413 to a larger one without reading it, where its length is declared', async () => {
    const { body, pull } = endless(1);
    const request = post(body, { 'content-length': `${MOST_BYTES + 1}` });
    expect(await jsonBody(request)).toMatchObject(TOO_LARGE);
    expect(pull).not.toHaveBeenCalled();
  });

  it.each([{}, { 'content-length': '10' }, { 'content-length': 'x' }])(
    'answers 413 to a larger one as soon as the limit is passed, when its headers are %j',
    async (headers) => {
      const { body, pull, cancel } = endless(1_000_000);
      expect(await jsonBody(post(body, headers))).toMatchObject(TOO_LARGE);
      expect(pull).toHaveBeenCalledTimes(5);
      expect(cancel).toHaveBeenCalledOnce();
    },
  );

  it('throws when something else has read the body, which is a mistake in how it is mounted', async () => {
    const request = post('{}');
    await request.text();
    await expect(jsonBody(request)).rejects.toThrow('already been read');
  });
});
