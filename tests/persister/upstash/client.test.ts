import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DeadlineError } from '../../../lib/limits/deadline.js';
import { createStoreClient } from '../../../lib/persister/upstash/client.js';
import { StoreError } from '../../../lib/persister/upstash/error.js';
import type { Fault } from '../../../local/upstash/fault-rules.js';
import { answeringTransport } from '../../support/answering-transport.js';
import { type StoreHarness, startStoreHarness } from '../../support/store-harness.js';

let harness: StoreHarness;
beforeAll(async () => {
  harness = await startStoreHarness();
});
beforeEach(() => harness.reset());
afterAll(() => harness.close());

const never = new AbortController().signal;
const SECRET_VALUE = 'a value that no error may repeat';

function clientOf(options: Partial<Parameters<typeof createStoreClient>[0]> = {}) {
  const { url, token } = harness.gateway;
  return createStoreClient({ url, token, ...options });
}

async function failureOf(fault: Fault, options: Parameters<typeof clientOf>[0] = {}): Promise<StoreError> {
  harness.setFaults([{ fault }]);
  const error = await clientOf(options)
    .pipeline((pipeline) => pipeline.set('k', SECRET_VALUE), never)
    .catch((thrown: unknown) => thrown);
  if (error instanceof StoreError) return error;
  throw new Error(`expected a StoreError, got ${String(error)}`);
}

describe('pipeline', () => {
  it('answers a slot for each command, with values as they are stored', async () => {
    const slots = await clientOf().pipeline((pipeline) => {
      pipeline.set('n', '123456789012345678').get('n').get('nothing').zadd('n', { score: 1, member: 'x' });
    }, never);

    expect(slots).toMatchObject([
      { ok: true, result: 'OK' },
      { ok: true, result: '123456789012345678' },
      { ok: true, result: null },
      { ok: false, error: { code: 'redis-wrongtype', retryable: false } },
    ]);
  });

  it.each([
    ["READONLY You can't write against a read only replica.", { code: 'redis-readonly', retryable: true }],
    ['ERR max daily request limit exceeded', { code: 'store-quota', retryable: false }],
  ])('reads the error of one command: %s', async (error, expected) => {
    harness.setFaults([{ fault: { kind: 'slot-error', slot: 0, error } }]);

    const slots = await clientOf().pipeline((pipeline) => pipeline.set('k', 'v').get('k'), never);

    expect(slots).toMatchObject([
      { ok: false, error: expected },
      { ok: true, result: null },
    ]);
  });

  it('carries any text both ways', async () => {
    const text = 'Zürich 東京 🌋 \u0000 "quoted" \\ \n';

    const slots = await clientOf().pipeline((pipeline) => pipeline.set('k', text).get('k'), never);

    expect(slots[1]).toEqual({ ok: true, result: text });
  });

  it('counts each request and command that it sends, failed ones too', async () => {
    const client = clientOf();
    await client.pipeline((pipeline) => pipeline.get('a').get('b'), never);
    harness.setFaults([{ fault: { kind: 'drop-before' } }]);
    await client.pipeline((pipeline) => pipeline.get('a'), never).catch(() => undefined);

    expect(client.usage()).toEqual({ requests: 2, commands: 3 });
  });

  it.each<[string, Fault, { code: string; retryable: boolean; retryAfterMs?: number }]>([
    ['a dropped connection', { kind: 'drop-before' }, { code: 'store-unreachable', retryable: true }],
    ['a lost answer', { kind: 'drop-after' }, { code: 'store-unreachable', retryable: true }],
    ['429', { kind: 'status', status: 429 }, { code: 'store-http-429', retryable: true }],
    [
      '429 with Retry-After',
      { kind: 'status', status: 429, headers: { 'retry-after': '7' } },
      { code: 'store-http-429', retryable: true, retryAfterMs: 7_000 },
    ],
    [
      '500 with HTML',
      { kind: 'status', status: 500, body: '<h1>oops</h1>', headers: { 'content-type': 'text/html' } },
      { code: 'store-http-500', retryable: true },
    ],
    ['400', { kind: 'status', status: 400 }, { code: 'store-http-400', retryable: false }],
    ['401', { kind: 'unauthorised' }, { code: 'store-unauthorised', retryable: false }],
    [
      '400 with an error that passes',
      { kind: 'status', status: 400, body: '{"error":"LOADING Redis is loading the dataset in memory"}' },
      { code: 'redis-loading', retryable: true },
    ],
    [
      '400 with a used-up quota',
      { kind: 'status', status: 400, body: '{"error":"ERR max requests limit exceeded. Limit: 1"}' },
      { code: 'store-quota', retryable: false },
    ],
    ['an answer that is not JSON', { kind: 'garbage' }, { code: 'store-bad-answer', retryable: true }],
    ['a cut answer', { kind: 'truncate' }, { code: 'store-bad-answer', retryable: true }],
    [
      'an answer that breaks off',
      { kind: 'truncate', abrupt: true },
      { code: 'store-unreachable', retryable: true },
    ],
    [
      'a redirect',
      { kind: 'status', status: 307, headers: { location: '/' } },
      { code: 'store-http-307', retryable: false },
    ],
  ])('gives %s its code', async (_, fault, expected) => {
    expect(await failureOf(fault)).toMatchObject(expected);
  });

  it('sends once: retrying is the policy of its caller', async () => {
    await failureOf({ kind: 'status', status: 500 });

    expect(harness.gateway.stats.requests).toBe(1);
  });

  it('gives up a request after its own limit', async () => {
    expect(await failureOf({ kind: 'hang' }, { requestTimeoutMs: 20 })).toMatchObject({
      code: 'store-timeout',
      retryable: true,
    });
  });

  it('ends with the signal it is given, without being tried again', async () => {
    harness.setFaults([{ fault: { kind: 'hang' } }]);
    const controller = new AbortController();
    const asked = clientOf().pipeline((pipeline) => pipeline.get('k'), controller.signal);
    controller.abort(new DeadlineError('persist'));

    await expect(asked).rejects.toMatchObject({ code: 'deadline', retryable: false });
  });

  it('sends nothing when the time is used up already', async () => {
    const asked = clientOf().pipeline((pipeline) => pipeline.get('k'), AbortSignal.abort());

    await expect(asked).rejects.toMatchObject({ code: 'deadline' });
    expect(harness.gateway.stats.requests).toBe(0);
  });

  it.each([
    ['an object', '{"result":"OK"}'],
    ['too few slots', '[]'],
    ['too many slots', '[{"result":1},{"result":2}]'],
    ['slots of another shape', '["OK"]'],
    ['null', 'null'],
  ])('does not accept %s as the reply to a pipeline', async (_, body) => {
    const asked = clientOf({ transport: answeringTransport(body) }).pipeline(
      (pipeline) => pipeline.get('k'),
      never,
    );

    await expect(asked).rejects.toMatchObject({ code: 'store-bad-answer', retryable: true });
  });

  it('stops reading an answer that does not end', async () => {
    let sent = 0;
    const server = createServer((_, response) => {
      const chunk = Buffer.alloc(1_000_000, 'x');
      const pump = () => {
        while (!response.destroyed && sent < 200_000_000) {
          sent += chunk.length;
          if (!response.write(chunk)) return void response.once('drain', pump);
        }
        response.end();
      };
      pump();
    }).listen(0, '127.0.0.1');
    const url = await new Promise<string>((resolve) => {
      server.once('listening', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
    });

    const asked = clientOf({ url }).pipeline((pipeline) => pipeline.get('k'), never);

    await expect(asked).rejects.toMatchObject({ code: 'store-bad-answer', retryable: false });
    expect(sent).toBeLessThan(50_000_000);
    server.closeAllConnections();
    server.close();
  });

  it('puts neither token, address nor payload into any of its errors', async () => {
    const faults: Fault[] = [
      { kind: 'drop-before' },
      { kind: 'status', status: 500, body: SECRET_VALUE },
      { kind: 'unauthorised' },
      { kind: 'garbage' },
      { kind: 'slot-error', error: `ERR bad value ${SECRET_VALUE}` },
    ];
    for (const fault of faults.slice(0, 4)) {
      const error = await failureOf(fault);
      const told = [error.message, error.stack, JSON.stringify(error), String(error.cause)].join();
      for (const secret of [SECRET_VALUE, harness.gateway.token, harness.gateway.url]) {
        expect(told).not.toContain(secret);
      }
    }
    harness.setFaults(faults.slice(4).map((fault) => ({ fault })));
    const [slot] = await clientOf().pipeline((pipeline) => pipeline.set('k', SECRET_VALUE), never);
    expect(JSON.stringify(slot)).not.toContain(SECRET_VALUE);
  });
});
