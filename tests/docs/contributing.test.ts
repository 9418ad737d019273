import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type * as Feeds from '../../lib/hazards/feeds/feeds.js';
import type * as Countries from '../../lib/hazards/regions/countries.js';
import type * as Regions from '../../lib/hazards/regions/regions.js';
import type * as PersistAll from '../../lib/persister/persist-all.js';
import type * as StoreErrors from '../../lib/persister/upstash/error.js';
import type * as Notify from '../../lib/runs/notify.js';
import type * as Web from '../../lib/web/index.js';
import type { Handler } from '../../lib/web/route.js';
import { NOW } from '../hazards/support/rows.js';
import { AT_ONCE, featureCollection, NEVER, serve, serveJson } from '../hazards/support/serve.js';
import { codeSpans, tablesOf } from '../storage/markdown.js';
import { input, reportAt } from '../support/run-reports.js';
import { callHandler } from '../support/serve-handler.js';
import { codesIn } from './codes-in-source.js';
import { type ChangedCopy, copyWithExamples } from './worked-examples.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const page = readFileSync(join(ROOT, 'CONTRIBUTING.md'), 'utf8');

/** The files of `lib/` that the tables name: a row may name several, each after the folder of the one before it. */
function filesOnPage(): string[] {
  const sections = page.slice(0, page.indexOf('### What holds across rooms')).split(/^### /m);
  return sections.slice(1).flatMap((section) => {
    const room = /^`([\w/]+)\/`/.exec(section)?.[1] ?? '';
    return [...section.matchAll(/^\| (`.*?`) \|/gm)].flatMap(([, names = '']) => {
      let folder = '';
      return [...names.matchAll(/`([^`]+\.ts)`/g)].map(([, name = '']) => {
        if (name.includes('/')) folder = dirname(name);
        return join(room, name.includes('/') ? name : join(folder, name));
      });
    });
  });
}

it('names every file of lib/ once, and no other', () => {
  const files = readdirSync(join(ROOT, 'lib'), { recursive: true, encoding: 'utf8' });
  expect(filesOnPage().toSorted()).toEqual(files.filter((file) => file.endsWith('.ts')).toSorted());
});

it('shows the first level of lib/ with at most ten entries', () => {
  expect(readdirSync(join(ROOT, 'lib')).length).toBeLessThanOrEqual(10);
});

describe('the examples, made in a copy of the source', () => {
  let copy: ChangedCopy;
  beforeAll(async () => {
    copy = await copyWithExamples(page);
    return () => copy.remove();
  });

  it('add a feed, which is read and reports a row that it cannot read', async () => {
    const { createFeeds, FEED_VARIABLES } = await copy.load<typeof Feeds>('lib/hazards/feeds/feeds.ts');
    const time = NOW - 3_600_000;
    const row = {
      geometry: { type: 'Point', coordinates: [13.4, 42.4] },
      properties: { id: 7, time, title: 'Near Example, Italy', level: 'orange' },
    };
    const unreadable = { ...row, properties: { ...row.properties, id: 8, level: 'purple' } };
    await using served = await serveJson(featureCollection([row, unreadable]));

    const feed = createFeeds({ TREMORS_URL: served.url }, AT_ONCE).find(({ name }) => name === 'tremors');
    expect(await feed?.read({ now: NOW, signal: NEVER })).toEqual({
      events: [
        {
          id: 'tremors:7',
          type: 'earthquake',
          source: 'tremors',
          summary: 'Near Example, Italy',
          severity: 0.5,
          alertLevel: 'orange',
          startedAt: time,
          observedAt: time,
          longitude: 13.4,
          latitude: 42.4,
          countries: [],
          url: null,
        },
      ],
      skipped: 1,
      asOf: null,
      gaps: ['1 row could not be read'],
      notes: [],
    });
    expect(FEED_VARIABLES).toContain('TREMORS_URL');
  });

  it('add a region, with countries, a lane and a place on the map', async () => {
    const { REGION_IDS, REGIONS } = await copy.load<typeof Regions>('lib/hazards/regions/regions.ts');
    const { regionOfCountry } = await copy.load<typeof Countries>('lib/hazards/regions/countries.ts');
    const { DEFAULT_PARALLELISM } = await copy.load<typeof PersistAll>('lib/persister/persist-all.ts');
    const { LABELS } = await copy.load<{ LABELS: ReadonlyMap<string, unknown> }>('public/app/map-places.js');

    expect(REGION_IDS).toContain('oceania');
    expect(REGIONS.map(({ id }) => id)).toEqual(REGION_IDS);
    expect(['NZL', 'JPN'].map(regionOfCountry)).toEqual(['oceania', 'east-asia']);
    expect(DEFAULT_PARALLELISM).toBe(REGION_IDS.length);
    expect([...LABELS.keys(), 'global'].toSorted()).toEqual([...REGION_IDS].toSorted());
  });

  it('add a route, which is mounted and answers 200, 405 and 400', async () => {
    const { createRoutes } = await copy.load<typeof Web>('lib/web/index.ts');
    const file = await copy.load<{ default: { fetch: Handler } }>('api/slot.ts');
    const env = {
      UPSTASH_REDIS_REST_URL: 'http://127.0.0.1:9',
      UPSTASH_REDIS_REST_TOKEN: 'store-token-55d1',
      CRON_SECRET: 'cron-secret-7f3a',
    };
    const { fetch } = createRoutes({ env });

    expect(await callHandler(fetch, { path: '/api/slot' })).toMatchObject({
      status: 200,
      text: expect.stringMatching(/^{"slot":"[\d-]{10}T(00|06|12|18):00:00.000Z"}\n$/),
    });
    expect(await callHandler(fetch, { path: '/api/slot?when=now' })).toMatchObject({ status: 400 });
    // The file reads the environment of this process, but not before it has looked at the method.
    const refused = { status: 405, headers: { allow: 'GET, HEAD' } };
    expect(await callHandler(file.default.fetch, { path: '/api/slot', method: 'POST' })).toMatchObject(
      refused,
    );
  });

  it('add an alert, which is sent once, as the page of operations words it', async () => {
    const { createNotify } = await copy.load<typeof Notify>('lib/runs/notify.ts');
    const told: string[] = [];
    await using receiver = await serve(async (request, response) => {
      told.push(z.object({ content: z.string() }).parse(JSON.parse(await text(request))).content);
      response.end();
    });
    const notify = createNotify({ alertUrl: receiver.url });
    const inputs = [{ ...input('usgs', 'incomplete'), skipped: 1 }];
    const before = [reportAt('2026-11-26T00:00:30.000Z', { inputs: [input('usgs', 'ok')] })];
    const report = reportAt('2026-11-26T06:00:30.000Z', { inputs });
    const next = reportAt('2026-11-26T12:00:30.000Z', { inputs: [{ ...input('usgs', 'ok'), skipped: 1 }] });

    await notify({ report, before, snapshots: [] }, NEVER);
    await notify({ report: next, before: [report, ...before], snapshots: [] }, NEVER);

    const row = await rowOf('`kind` in `changes`', 'rows-unreadable');
    expect(told).toEqual([`region-persister (production)\n${codeSpans(row?.['the line'] ?? '')}`]);
  });

  it('add a code, which an error has and the page of operations explains', async () => {
    const { errorFromStatus } = await copy.load<typeof StoreErrors>('lib/persister/upstash/error.ts');

    const { code } = errorFromStatus({ status: 402, text: '', retryAfter: undefined });
    expect(await codesIn(join(copy.folder, 'lib'))).toContain(code);
    expect((await rowOf('code', code))?.code).toBe(`<a id="${code}"></a>\`${code}\``);
  });

  /** The row of a table of `docs/operations.md` that has this code in this column. */
  async function rowOf(column: string, code: string) {
    const rows = tablesOf(await copy.read('docs/operations.md')).flat();
    return rows.find((row) => codeSpans(row[column] ?? '').includes(code));
  }
});
