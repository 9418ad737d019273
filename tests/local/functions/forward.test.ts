import { createServer, type RequestListener, type Server } from 'node:http';
import { afterEach, expect, it } from 'vitest';
import { z } from 'zod';
import { type ForwardOutcome, forward } from '../../../local/functions/forward.js';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

async function serve(listener: RequestListener): Promise<number> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return z.object({ port: z.int() }).parse(server.address()).port;
}

interface Circumstances {
  /** The function's time. */
  readonly time?: AbortSignal;
  /** The caller's patience. */
  readonly patience?: AbortSignal;
  readonly onHangUp?: () => void;
}

/** Forwards one call to a function that behaves as told, and answers how it ended on both sides. */
async function forwardTo(behaviour: RequestListener | 'nobody', circumstances: Circumstances = {}) {
  const { time = never, patience = never, onHangUp = () => {} } = circumstances;
  const port = behaviour === 'nobody' ? await closedPort() : await serve(behaviour);
  const outcomes: Promise<ForwardOutcome>[] = [];
  const front = await serve(async (request, response) => {
    response.once('close', onHangUp);
    const call = { method: request.method ?? '', url: request.url ?? '', headers: {}, body: Buffer.alloc(0) };
    const outcome = forward(call, port, response, time);
    outcomes.push(outcome);
    await outcome;
    response.end();
  });
  const seen = await fetch(`http://127.0.0.1:${front}/`, { signal: patience })
    .then(async (response) => `${response.status} ${await response.text()}`)
    .catch(() => 'broken off');
  return { outcome: await outcomes[0], seen };
}

const never = new AbortController().signal;

it('passes an answer on', async () => {
  const result = await forwardTo((_request, response) => response.writeHead(202).end('done'));
  expect(result).toEqual({ outcome: 'answered', seen: '202 done' });
});

it('says when nobody listens', async () => {
  expect(await forwardTo('nobody')).toMatchObject({ outcome: 'refused' });
});

it('says when the function breaks off before its answer', async () => {
  expect(await forwardTo((request) => request.socket.destroy())).toMatchObject({ outcome: 'failed' });
});

it('breaks the answer off when the function does', async () => {
  const result = await forwardTo((request, response) => {
    response.write('half', () => request.socket.destroy());
  });
  expect(result).toEqual({ outcome: 'cut-off', seen: 'broken off' });
});

it('lets the function finish when the caller hangs up while it waits', async () => {
  const patience = new AbortController();
  let finish = () => {};
  const result = await forwardTo(
    (_request, response) => {
      finish = () => response.end('done');
      patience.abort();
    },
    { patience: patience.signal, onHangUp: () => finish() },
  );
  expect(result).toEqual({ outcome: 'cut-off', seen: 'broken off' });
});

it('stops waiting when the time is over', async () => {
  const time = new AbortController();
  expect(await forwardTo(() => time.abort(), { time: time.signal })).toMatchObject({ outcome: 'timed-out' });
});

async function closedPort(): Promise<number> {
  const port = await serve(() => {});
  await new Promise((resolve) => servers.pop()?.close(resolve));
  return port;
}
