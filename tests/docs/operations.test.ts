import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { REGION_IDS } from '../../lib/hazards/regions/regions.js';
import { createKeys } from '../../lib/persister/upstash/keys.js';
import { RunReportSchema } from '../../lib/runs/report.js';
import { listenOnLoopback } from '../../local/listen.js';
import { codeSpans, fencesOf, type Row, tablesOf } from '../storage/markdown.js';
import { type ApiStack, AUTHORISED, startApiStack } from '../support/api-stack.js';
import { keys } from '../support/store-harness.js';
import { codesIn, codesInPage } from './codes-in-source.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const page = await readFile(`${ROOT}docs/operations.md`, 'utf8');
const tables = tablesOf(page);

/** The rows of the one table that has these columns. */
function tableWith(...titles: readonly string[]): Row[] {
  const found = tables.filter(([first]) => titles.every((title) => first !== undefined && title in first));
  expect(found).toHaveLength(1);
  return found.flat();
}

/** A family of codes, such as all that begin with `store-http-`, goes by its beginning. */
const FAMILY = /-…$/;
const anchorOf = (code: string) => code.replace(FAMILY, '');

describe('the table of codes', () => {
  const rows = tableWith('code', 'cause', 'what to do').filter((row) => codeSpans(row.code ?? '').length > 0);
  const listed = rows.flatMap(({ code = '' }) => codeSpans(code));

  it('has every code of the source once, and no other', async () => {
    const source = await codesIn(`${ROOT}lib`);

    expect(listed.toSorted()).toEqual(source);
  });

  it('has every code that the status page knows, and that its tests make the API utter', async () => {
    const used = await codesInPage([`${ROOT}public/app`, `${ROOT}tests/page`]);
    const isListed = (code: string) =>
      listed.some((one) => (FAMILY.test(one) ? code.startsWith(one.slice(0, -1)) : code === one));

    expect(used).toEqual(expect.arrayContaining(['region-stale', 'input-unheard', 'store-full']));
    expect(used.filter((code) => !isListed(code))).toEqual([]);
  });

  it('has an anchor for each, which the type of a problem leads to', () => {
    const anchors = rows.flatMap(({ code = '' }) =>
      [...code.matchAll(/<a id="([^"]+)">/g)].map(([, id]) => id),
    );

    expect(anchors).toEqual(listed.map(anchorOf));
  });

  it('says of each what is the cause and what to do', () => {
    expect(rows.filter((row) => row.cause === '' || row['what to do'] === '')).toEqual([]);
  });
});

describe('the page', () => {
  it('names every kind of change that is reported', async () => {
    const source = await readFile(`${ROOT}lib/runs/changes.ts`, 'utf8');
    const kinds = [...source.matchAll(/readonly kind: '([a-z-]+)'/g)].map(([, kind]) => kind);

    const rows = tableWith('`kind` in `changes`', 'the line', 'sent when');
    expect(rows.flatMap((row) => codeSpans(row['`kind` in `changes`'] ?? '')).toSorted()).toEqual(
      kinds.toSorted(),
    );
  });

  it('shows a report as the schema has it, with every outcome but two', () => {
    const report = RunReportSchema.parse(JSON.parse(fencesOf(page, 'json')[0] ?? ''));

    expect(report.regions.map(({ status }) => status)).toEqual(['failed', 'persisted', 'current']);
  });
});

const CRON = {
  path: '/api/cron/persist-regions',
  headers: { ...AUTHORISED, 'user-agent': 'vercel-cron/1.0' },
};

describe('a run', () => {
  let stack: ApiStack;
  const told: string[] = [];
  const receiver = createServer(async (request, response) => {
    told.push(await text(request));
    response.end();
  });
  beforeAll(async () => {
    // Only the date: what is counted here must not depend on when a slot begins.
    vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-11-26T06:00:10Z') });
    const port = await listenOnLoopback(receiver);
    stack = await startApiStack({
      VERCEL_ENV: 'production',
      ALERT_WEBHOOK_URL: `http://127.0.0.1:${port}/`,
    });
  });
  afterAll(async () => {
    vi.useRealTimers();
    receiver.close();
    await stack.close();
  });

  it('costs what the page says, as do an idle tick and the reads', async () => {
    const costs = tableWith('call', 'requests', 'commands').map(({ requests, commands }) => ({
      requests: Number(requests),
      commands: Number(commands),
    }));

    const calls = [await costOf(CRON), await costOf(CRON)];
    const [health, regions, runs] = [
      await costOf({ path: '/api/health' }),
      await costOf({ path: '/api/regions' }),
      await costOf({ path: '/api/runs' }),
    ];
    // What `public/app/loader.js` asks for each time that the page refreshes itself.
    const page = {
      requests: health.requests + regions.requests + runs.requests,
      commands: health.commands + regions.commands + runs.commands,
    };
    expect([...calls, health, regions, page]).toEqual(costs);
    expect(runs).toEqual(regions);
  });

  async function costOf(call: Parameters<ApiStack['call']>[0]) {
    stack.harness.gateway.clear();
    expect((await stack.call(call)).status).toBe(200);
    const { requests, commands } = stack.harness.gateway.stats;
    return { requests, commands };
  }

  it('stores no more bytes than the page reckons with', async () => {
    const payloads = await Promise.all(REGION_IDS.map(latestOf));
    const sizes = payloads.map((payload) => {
      const { evidence } = SnapshotSchema.parse(JSON.parse(payload));
      const events = evidence.map((event) => Buffer.byteLength(JSON.stringify(event)) + 1);
      return { bare: Buffer.byteLength(payload) - events.reduce((sum, size) => sum + size, 0), events };
    });

    expect(Math.max(...sizes.map(({ bare }) => bare))).toBeLessThan(1_000);
    expect(Math.max(...sizes.flatMap(({ events }) => events))).toBeLessThanOrEqual(400);
    const total = payloads.reduce((sum, payload) => sum + Buffer.byteLength(payload), 0);
    expect(page).toContain(`all ${REGION_IDS.length} take ${Math.round(total / 1_000)} KB`);
  });

  const SnapshotSchema = z.object({ evidence: z.array(z.unknown()) });

  async function latestOf(regionId: string): Promise<string> {
    const id = await stack.harness.redis.get(keys.latest(regionId));
    return (await stack.harness.redis.get(keys.snapshotById(id ?? ''))) ?? '';
  }

  it('leaves claims and markers that can be looked at as the page says', async () => {
    const [scan, get, pttl] = fencesOf(page.replaceAll(/^ {3}/gm, ''), 'sh')
      .flatMap((commands) => [...commands.matchAll(/\$KV_REST_API_URL(\/[^"]+)"/g)])
      .map(([, path = '']) => path);
    const ask = async (path = '') => {
      const { url, token } = stack.harness.gateway;
      const response = await fetch(url + path, { headers: { authorization: `Bearer ${token}` } });
      return z.object({ result: z.unknown() }).parse(await response.json()).result;
    };

    const inNamespace = (path = '') => path.replace('dedup:', 'test:dedup:');
    const [, found] = z.tuple([z.literal('0'), z.array(z.string())]).parse(await ask(inNamespace(scan)));
    expect(found).toHaveLength(REGION_IDS.length);
    const hash =
      found
        .find((key) => key.startsWith('test:dedup:mena:'))
        ?.split(':')
        .at(-1) ?? '';
    expect(await ask(inNamespace(get).replace('HASH', hash))).toBe(
      await stack.harness.redis.get(keys.latest('mena')),
    );
    expect(await ask(inNamespace(pttl).replace('HASH', hash))).toBeGreaterThan(0);
    expect(createKeys('').dedup('mena', 'HASH')).toBe(get?.replace('/get/', ''));
  });

  it('reports a failure with the message that the page shows', async () => {
    await stack.reset();
    told.length = 0;
    const error = 'WRONGTYPE Operation against a key holding the wrong kind of value';
    stack.harness.setFaults([
      { match: { phase: 'commit', region: 'mena' }, fault: { kind: 'slot-error', error } },
    ]);

    expect((await stack.call(CRON)).status).toBe(500);
    const messages = told.map((body) => z.object({ content: z.string() }).parse(JSON.parse(body)).content);
    expect(messages.map((message) => `${message}\n`)).toEqual([fencesOf(page, 'text')[0]]);
  });
});
