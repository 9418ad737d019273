import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Env } from '../../../../lib/config.js';
import { REGION_IDS } from '../../../../lib/hazards/regions/regions.js';
import { systemClock } from '../../../../lib/limits/deadline.js';
import { RETENTION_MS } from '../../../../lib/persister/record.js';
import { runGroup } from '../../../../local/doctor/check.js';
import { findRequestLimit } from '../../../../local/doctor/store/request-limit.js';
import { storeGroup } from '../../../../local/doctor/store/store-group.js';
import type { Fault } from '../../../../local/upstash/fault-rules.js';
import { persist } from '../../../support/persist.js';
import { makeSnapshot } from '../../../support/snapshots.js';
import { NAMESPACE, type StoreHarness, startStoreHarness } from '../../../support/store-harness.js';
import { startForeignServer } from './foreign-server.js';

let harness: StoreHarness;
beforeAll(async () => {
  harness = await startStoreHarness();
});
beforeEach(() => harness.reset());
afterAll(() => harness.close());

interface Change {
  readonly url?: string;
  readonly token?: string;
  readonly namespace?: string;
  readonly env?: Env;
  /** Whether to look for the request limit, too, which uploads 23 MB. */
  readonly uploads?: boolean;
}

async function check(change: Change = {}) {
  const { gateway } = harness;
  const { env = { KEY_NAMESPACE: NAMESPACE }, uploads = false, ...place } = change;
  const store = {
    url: gateway.url,
    token: gateway.token,
    namespace: NAMESPACE,
    retentionMs: RETENTION_MS,
    ...place,
  };
  const group = storeGroup(store, { env, clock: systemClock });
  const checks = group.checks.filter(({ subject }) => uploads || subject !== 'request limit');
  return runGroup({ ...group, checks }, new AbortController().signal);
}

async function notOk(...args: Parameters<typeof check>) {
  return (await check(...args)).filter(({ status }) => status !== 'ok');
}

const strike = (command: string, fault: Fault) => harness.setFaults([{ match: { command }, fault }]);

describe('storeGroup', () => {
  it('finds nothing wrong with a store in which every region has a snapshot', async () => {
    await persist(
      harness,
      REGION_IDS.map((id) => makeSnapshot(id)),
    );
    const findings = await check({ uploads: true });
    expect(findings.filter(({ status }) => status !== 'ok')).toEqual([]);
    expect(findings.map(({ subject }) => subject)).toEqual([
      'latency',
      'claim (SET NX, GET)',
      'release (EVAL)',
      'publish (EVAL)',
      'repeat',
      'read (EVAL_RO)',
      'report',
      'lifetimes (PTTL)',
      'pipeline',
      'request limit',
      'clock (TIME)',
      'eviction',
      'namespace',
      'regions',
    ]);
    expect(findings.find(({ subject }) => subject === 'request limit')?.seen).toMatch('10 MB are accepted');
  });

  it('leaves nothing behind, and stores nothing outside its own keys', async () => {
    await check({ uploads: true });
    expect(await harness.redis.keys('*')).toEqual([]);
    const written = harness.gateway.requests
      .flatMap(({ commands }) => commands)
      .filter(([name]) => /^(?:set|eval)$/i.test(name ?? ''))
      .map((command) => command.find((argument) => argument.startsWith(NAMESPACE)));
    expect(written.length).toBeGreaterThan(5);
    expect(written).toEqual(written.map(() => expect.stringMatching(/^test:doctor:[0-9a-f-]{36}:/)));
  });

  it('makes no further request to a store that refuses the token', async () => {
    const [latency, ...others] = await check({ token: 'wrong-token' });
    expect(latency).toMatchObject({
      status: 'fail',
      seen: expect.stringContaining('store-unauthorised'),
      advice: expect.stringContaining('does not know this token'),
    });
    expect(others).toEqual(
      others.map(({ subject }) => expect.objectContaining({ status: 'skipped', subject })),
    );
  });

  it('makes no further request to a store that cannot be reached', async () => {
    const [latency, ...others] = await check({ url: 'http://127.0.0.1:9' });
    expect(latency).toMatchObject({ status: 'fail', advice: expect.stringContaining('Check the host') });
    expect(others.every(({ status }) => status === 'skipped')).toBe(true);
  });

  it('recognises a read-only token by its writes', async () => {
    strike('set', {
      kind: 'slot-error',
      error: "NOPERM this user has no permissions to run the 'set' command",
    });
    const [claim, ...others] = (await notOk()).filter(({ subject }) => subject !== 'regions');
    expect(claim).toMatchObject({
      status: 'fail',
      subject: 'claim (SET NX, GET)',
      advice: expect.stringContaining('read-only token'),
    });
    expect(others.map(({ status, subject }) => `${status} ${subject}`)).toEqual([
      'skipped release (EVAL)',
      'skipped publish (EVAL)',
      'skipped repeat',
      'skipped read (EVAL_RO)',
      'skipped report',
      'skipped lifetimes (PTTL)',
    ]);
  });

  it('reports a store that runs no scripts', async () => {
    strike('eval', { kind: 'slot-error', error: "ERR unknown command 'eval'" });
    expect(await notOk()).toMatchObject([
      { status: 'fail', subject: 'release (EVAL)' },
      ...Array.from({ length: 5 }, () => ({ status: 'skipped' })),
      { subject: 'regions' },
    ]);
    expect(await harness.redis.keys('*')).toEqual([]);
  });

  it('lets no check suffer from a request that was refused before it', async () => {
    const url = await startForeignServer(harness.gateway.url, { mostBytes: 900_000 });
    const failed = (await check({ url, uploads: true })).filter(({ status }) => status === 'fail');
    expect(failed).toMatchObject([
      { subject: 'request limit', seen: 'nothing of 1 MB or more is accepted, 1 MB are refused' },
    ]);
  });

  it('reports pipelines whose errors spread', async () => {
    harness.setFaults([
      { match: { command: 'ping', nth: 11 }, fault: { kind: 'slot-error', slot: 0, error: 'ERR x' } },
    ]);
    expect(await notOk()).toMatchObject([{ status: 'fail', subject: 'pipeline' }, { subject: 'regions' }]);
  });

  it.each([
    [1, 'fail', 'nothing of 1 MB or more is accepted, 1 MB are refused'],
    [2, 'warn', '1 MB are accepted, 4 MB are refused'],
    [3, 'warn', '4 MB are accepted, 8 MB are refused'],
    [4, 'ok', '8 MB are accepted, 10 MB are refused'],
  ])('finds the limit of requests (refused: number %i)', async (nth, status, seen) => {
    harness.setFaults([{ match: { command: 'eval_ro', nth }, fault: { kind: 'status', status: 413 } }]);
    const { url, token } = harness.gateway;
    const store = { url, token, namespace: '', retentionMs: 1_000 };
    expect(await findRequestLimit(store, new AbortController().signal)).toMatchObject([
      { status, subject: 'request limit', seen },
    ]);
  });

  it('treats a line that is too slow as a warning, not as a limit', async () => {
    harness.setFaults([{ match: { command: 'eval_ro', nth: { from: 2 } }, fault: { kind: 'hang' } }]);
    const slow = new AbortController();
    const { url, token } = harness.gateway;
    const finding = findRequestLimit({ url, token, namespace: '', retentionMs: 1_000 }, slow.signal);
    await vi.waitFor(() => expect(harness.gateway.stats.commands).toBe(2));
    slow.abort(new DOMException('too slow', 'TimeoutError'));
    expect(await finding).toMatchObject([
      { status: 'warn', seen: '1 MB are accepted, 4 MB did not arrive in time' },
    ]);
  });

  it('counts the regions that have a snapshot in this namespace', async () => {
    await persist(harness, [makeSnapshot('mena'), makeSnapshot('europe')]);
    expect(await notOk()).toMatchObject([
      { status: 'warn', subject: 'regions', seen: '2 of 8 have a latest snapshot in this namespace' },
    ]);
    expect(await notOk({ namespace: 'another:' })).toMatchObject([
      { status: 'warn', subject: 'regions', seen: '0 of 8 have a latest snapshot in this namespace' },
    ]);
  });

  it.each([
    [{ VERCEL_ENV: 'production' }, '', 'ok', 'none, as VERCEL_ENV is production'],
    [{}, 'development:', 'ok', '"development:", as VERCEL_ENV is not set'],
    [{ KEY_NAMESPACE: 'mine:' }, 'mine:', 'ok', '"mine:" by KEY_NAMESPACE'],
    [
      { VERCEL_ENV: 'preview', KEY_NAMESPACE: 'preview:x:' },
      'preview:x:',
      'warn',
      'all previews share their keys',
    ],
    [{ VERCEL_ENV: 'preview' }, 'preview:abcdef01:', 'ok', '"preview:abcdef01:", as VERCEL_ENV is preview'],
  ])('names the rule that the namespace follows: %j', async (env, namespace, status, seen) => {
    expect(await check({ env, namespace })).toContainEqual(
      expect.objectContaining({ status, subject: 'namespace', seen: expect.stringContaining(seen) }),
    );
  });
});
