import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Fault, FaultRule } from '../../../local/upstash/fault-rules.js';
import { createFaultSchedule } from '../../../local/upstash/faults.js';
import type { Gateway } from '../../../local/upstash/server.js';
import { createManualWait, openGateway, type Store, startStore } from './harness.js';

let store: Store;
beforeAll(async () => {
  store = await startStore();
});
afterAll(() => store.close());

const gateways: Gateway[] = [];
afterEach(() => Promise.all(gateways.splice(0).map((gateway) => gateway.close())));

/** A gateway on which the fault strikes once, at the first request. */
async function openFaulty(fault: Fault, match: FaultRule['match'] = { nth: 1 }) {
  const clock = createManualWait();
  const schedule = createFaultSchedule([{ match, fault }]);
  const opened = await openGateway(store, { intercept: schedule.intercept, wait: clock.wait });
  gateways.push(opened.gateway);
  const key = store.key('k');
  return {
    ...opened,
    clock,
    schedule,
    key,
    write: (init: RequestInit = {}) =>
      opened.call('/pipeline', {
        body: JSON.stringify([
          ['SET', key, '1'],
          ['GET', key],
        ]),
        ...init,
      }),
    stored: () => store.send('GET', key),
  };
}

/** What the second request answers, on which the fault no longer strikes. */
const undisturbed = [{ result: 'OK' }, { result: '1' }];

describe('drop-before', () => {
  it('executes nothing and breaks the connection', async () => {
    const { write, stored, schedule, gateway } = await openFaulty({ kind: 'drop-before' });
    await expect(write()).rejects.toThrow('fetch failed');
    expect(await stored()).toBeNull();
    expect(gateway.requests).toMatchObject([{ status: null }]);
    expect(schedule.injected).toEqual([{ request: 1, rule: 0, kind: 'drop-before', slots: [0, 1] }]);
    expect(await (await write()).json()).toEqual(undisturbed);
  });
});

describe('drop-after', () => {
  it('executes and breaks the connection', async () => {
    const { write, stored, schedule } = await openFaulty({ kind: 'drop-after' });
    await expect(write()).rejects.toThrow('fetch failed');
    expect(await stored()).toBe('1');
    expect(schedule.pending()).toBe(0);
  });
});

describe('delay', () => {
  it('executes late', async () => {
    const { write, stored, schedule, clock } = await openFaulty({ kind: 'delay', ms: 30_000 });
    const answer = write();
    await clock.begun(1);
    expect(clock.pending()).toEqual([30_000]);
    expect(await stored()).toBeNull();
    expect(schedule.pending()).toBe(1);
    clock.endAll();
    expect(await (await answer).json()).toEqual(undisturbed);
    expect(schedule.pending()).toBe(0);
  });

  it('executes although the client has gone away', async () => {
    const { write, stored, schedule, clock } = await openFaulty({ kind: 'delay', ms: 30_000 });
    const abort = new AbortController();
    const gone = expect(write({ signal: abort.signal })).rejects.toThrow('abort');
    await clock.begun(1);
    abort.abort();
    await gone;
    expect(await stored()).toBeNull();
    clock.endAll();
    await schedule.settled();
    expect(await stored()).toBe('1');
  });

  it('is given up when the gateway closes', async () => {
    const { write, stored, schedule, clock, gateway } = await openFaulty({ kind: 'delay', ms: 30_000 });
    const dropped = expect(write()).rejects.toThrow('fetch failed');
    await clock.begun(1);
    await gateway.close();
    await dropped;
    await schedule.settled();
    expect(await stored()).toBeNull();
  });
});

describe('hang', () => {
  it('neither executes nor answers, until the gateway closes', async () => {
    const { write, stored, gateway, schedule, post } = await openFaulty({ kind: 'hang' });
    const outcome = write().then(
      () => 'answered',
      () => 'broken',
    );
    await vi.waitFor(() => expect(schedule.injected).toHaveLength(1));
    await gateway.idle();
    expect(await stored()).toBeNull();
    expect((await post('/', ['PING'])).body).toEqual({ result: 'PONG' });
    expect(gateway.requests).toMatchObject([{ status: null }, { status: 200 }]);
    await gateway.close();
    expect(await outcome).toBe('broken');
    expect(await stored()).toBeNull();
  });
});

describe('status', () => {
  it('answers another status instead of executing', async () => {
    const { write, stored } = await openFaulty({
      kind: 'status',
      status: 429,
      headers: { 'Retry-After': '2' },
    });
    const response = await write();
    expect(response.status).toBe(429);
    expect(response.headers.get('retry-after')).toBe('2');
    expect(await response.json()).toEqual({ error: 'ERR injected status 429' });
    expect(await stored()).toBeNull();
  });

  it('answers the body and the content type it is given', async () => {
    const { write } = await openFaulty({
      kind: 'status',
      status: 500,
      headers: { 'Content-Type': 'text/html' },
      body: '<h1>Oops</h1>',
    });
    const response = await write();
    expect(response.status).toBe(500);
    expect(response.headers.get('content-type')).toBe('text/html');
    expect(await response.text()).toBe('<h1>Oops</h1>');
  });

  it('executes first on request', async () => {
    const { write, stored } = await openFaulty({ kind: 'status', status: 502, executed: true });
    expect((await write()).status).toBe(502);
    expect(await stored()).toBe('1');
  });
});

describe('truncate', () => {
  const whole = JSON.stringify(undisturbed);

  it('executes and answers half of the body', async () => {
    const { write, stored } = await openFaulty({ kind: 'truncate' });
    const response = await write();
    expect(response.status).toBe(200);
    expect(await response.text()).toBe(whole.slice(0, Math.floor(whole.length / 2)));
    expect(await stored()).toBe('1');
  });

  it('breaks the connection in the middle when it is abrupt', async () => {
    const { write, stored } = await openFaulty({ kind: 'truncate', abrupt: true });
    const response = await write();
    expect(response.status).toBe(200);
    expect(response.headers.get('content-length')).toBe(String(whole.length));
    await expect(response.text()).rejects.toThrow('terminated');
    expect(await stored()).toBe('1');
  });
});

describe('garbage', () => {
  it('executes and answers what is not JSON', async () => {
    const { write, stored } = await openFaulty({ kind: 'garbage' });
    const response = await write();
    expect(response.status).toBe(200);
    await expect(response.json()).rejects.toThrow(SyntaxError);
    expect(await stored()).toBe('1');
  });
});

describe('slot-error', () => {
  it.each(['/pipeline', '/multi-exec'])('fails one command of %s and executes the others', async (route) => {
    const { post, key, stored } = await openFaulty({ kind: 'slot-error', slot: 0, error: 'READONLY no' });
    const batch = [
      ['SET', key, 'first'],
      ['SET', key, '1'],
      ['GET', key],
    ];
    expect(await post(route, batch)).toMatchObject({
      status: 200,
      body: [{ error: 'READONLY no' }, { result: 'OK' }, { result: '1' }],
    });
    expect(await stored()).toBe('1');
  });

  it('fails one command in the middle', async () => {
    const { post, key, stored } = await openFaulty({ kind: 'slot-error', slot: 1, error: 'OOM no' });
    const batch = [
      ['SET', key, '1'],
      ['DEL', key],
      ['GET', key],
    ];
    expect((await post('/pipeline', batch)).body).toEqual([
      { result: 'OK' },
      { error: 'OOM no' },
      { result: '1' },
    ]);
    expect(await stored()).toBe('1');
  });

  it('fails a single command with a 400', async () => {
    const { post, key, stored } = await openFaulty({ kind: 'slot-error', error: 'WRONGTYPE no' });
    expect(await post('/', ['SET', key, '1'])).toMatchObject({
      status: 400,
      body: { error: 'WRONGTYPE no' },
    });
    expect(await stored()).toBeNull();
  });
});

describe('refusal', () => {
  it('answers the whole request with an error of Redis, as Upstash does', async () => {
    const { write, stored } = await openFaulty({ kind: 'refusal', error: 'LOADING no' });
    const response = await write();
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ error: 'LOADING no' });
    expect(await stored()).toBeNull();
  });
});

describe('lagging-read', () => {
  it('reads what was there before the last write', async () => {
    const { post, key } = await openFaulty({ kind: 'lagging-read' }, { command: 'GET' });
    const batch = (value: string) => [
      ['SET', key, value],
      ['GET', key],
    ];
    expect((await post('/pipeline', batch('1'))).body).toEqual([{ result: 'OK' }, { result: null }]);
    expect((await post('/multi-exec', batch('2'))).body).toEqual([{ result: 'OK' }, { result: '1' }]);
    expect((await post('/', ['GET', key])).body).toEqual({ result: '1' });
    expect((await post('/', ['MGET', key])).body).toEqual({ result: ['2'] });
  });

  it('lags once, and knows of writes that were not disturbed', async () => {
    const { post, key } = await openFaulty({ kind: 'lagging-read' }, { command: 'MGET', nth: 1 });
    const list = store.key('l');
    await post('/', ['SET', key, '1']);
    await post('/', ['SET', key, '2']);
    await post('/', ['RPUSH', list, 'a']);
    expect((await post('/', ['MGET', key, list])).body).toEqual({ result: ['1', null] });
    expect((await post('/', ['MGET', key])).body).toEqual({ result: ['2'] });
  });

  it('finds nothing on request, even from a script', async () => {
    const { post, key, write } = await openFaulty({ kind: 'lagging-read', answer: 'nil' }, {});
    expect(await (await write()).json()).toEqual([{ result: 'OK' }, { result: null }]);
    const script = ['EVAL_RO', "return redis.call('GET', KEYS[1])", 1, key];
    expect((await post('/', script)).body).toEqual({ result: null });
    expect((await post('/', ['MGET', key, key])).body).toEqual({ result: [null, null] });
  });
});

describe('evict', () => {
  it('deletes keys before a request', async () => {
    const { write, stored, post, key } = await openFaulty({ kind: 'evict' }, { nth: 2 });
    await write();
    expect((await post('/pipeline', [['GET', key]])).body).toEqual([{ result: null }]);
    expect(await stored()).toBeNull();
  });

  it('deletes keys after a request, only those with the segment', async () => {
    const { write, stored, post } = await openFaulty({ kind: 'evict', when: 'after', key: 'dedup' }, {});
    const dedup = `${store.key('dedup')}:mena`;
    expect((await post('/', ['SET', dedup, '1'])).body).toEqual({ result: 'OK' });
    expect(await store.send('GET', dedup)).toBeNull();
    await write();
    expect(await stored()).toBe('1');
  });
});

describe('skewed-time', () => {
  it('goes together with another fault', async () => {
    const schedule = createFaultSchedule([
      { fault: { kind: 'slot-error', slot: 1, error: 'OOM no' } },
      { fault: { kind: 'skewed-time', ms: 86_400_000 } },
    ]);
    const { gateway, post } = await openGateway(store, { intercept: schedule.intercept });
    gateways.push(gateway);
    const { body } = await post('/pipeline', [['EVAL', "return redis.call('TIME')[1]", 0], ['PING']]);
    expect(body).toMatchObject([{ result: expect.any(String) }, { error: 'OOM no' }]);
    const [{ result }] = body as [{ result: string }];
    expect(Number(result) - Date.now() / 1_000).toBeGreaterThan(86_000);
    expect(schedule.injected.map(({ kind }) => kind)).toEqual(['skewed-time', 'slot-error']);
  });
});

describe('unauthorised', () => {
  it('answers 401 from a request on', async () => {
    const { write, post } = await openFaulty({ kind: 'unauthorised' }, { request: { from: 2 } });
    expect((await write()).status).toBe(200);
    expect((await write()).status).toBe(401);
    expect(await post('/', ['PING'])).toMatchObject({ status: 401, body: { error: 'Unauthorized' } });
  });
});

describe('a request that is refused anyway', () => {
  it('does not count', async () => {
    const { call, write, schedule } = await openFaulty({ kind: 'drop-before' });
    expect((await call('/', { body: 'no json' })).status).toBe(400);
    expect((await call('/', { headers: { authorization: 'Bearer wrong' } })).status).toBe(401);
    await expect(write()).rejects.toThrow('fetch failed');
    expect(schedule.injected).toMatchObject([{ request: 1 }]);
  });
});
