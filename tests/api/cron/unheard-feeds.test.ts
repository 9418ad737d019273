import { once } from 'node:events';
import type { RequestListener, Server } from 'node:http';
import { createServer } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type AssessedSnapshot, AssessedSnapshotSchema } from '../../../lib/hazards/snapshot.js';
import { gdacsRow, usgsRow } from '../../hazards/support/rows.js';
import { featureCollection } from '../../hazards/support/serve.js';
import { type ApiStack, AUTHORISED, startApiStack } from '../../support/api-stack.js';

/** The feeds, whose answers each test sets. */
let answer: RequestListener = () => undefined;
let feeds: Server;
let stack: ApiStack;

beforeAll(async () => {
  feeds = createServer((request, response) => answer(request, response)).listen(0, '127.0.0.1');
  await once(feeds, 'listening');
  const { port } = z.object({ port: z.int() }).parse(feeds.address());
  const origin = `http://127.0.0.1:${port}`;
  stack = await startApiStack({
    GDACS_URL: `${origin}/gdacs`,
    GDACS_RSS_URL: undefined,
    USGS_URL: `${origin}/usgs`,
  });
});
beforeEach(() => stack.reset());
afterAll(async () => {
  await stack.close();
  feeds.closeAllConnections();
  feeds.close();
});

const HOUR_MS = 3_600_000;
const withoutZone = (time: number) => new Date(time).toISOString().slice(0, 19);

/** A storm over the Philippines, an hour old. */
function storm(fields: Record<string, unknown> = {}) {
  const todate = withoutZone(Date.now() - HOUR_MS);
  return gdacsRow({ alertlevel: 'Red', fromdate: todate, todate, datemodified: todate, ...fields });
}

/** An ordinary row of a type that is never without one, far from the Philippines. */
function ordinary(eventtype: string) {
  const country = { country: 'Italy', iso3: 'ITA', affectedcountries: [{ iso2: 'IT', iso3: 'ITA' }] };
  const row = storm({ eventtype, eventid: 5, alertlevel: 'Green', name: 'Ordinary', ...country });
  return { ...row, geometry: { type: 'Point', coordinates: [12.5, 42.5] } };
}

function quiet() {
  const time = Date.now() - HOUR_MS;
  return usgsRow({ alert: null, time, updated: time });
}

interface World {
  /** The answer for tropical cyclones; null: 204. */
  readonly cyclones?: readonly unknown[] | null;
  readonly usgs?: readonly unknown[];
  /** Types of GDACS that answer 404, which is not asked again. */
  readonly dead?: readonly string[];
}

function world({ cyclones = null, usgs = [quiet()], dead = [] }: World): RequestListener {
  return (request, response) => {
    const url = new URL(request.url ?? '', 'http://localhost');
    const rows = (features: readonly unknown[]) => response.end(JSON.stringify(featureCollection(features)));
    if (url.pathname === '/usgs') return rows(usgs);
    const type = url.searchParams.get('eventlist') ?? '';
    if (dead.includes(type)) return response.writeHead(404).end();
    const isGreen = url.searchParams.get('alertlevel') === 'Green';
    if (type === 'TC') return cyclones === null || isGreen ? response.writeHead(204).end() : rows(cyclones);
    return type === 'VO' ? response.writeHead(204).end() : rows([ordinary(type)]);
  };
}

async function run(told: World): Promise<AssessedSnapshot> {
  answer = world(told);
  const reply = await stack.call({ path: '/api/cron/persist-regions', headers: AUTHORISED });
  expect(reply.status).toBe(200);
  const latest = await stack.call({ path: '/api/regions/east-asia' });
  return AssessedSnapshotSchema.parse(JSON.parse(latest.text));
}

const ALL_TYPES = ['EQ', 'TC', 'FL', 'DR', 'VO', 'WF'];

describe('a run over feeds that do not answer in full', () => {
  it('is unknown when GDACS has never answered, and begins with normal once it has', async () => {
    expect(await run({ dead: ALL_TYPES })).toMatchObject({
      regime: { label: 'unknown' },
      pressure: { score: null },
    });
    expect(await run({})).toMatchObject({ regime: { label: 'normal', previous_label: 'unknown' } });
  });

  it('holds an emergency, with its evidence, while GDACS is dead', async () => {
    const first = await run({ cyclones: [storm()] });
    expect(first.regime.label).toBe('emergency');
    expect(await run({ dead: ALL_TYPES })).toMatchObject({
      regime: { label: 'emergency' },
      pressure: { score: 1 },
      meta: { held_inputs: ALL_TYPES.map(() => ({ since: first.generated_at })) },
      evidence: [{ id: 'gdacs:TC:7000001', held_since: first.generated_at }],
    });
  });

  it('does not let an earthquake fall to normal while PAGER has not released its alert', async () => {
    const time = Date.now() - HOUR_MS;
    const quake = (alert: string) =>
      usgsRow({ alert, time, updated: time }, { geometry: { type: 'Point', coordinates: [121, 14.6, 9] } });
    expect((await run({ usgs: [quake('red')] })).regime.label).toBe('emergency');
    expect((await run({ usgs: [quake('pending')] })).regime.label).toBe('alert');
  });

  it('does not fall because a row cannot be read', async () => {
    await run({ cyclones: [storm()] });
    expect(await run({ cyclones: [storm({ todate: '0001-01-01T00:00:00' })] })).toMatchObject({
      meta: { incomplete_inputs: ['gdacs-tc'] },
      regime: { label: 'emergency' },
    });
    expect(stack.log.join()).toContain('"level":"warn"');
  });

  it('holds of volcanoes only what was said of volcanoes', async () => {
    await run({ cyclones: [storm()] });
    expect(await run({ dead: ['VO'] })).toMatchObject({
      meta: { missing_inputs: ['gdacs-vo'], held_inputs: [{ input: 'gdacs-vo' }] },
      regime: { label: 'normal', transition_driver: 'gdacs:TC:7000001' },
      pressure: { score: 0 },
    });
  });

  it('does not forget because of a push', async () => {
    await run({ cyclones: [storm()] });
    const pushed = { region_id: 'east-asia', generated_at: Date.now(), meta: {}, anything: 'of yours' };
    const body = JSON.stringify({ snapshots: [pushed] });
    const reply = await stack.call({
      path: '/api/snapshots',
      method: 'POST',
      headers: { ...AUTHORISED, 'content-type': 'application/json' },
      body,
    });
    expect(reply.status).toBe(200);
    expect((await run({ dead: ALL_TYPES })).regime.label).toBe('emergency');
  });
});
