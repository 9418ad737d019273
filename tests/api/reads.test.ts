import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { REGION_IDS } from '../../lib/hazards/regions/regions.js';
import { AssessedSnapshotSchema } from '../../lib/hazards/snapshot.js';
import { HistoryAnswerSchema, RegionsAnswerSchema, RunsAnswerSchema } from '../../lib/web/answers.js';
import { createOpenApiDocument } from '../../lib/web/openapi/document.js';
import { type ApiStack, AUTHORISED, startApiStack } from '../support/api-stack.js';
import { createContract, type Operation } from '../support/contract.js';
import type { Call, Reply } from '../support/serve-handler.js';
import { makeSnapshot, NOW } from '../support/snapshots.js';
import { keys } from '../support/store-harness.js';

const contract = createContract(createOpenApiDocument('0.0.0'));
const FOREIGN = ['one', 'two', 'three'].map((id) =>
  makeSnapshot('mena', { id, content: id, generatedAt: NOW - 60_000 }),
);
const CRON = '/api/cron/persist-regions';

let stack: ApiStack;
/** The id of the latest snapshot of Europe: one that a run assessed. */
let assessedId: string;

beforeAll(async () => {
  stack = await startApiStack();
  await push(JSON.stringify({ snapshots: FOREIGN }));
  await stack.call({ path: CRON, headers: AUTHORISED });
  assessedId = (await stack.harness.redis.get(keys.latest('europe'))) ?? '';
});
afterEach(() => stack.harness.setFaults([]));
afterAll(() => stack.close());

function push(body: string): Promise<Reply> {
  const headers = { ...AUTHORISED, 'content-type': 'application/json' };
  return stack.call({ path: '/api/snapshots', method: 'POST', headers, body });
}

/** Calls an operation and checks the answer against the OpenAPI document. */
async function ask(operation: Operation, call: Call = {}): Promise<Reply> {
  const [method = '', path] = operation.split(' ');
  const reply = await stack.call({ method: method.toUpperCase(), path: path ?? '/', ...call });
  contract.check(operation, reply);
  return reply;
}

const bodyOf = (reply: Reply) => JSON.parse(reply.text);

/** One good call of every operation. */
const GOOD: [Operation, Call][] = [
  ['get /api/cron/persist-regions', { headers: AUTHORISED }],
  ['post /api/cron/persist-regions', { headers: AUTHORISED, path: `${CRON}?dry-run=true&regions=mena` }],
  [
    'post /api/snapshots',
    {
      headers: { ...AUTHORISED, 'content-type': 'application/json' },
      body: JSON.stringify({ snapshots: [makeSnapshot('latam', { id: 'pushed' })] }),
    },
  ],
  ['get /api/regions', {}],
  ['get /api/regions/{id}', { path: '/api/regions/europe' }],
  ['get /api/regions/{id}/history', { path: '/api/regions/mena/history?from=2020-01-01&limit=2' }],
  ['get /api/snapshots/{id}', { path: '/api/snapshots/one' }],
  ['get /api/runs', {}],
  ['get /api/health', {}],
  ['delete /api/snapshots/{id}', { path: '/api/snapshots/pushed', headers: AUTHORISED }],
];

describe('every operation of the OpenAPI document', () => {
  it('is called in this file', () => {
    expect(GOOD.map(([operation]) => operation).toSorted()).toEqual(contract.operations.toSorted());
  });

  it.each(GOOD)('%s answers as documented', async (operation, call) => {
    expect((await ask(operation, call)).status).toBe(operation.startsWith('delete') ? 204 : 200);
  });
});

const READS = GOOD.filter(([operation]) => operation.startsWith('get') && !operation.includes('/cron/'));

const OF_HEALTH = 'public, max-age=0, s-maxage=10';

describe.each(READS)('%s', (operation, call) => {
  const isHealth = operation === 'get /api/health';

  it('takes one request to the store', async () => {
    stack.harness.gateway.clear();
    await ask(operation, call);

    // Health looks at the heads and at the newest reports.
    expect(stack.harness.gateway.stats).toMatchObject({ requests: 1, commands: isHealth ? 2 : 1 });
  });

  it(`may be kept for ${isHealth ? '10 seconds' : 'a minute'} by shared caches`, async () => {
    const { headers } = await ask(operation, call);

    const expected = isHealth ? OF_HEALTH : 'public, s-maxage=60, stale-while-revalidate=300';
    expect(headers['cache-control']).toBe(expected);
    expect(headers['content-type']).toBe('application/json; charset=utf-8');
  });

  it('answers HEAD with the same headers and no body', async () => {
    const [get, head] = [
      await ask(operation, call),
      await stack.call({ ...locate(operation, call), method: 'HEAD' }),
    ];

    expect(head).toMatchObject({ status: 200, text: '' });
    expect(head.headers.etag).toBe(get.headers.etag);
    expect(head.headers['cache-control']).toBe(get.headers['cache-control']);
  });

  it('answers 405 to POST', async () => {
    const reply = await stack.call({ ...locate(operation, call), method: 'POST' });
    contract.check(operation, reply);

    const allow = operation === 'get /api/snapshots/{id}' ? 'GET, HEAD, DELETE' : 'GET, HEAD';
    expect(reply).toMatchObject({ status: 405, headers: { allow } });
  });

  it('refuses parameters that it does not know, without asking the store', async () => {
    const { path = '/' } = locate(operation, call);
    const query = `${path.includes('?') ? '&' : '?'}fresh=true`;
    stack.harness.gateway.clear();
    const reply = await ask(operation, { path: path + query });

    expect(reply).toMatchObject({ status: 400, headers: { 'cache-control': 'no-store' } });
    expect(bodyOf(reply)).toMatchObject({ code: 'bad-request', errors: [{ at: 'fresh' }] });
    expect(stack.harness.gateway.stats.requests).toBe(0);
  });

  it('ignores what the platform adds to the query', async () => {
    const { path = '/' } = locate(operation, call);
    const added = operation.includes('{id}') ? 'x-vercel-a=1&id=latam&id=x' : 'x-vercel-a=1';
    const reply = await ask(operation, { path: `${path}${path.includes('?') ? '&' : '?'}${added}` });

    const plain = await ask(operation, call);
    // Ages grow between two calls.
    const text = (of: Reply) => of.text.replaceAll(/"ageMs":\d+/g, '');
    expect(text(reply)).toBe(text(plain));
  });

  it('answers 503, which is not kept for longer, when the store cannot be reached', async () => {
    stack.harness.setFaults([{ fault: { kind: 'drop-before' } }]);
    const reply = await ask(operation, call);

    const cacheControl = isHealth ? OF_HEALTH : 'no-store';
    expect(reply).toMatchObject({ status: 503, headers: { 'cache-control': cacheControl } });
    expect(bodyOf(reply)).toMatchObject(isHealth ? { status: 'unreachable' } : { code: 'store-unreachable' });
    expect(reply.text).not.toContain(stack.harness.gateway.token);
  });
});

function locate(operation: Operation, call: Call): Call {
  return { path: operation.split(' ')[1] ?? '/', ...call };
}

describe('regions', () => {
  it('carry the heads that the run left', async () => {
    const { regions } = RegionsAnswerSchema.parse(bodyOf(await ask('get /api/regions')));

    expect(regions.map(({ regionId }) => regionId)).toEqual([...REGION_IDS]);
    expect(regions.every(({ head }) => head?.regime?.label !== undefined)).toBe(true);
    expect(regions[2]?.head?.id).toBe(assessedId);
  });
});

describe('a snapshot', () => {
  it('is what the run assessed, by its region and by its id', async () => {
    const latest = await ask('get /api/regions/{id}', { path: '/api/regions/europe' });
    const byId = await ask('get /api/snapshots/{id}', { path: `/api/snapshots/${assessedId}` });

    expect(AssessedSnapshotSchema.parse(bodyOf(latest)).meta.snapshot_id).toBe(assessedId);
    expect(byId.text).toBe(latest.text);
  });

  it('is what was pushed, field for field', async () => {
    const reply = await ask('get /api/snapshots/{id}', { path: '/api/snapshots/two' });

    expect(reply.text).toBe(`${JSON.stringify(FOREIGN[1])}\n`);
  });

  it('is not sent again to a caller that has it', async () => {
    const path = `/api/snapshots/${assessedId}`;
    const { etag = '' } = (await ask('get /api/snapshots/{id}', { path })).headers;

    for (const tags of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const reply = await ask('get /api/snapshots/{id}', { path, headers: { 'if-none-match': tags } });
      expect(reply).toMatchObject({ status: 304, text: '', headers: { etag } });
      expect(reply.headers['cache-control']).toBe('public, s-maxage=60, stale-while-revalidate=300');
      expect(reply.headers).not.toHaveProperty('content-type');
    }
    const other = await ask('get /api/snapshots/{id}', { path, headers: { 'if-none-match': '"other"' } });
    expect(other.status).toBe(200);
  });

  it('that cannot be read is a 502 naming its id, by its region and by its id', async () => {
    const id = (await stack.harness.redis.get(keys.latest('south-asia'))) ?? '';
    await stack.harness.redis.set(keys.snapshotById(id), '{"secret words"');

    for (const [operation, path] of [
      ['get /api/regions/{id}', '/api/regions/south-asia'],
      ['get /api/snapshots/{id}', `/api/snapshots/${id}`],
    ] as const) {
      const reply = await ask(operation, { path });
      expect(reply).toMatchObject({ status: 502, headers: { 'cache-control': 'no-store' } });
      expect(bodyOf(reply)).toMatchObject({ code: 'snapshot-unreadable', snapshotId: id });
      expect(bodyOf(reply).detail).toContain(id);
      expect(reply.text).not.toContain('secret words');
    }
  });
});

describe('a history', () => {
  it('lists every entry once over its next links, ties included', async () => {
    const ids: string[] = [];
    let path: string | null = '/api/regions/mena/history?limit=1';
    while (path !== null) {
      const reply: Reply = await ask('get /api/regions/{id}/history', { path });
      const { entries, next } = HistoryAnswerSchema.parse(bodyOf(reply));
      ids.push(...entries.map(({ id }) => id));
      path = next;
    }

    expect(ids).toEqual([await stack.harness.redis.get(keys.latest('mena')), 'two', 'three', 'one']);
  });

  it('names every fault of its query', async () => {
    const query = 'from=yesterday&to=&limit=1&limit=2&cursor=x';
    const reply = await ask('get /api/regions/{id}/history', { path: `/api/regions/mena/history?${query}` });

    expect(reply.status).toBe(400);
    const { code, errors } = z
      .object({ code: z.string(), errors: z.array(z.object({ at: z.string() })) })
      .parse(bodyOf(reply));
    expect(code).toBe('bad-request');
    expect(errors.map(({ at }) => at).toSorted()).toEqual(['cursor', 'from', 'limit', 'to']);
  });
});

describe('runs', () => {
  it.each([
    ['', 'manual'],
    ['?trigger=push', 'push'],
  ])('are listed apart from pushes: /api/runs%s', async (query, trigger) => {
    const { runs, unreadable } = RunsAnswerSchema.parse(
      bodyOf(await ask('get /api/runs', { path: `/api/runs${query}` })),
    );

    expect(new Set(runs.map((run) => run.trigger))).toEqual(new Set([trigger]));
    expect(unreadable).toBe(0);
  });
});

describe('what does not exist', () => {
  it.each<[Operation, string, string]>([
    ['get /api/regions/{id}', '/api/regions/atlantis', 'unknown-region'],
    ['get /api/regions/{id}', '/api/regions/MENA', 'unknown-region'],
    ['get /api/regions/{id}', '/api/regions/mena%3Alatest', 'unknown-region'],
    ['get /api/regions/{id}/history', '/api/regions/atlantis/history', 'unknown-region'],
    ['get /api/snapshots/{id}', '/api/snapshots/nothing', 'unknown-snapshot'],
    ['get /api/snapshots/{id}', '/api/snapshots/no%20id', 'unknown-snapshot'],
    ['get /api/snapshots/{id}', '/api/snapshots/nothing?id=one', 'unknown-snapshot'],
    ['get /api/snapshots/{id}', '/api/snapshots/%E0%A4%A', 'unknown-snapshot'],
    ['get /api/regions/{id}', '/api/regions/%', 'unknown-region'],
    ['get /api/regions/{id}/history', '/api/regions/%zz/history', 'unknown-region'],
  ])('%s of %s is a 404 that lists the regions', async (operation, path, code) => {
    const reply = await ask(operation, { path });

    expect(reply).toMatchObject({ status: 404, headers: { 'cache-control': 'no-store' } });
    expect(bodyOf(reply)).toMatchObject({ code, regions: [...REGION_IDS] });
  });

  it('is not looked up in the store where it cannot exist', async () => {
    stack.harness.gateway.clear();
    for (const path of ['/api/regions/atlantis', '/api/regions/x/history', '/api/snapshots/no%20id']) {
      await stack.call({ path });
    }

    expect(stack.harness.gateway.stats.requests).toBe(0);
  });
});

describe('what requires the secret', () => {
  it.each<[Operation]>([
    ['get /api/cron/persist-regions'],
    ['post /api/cron/persist-regions'],
    ['post /api/snapshots'],
  ])('%s answers 401 without it', async (operation) => {
    expect((await ask(operation)).status).toBe(401);
  });

  it('answers 400 as documented', async () => {
    const query = await ask('get /api/cron/persist-regions', {
      path: `${CRON}?regions=x`,
      headers: AUTHORISED,
    });
    const body = await push('{"snapshots":[]}');
    contract.check('post /api/snapshots', body);

    expect([query.status, body.status]).toEqual([400, 400]);
  });

  it('answers a run in which something failed as documented', async () => {
    stack.harness.setFaults([{ fault: { kind: 'unauthorised' } }]);
    const headers = { ...AUTHORISED, 'content-type': 'application/json' };
    const body = JSON.stringify({ snapshots: [makeSnapshot('latam', { content: 'new' })] });

    const run = await ask('get /api/cron/persist-regions', { headers });
    const pushed = await ask('post /api/snapshots', { headers, body });

    expect([run.status, pushed.status]).toEqual([500, 500]);
  });
});

describe('with nothing stored', () => {
  beforeAll(() => stack.reset());

  it('answers as documented: no heads, no snapshot, no entries, no runs, and not healthy', async () => {
    const regions = RegionsAnswerSchema.parse(bodyOf(await ask('get /api/regions'))).regions;
    const latest = await ask('get /api/regions/{id}', { path: '/api/regions/mena' });
    const history = await ask('get /api/regions/{id}/history', { path: '/api/regions/mena/history' });
    const health = await ask('get /api/health');

    expect(regions.map(({ head }) => head)).toEqual(Array(8).fill(null));
    expect([latest.status, bodyOf(latest).code]).toEqual([404, 'no-snapshot']);
    expect(bodyOf(history)).toEqual({ regionId: 'mena', entries: [], next: null });
    expect(bodyOf(await ask('get /api/runs'))).toEqual({ runs: [], unreadable: 0 });
    expect([health.status, bodyOf(health).status]).toEqual([503, 'stale']);
  });
});
