import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openGateway, type Store, startStore } from './harness.js';

let store: Store;
let opened: Awaited<ReturnType<typeof openGateway>>;
beforeAll(async () => {
  store = await startStore();
  opened = await openGateway(store);
});
afterAll(async () => {
  await opened.gateway.close();
  await store.close();
});

const malformed: [string, string][] = [
  ['broken JSON', '[["SET"'],
  ['a single command', '["PING"]'],
  ['nothing to do', '[]'],
  ['an empty command', '[["PING"],[]]'],
  ['a null argument', '[["PING"],["SET","k",null]]'],
];

describe('POST /pipeline', () => {
  it('goes on after an error, each command with a slot of its own', async () => {
    const key = store.key('k');
    const batch = [
      ['SET', key, 'text'],
      ['INCR', key],
      ['GET', key],
    ];
    expect(await opened.post('/pipeline', batch)).toMatchObject({
      status: 200,
      body: [{ result: 'OK' }, { error: 'ERR value is not an integer or out of range' }, { result: 'text' }],
    });
  });

  it('gives an unknown command an error slot', async () => {
    expect((await opened.post('/pipeline', [['NOSUCH'], ['PING'], ['WATCH', 'k']])).body).toEqual([
      { error: expect.stringMatching(/^ERR unknown command/) },
      { result: 'PONG' },
      { error: "ERR Command is not available: 'WATCH'" },
    ]);
  });

  it.each(malformed)('answers 400 to %s', async (_, body) => {
    const response = await opened.call('/pipeline', { body });
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ error: 'ERR failed to parse command' });
  });
});

describe('POST /multi-exec', () => {
  it('executes all commands', async () => {
    const key = store.key('k');
    const batch = [
      ['SET', key, '1'],
      ['INCR', key],
    ];
    expect(await opened.post('/multi-exec', batch)).toMatchObject({
      status: 200,
      body: [{ result: 'OK' }, { result: 2 }],
    });
  });

  it('goes on after a command that fails', async () => {
    const key = store.key('k');
    const batch = [
      ['SET', key, 'text'],
      ['INCR', key],
      ['APPEND', key, '!'],
    ];
    expect(await opened.post('/multi-exec', batch)).toMatchObject({
      status: 200,
      body: [{ result: 'OK' }, { error: 'ERR value is not an integer or out of range' }, { result: 5 }],
    });
  });

  it.each([
    ['an unknown command', ['NOSUCH']],
    ['a wrong number of arguments', ['GET']],
    ['an unavailable command', ['MULTI']],
  ])('discards everything because of %s', async (_, command) => {
    const key = store.key('k');
    expect(await opened.post('/multi-exec', [['SET', key, '1'], command])).toMatchObject({
      status: 400,
      body: { error: expect.stringMatching(/^EXECABORT /) },
    });
    expect(await store.send('EXISTS', key)).toBe(0);
  });

  it('leaves the connection usable after a discarded transaction', async () => {
    await opened.post('/multi-exec', [['NOSUCH']]);
    expect((await opened.post('/', ['PING'])).body).toEqual({ result: 'PONG' });
  });

  it.each(['/pipeline/', '/multi-exec/'])('is the same with a slash at its end: %s', async (path) => {
    expect((await opened.post(path, [['PING']])).body).toEqual([{ result: 'PONG' }]);
  });

  it('lets no other request in between', async () => {
    const key = store.key('k');
    const counting = Array.from({ length: 20 }, () => ['INCR', key]);
    const answers = await Promise.all(Array.from({ length: 8 }, () => opened.post('/multi-exec', counting)));
    for (const { body } of answers) {
      const [first] = body as [{ result: number }];
      expect(body).toEqual(counting.map((_, index) => ({ result: first.result + index })));
    }
  });

  it.each(malformed)('answers 400 to %s', async (_, body) => {
    expect((await opened.call('/multi-exec', { body })).status).toBe(400);
  });
});
