import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { REGION_IDS } from '../../lib/hazards/regions/regions.js';
import type { Snapshot } from '../../lib/runs/snapshot.js';
import {
  type ApiStack,
  AUTHORISED,
  problemIn,
  reportIn,
  startApiStack,
  UNTOUCHED,
} from '../support/api-stack.js';
import type { Call } from '../support/serve-handler.js';
import { makeSnapshot, NOW } from '../support/snapshots.js';
import { keys } from '../support/store-harness.js';

const PATH = '/api/snapshots';
const JSON_TYPE = { 'content-type': 'application/json' };
const DAY_MS = 86_400_000;

let stack: ApiStack;
beforeAll(async () => {
  stack = await startApiStack();
});
beforeEach(() => stack.reset());
afterAll(() => stack.close());

const post = (body: NonNullable<Call['body']>, changes: Call = {}) =>
  stack.call({ path: PATH, method: 'POST', headers: { ...AUTHORISED, ...JSON_TYPE }, body, ...changes });
const push = (...snapshots: readonly unknown[]) => post(JSON.stringify({ snapshots }));
const stored = (snapshot: Snapshot) => stack.harness.redis.get(keys.snapshotById(snapshot.meta.snapshot_id));

describe('a push', () => {
  it('stores a foreign snapshot as it is', async () => {
    const snapshot = {
      narrative: { text: 'Zürich 東京 🌋', sources: [null, 1.5] },
      ...makeSnapshot('mena'),
      meta: { model: 'other', snapshot_id: 'theirs-1', trigger_reason: 'editorial' },
    };
    const reply = await push(snapshot);

    expect(reply.status).toBe(200);
    expect(reply.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
    });
    expect(reportIn(reply)).toMatchObject({
      trigger: 'push',
      dryRun: false,
      inputs: [],
      counts: { persisted: 1, duplicate: 0, current: 0, inFlight: 0, failed: 0 },
      regions: [{ regionId: 'mena', status: 'persisted', snapshotId: 'theirs-1' }],
    });
    expect(await stored(snapshot)).toBe(JSON.stringify(snapshot));
    expect(await stack.harness.redis.get(keys.latest('mena'))).toBe('theirs-1');
  });

  it.each<[string, Record<string, string>]>([
    ['text', { 'content-type': 'text/plain' }],
    ['no type', {}],
    ['a type that is not one', { 'content-type': ';;' }],
  ])('is read as JSON when it is sent as %s', async (_name, headers) => {
    const body = JSON.stringify({ snapshots: [makeSnapshot('mena')] });
    const reply = await post(body, { headers: { ...AUTHORISED, ...headers } });
    expect(reportIn(reply).counts.persisted).toBe(1);
  });

  it('adds a missing id, and stores the snapshot with it', async () => {
    const { meta: _meta, ...rest } = makeSnapshot('europe');
    const expected = makeSnapshot('europe');
    const { regions } = reportIn(await push({ ...rest, meta: {} }));
    expect(regions).toMatchObject([{ status: 'persisted', snapshotId: expected.meta.snapshot_id }]);
    expect(JSON.parse((await stored(expected)) ?? '')).toEqual(expected);
  });

  it('of 100 snapshots reports what became of each, in order', async () => {
    const hundred = Array.from({ length: 100 }, (_, i) =>
      makeSnapshot(REGION_IDS[i % 8] ?? 'global', { generatedAt: NOW - i, content: i }),
    );
    const reply = await push(...hundred);
    expect(reply.status).toBe(200);
    const { counts, regions } = reportIn(reply);
    expect(counts.persisted).toBe(100);
    expect(regions.map(({ snapshotId }) => snapshotId)).toEqual(hundred.map(({ meta }) => meta.snapshot_id));
  });

  it('of what is already stored is a duplicate of it', async () => {
    await push(makeSnapshot('mena'));
    const { regions } = reportIn(await push(makeSnapshot('mena', { generatedAt: NOW - 1 })));
    expect(regions).toMatchObject([
      { status: 'duplicate', duplicateOf: makeSnapshot('mena').meta.snapshot_id },
    ]);
  });

  it('under the id of another snapshot fails, leaves that one alone and says so', async () => {
    const first = makeSnapshot('mena', { id: 'same' });
    await push(first);
    const reply = await push(makeSnapshot('mena', { id: 'same', content: 'other' }));
    expect(reply.status).toBe(500);
    expect(reportIn(reply).regions).toMatchObject([
      { status: 'failed', phase: 'commit', code: 'id-conflict', stored: 'no' },
    ]);
    expect(await stored(first)).toBe(JSON.stringify(first));
  });
});

describe('a push that is refused', () => {
  afterEach(async () => {
    expect(await stack.traces()).toEqual(UNTOUCHED);
    expect(stack.log).toEqual([]);
  });

  const valid = makeSnapshot('mena');
  const withContent = (json: string) =>
    `{"snapshots":[${JSON.stringify(valid).replace('"calm"', () => json)}]}`;

  it.each<[string, string, Record<string, string>]>([
    ['nothing', '', JSON_TYPE],
    ['nothing of no type', '', {}],
    ['what is not JSON', '{"snapshots":[', JSON_TYPE],
    ['JSON and something after it', `${JSON.stringify({ snapshots: [valid] })}x`, JSON_TYPE],
    ['null', 'null', JSON_TYPE],
    ['a number', '7', JSON_TYPE],
    ['a form', 'snapshots=1', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['a bare snapshot', JSON.stringify(valid), JSON_TYPE],
    ['a bare list', JSON.stringify([valid]), JSON_TYPE],
    ['no snapshots', '{"snapshots":[]}', JSON_TYPE],
    ['101 snapshots', JSON.stringify({ snapshots: Array(101).fill(valid) }), JSON_TYPE],
    ['snapshots inside of __proto__', `{"__proto__":{"snapshots":[${JSON.stringify(valid)}]}}`, JSON_TYPE],
    ['a field named __proto__', withContent('{"__proto__":{"region_id":"latam"}}'), JSON_TYPE],
    ['100,000 levels', withContent('['.repeat(100_000) + ']'.repeat(100_000)), JSON_TYPE],
  ])('sends %s and gets 400', async (_name, body, headers) => {
    const reply = await post(body, { headers: { ...AUTHORISED, ...headers } });
    expect(problemIn(reply)).toMatchObject({ status: 400, code: 'bad-request' });
  });

  it.each<[string, object, string]>([
    ['an unknown region', { region_id: 'atlantis' }, 'region_id'],
    ['the region __proto__', { region_id: '__proto__' }, 'region_id'],
    ['a time of 91 days ago', { generated_at: NOW - 91 * DAY_MS }, 'generated_at'],
    ['a time two days ahead', { generated_at: NOW + 2 * DAY_MS }, 'generated_at'],
    ['a time that is text', { generated_at: '2026-09-21' }, 'generated_at'],
    ['no meta', { meta: null }, 'meta'],
    ['an id that would tear its key apart', { meta: { snapshot_id: 'a:b' } }, 'meta.snapshot_id'],
  ])(
    'has a snapshot with %s and gets 400, which says where; the others are not stored either',
    async (_name, fault, at) => {
      const problem = problemIn(await push(valid, { ...valid, ...fault }));
      expect(problem).toMatchObject({ status: 400, code: 'bad-request', detail: 'the body is not valid' });
      expect(problem.errors).toMatchObject([{ at: `snapshots.1.${at}` }]);
    },
  );

  it('is not UTF-8 and gets 400', async () => {
    const body = Buffer.from(JSON.stringify({ snapshots: [{ ...valid, content: 'Zürich' }] }), 'latin1');
    expect(problemIn(await post(body))).toMatchObject({ status: 400, code: 'bad-request' });
  });

  it.each(['?dry-run=true', '?dry_run=true', '?force=true'])(
    'has the query %s and gets 400',
    async (query) => {
      const body = JSON.stringify({ snapshots: [valid] });
      const problem = problemIn(await post(body, { path: PATH + query }));
      expect(problem).toMatchObject({ status: 400, detail: 'the query is not valid' });
      expect(problem.errors).toMatchObject([{ message: expect.stringContaining('It takes none') }]);
    },
  );

  it.each([4_550_000, 10_000_000])('is too large and gets 413: %i bytes', async (bytes) => {
    const reply = await push(makeSnapshot('mena', { content: 'x'.repeat(bytes) }));
    expect(problemIn(reply)).toMatchObject({
      status: 413,
      code: 'too-large',
      detail: 'At most 4500000 bytes',
    });
  });

  it.each(['GET', 'PUT', 'DELETE'])('comes by %s and gets 405', async (method) => {
    const reply = await post('', { method });
    expect(problemIn(reply)).toMatchObject({ status: 405, code: 'method-not-allowed' });
    expect(reply.headers.allow).toBe('POST');
  });

  it.each<[string, Record<string, string | string[]>]>([
    ['no secret', {}],
    ['a wrong secret', { authorization: 'Bearer wrong' }],
    ['the secret in a second header', { authorization: ['Bearer wrong', AUTHORISED.authorization] }],
  ])('comes with %s and gets 401', async (_name, headers) => {
    const reply = await post(JSON.stringify({ snapshots: [valid] }), {
      headers: { ...JSON_TYPE, ...headers },
    });
    expect(problemIn(reply)).toMatchObject({ status: 401, code: 'unauthorised' });
  });
});
