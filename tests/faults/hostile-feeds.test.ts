import type { RequestListener, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createGdacsFeeds } from '../../lib/hazards/feeds/gdacs.js';
import { createUsgsFeed } from '../../lib/hazards/feeds/usgs.js';
import { createGeography } from '../../lib/hazards/regions/points.js';
import { REGION_IDS } from '../../lib/hazards/regions/regions.js';
import { AssessedSnapshotSchema } from '../../lib/hazards/snapshot.js';
import { createHazardSource } from '../../lib/hazards/source.js';
import { createStore } from '../../lib/persister/upstash/store.js';
import { RunReportSchema } from '../../lib/runs/report.js';
import { createRunner } from '../../lib/runs/run.js';
import { gdacsRow } from '../hazards/support/rows.js';
import { AT_ONCE, featureCollection, serve } from '../hazards/support/serve.js';
import { type Stage, startStage } from './suite/stage.js';

vi.setConfig({ testTimeout: 60_000 });

const MEGABYTE = 1_000_000;
const INPUTS = 7;
/** Of what a feed sends, this much may be read before it is given up, and as much may lie in buffers on the way. */
const MOST_PER_FEED = 2 * 8.4 * MEGABYTE;
/** GDACS is searched twice for each type: for orange and red, and for green. */
const SEARCHES = 13;

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
beforeEach(() => stage.clear());
afterAll(() => stage.close());

/** A whole run with the real source, whose feeds all lead to one server. */
async function runAgainst(listener: RequestListener, budgetMs = 20_000) {
  await using served = await serve(listener);
  const rss = new URL('/rss', served.url).href;
  // These two and no others: the counts below are theirs.
  const gdacs = createGdacsFeeds({ ...AT_ONCE, url: served.url, rssUrl: rss });
  const feeds = [...gdacs, createUsgsFeed({ ...AT_ONCE, url: `${served.url}/usgs` })];
  const source = createHazardSource({ feeds, geography: createGeography() });
  const { url, token } = stage.gateway;
  const store = createStore({ url, token, namespace: stage.namespace });
  const runner = createRunner({ store, environment: 'test', budgetMs });
  const result = await runner.run({ source, regionIds: REGION_IDS, trigger: 'cron', dryRun: false });
  expect(RunReportSchema.safeParse(result.report).error).toBeUndefined();
  return { ...result, requests: served.requests.length };
}

const isUsgs = (url: string | undefined) => url === '/feed/usgs';
const isRss = (url: string | undefined) => url === '/rss';
const isGreen = (url: string | undefined) => url?.includes('alertlevel=Green') === true;
const recentRow = (fields: Record<string, unknown> = {}) => {
  const at = new Date(Date.now() - 3_600_000).toISOString().slice(0, 19);
  return gdacsRow({ fromdate: at, todate: at, datemodified: at, ...fields });
};
/** A row of the type that is asked for, an hour old. */
const honestAnswer = (url: string | undefined) => {
  const eventtype = new URL(url ?? '', 'http://localhost').searchParams.get('eventlist');
  return JSON.stringify(featureCollection([recentRow({ eventtype })]));
};

/** Sends zeros for as long as somebody reads, 200 MB at most. */
function flood(response: ServerResponse, onSent: (bytes: number) => void): void {
  const chunk = Buffer.alloc(MEGABYTE, '0');
  let left = 200;
  const pump = () => {
    while (left > 0 && !response.destroyed) {
      left -= 1;
      onSent(chunk.length);
      if (!response.write(chunk)) return void response.once('drain', pump);
    }
    response.end();
  };
  pump();
}

describe('feeds that are all useless', () => {
  it.each<[string, RequestListener, RegExp]>([
    ['500', (_, response) => response.writeHead(500).end('<h1>Oops</h1>'), /HTTP 500: Oops/],
    [
      'half a body',
      (_, response) => {
        response.writeHead(200, { 'content-length': '1000' }).write('{"type":"FeatureCollection",');
        setImmediate(() => response.destroy());
      },
      /network error/,
    ],
    [
      'half of the JSON',
      (_, response) => response.end('{"type":"FeatureCollection","features":['),
      /not valid JSON/,
    ],
    ['JSON of another form', (_, response) => response.end('{"type":"Feature"}'), /not a GeoJSON/],
    ['a page of HTML', (_, response) => response.end('<!doctype html><p>Welcome'), /not valid JSON/],
    ['nothing at all', (_, response) => response.end(), /the answer is empty/],
    [
      'JSON nested ten thousand deep',
      (_, response) => response.end('['.repeat(10_000) + ']'.repeat(10_000)),
      /nested more than 16 levels deep/,
    ],
  ])('%s: every input is reported as failed, and no region is stored', async (_, listener, message) => {
    const { report } = await runAgainst(listener);

    expect(report.inputs).toHaveLength(INPUTS);
    for (const input of report.inputs) {
      expect(input).toMatchObject({ status: 'failed', events: 0, message: expect.stringMatching(message) });
    }
    expect(report.regions.map((region) => region.status === 'failed' && region.code)).toEqual(
      REGION_IDS.map(() => 'no-input'),
    );
    expect(await stage.redis.keys(stage.keys.snapshotById('*'))).toEqual([]);
  });

  it('no answer: the run ends in time', async () => {
    const { report } = await runAgainst(() => undefined, 2_000);

    expect(report.inputs.map(({ message }) => message)).toEqual(
      Array(INPUTS).fill(expect.stringMatching(/no answer before the deadline/)),
    );
    expect(report.counts.failed).toBe(REGION_IDS.length);
  });

  it('200 MB: reading stops at the limit, and the body is not asked for again', async () => {
    let sent = 0;
    const { report, requests } = await runAgainst((_, response) =>
      flood(response, (bytes) => {
        sent += bytes;
      }),
    );

    expect(report.inputs.map(({ message }) => message)).toEqual(
      Array(INPUTS).fill(expect.stringMatching(/larger than 8388608 bytes/)),
    );
    // Each search once, and the RSS feed once for all.
    expect(requests).toBe(SEARCHES + 1);
    // Both searches for a type take from one budget, but each has buffers of its own.
    expect(sent).toBeLessThan((SEARCHES + 1) * MOST_PER_FEED);
  });
});

describe('a feed with useless rows', () => {
  it('a million of them: the feed has failed unread, and the run ends in time', async () => {
    const million = `{"type":"FeatureCollection","features":[${Array(1_000_000).fill('{}').join()}]}`;
    const { report } = await runAgainst((request, response) => {
      response.end(isUsgs(request.url) ? million : JSON.stringify(featureCollection([recentRow()])));
    });

    expect(report.inputs.at(-1)).toMatchObject({
      input: 'usgs',
      status: 'failed',
      message: expect.stringMatching(/the answer has more than 2000 rows$/),
    });
    expect(report.counts.persisted).toBe(REGION_IDS.length);
    expect(report.durationMs).toBeLessThan(report.budgetMs);
  });

  it('HTML in names stays text, and only http and https links are kept', async () => {
    const name = '<img src=x onerror=alert(1)>';
    const urls = ['javascript:alert(1)', 'data:text/html,x', 'https://www.gdacs.org/report.aspx?eventid=1'];
    // Not in the same second and place: that would be one earthquake.
    const rows = urls.map((report, i) => {
      const url = { report, details: '', geometry: '' };
      const at = new Date(Date.now() - (1 + i) * 3_600_000).toISOString().slice(0, 19);
      return recentRow({ eventtype: 'EQ', eventid: 1 + i, name, url, fromdate: at, todate: at });
    });
    const { report, snapshots } = await runAgainst((request, response) => {
      const isEarthquakes = request.url?.includes('eventlist=EQ');
      response.end(JSON.stringify(featureCollection(isEarthquakes ? rows : [])));
    });

    expect(report.counts.persisted).toBe(REGION_IDS.length);
    const world = snapshots.find(({ region_id }) => region_id === 'global');
    const { evidence } = AssessedSnapshotSchema.parse(world);
    expect(evidence.map(({ url }) => url)).toEqual(expect.arrayContaining([null, null, urls[2]]));
    // It is text, and the page writes it as text.
    for (const { summary } of evidence) expect(summary).toContain(name);
    expect(JSON.stringify(snapshots)).not.toContain('javascript:');
  });
});

/** Each way to fill the memory of whoever reads it, in few bytes. */
const BOMBS: readonly [string, Buffer, RegExp][] = [
  ['spaces', gzipSync(Buffer.alloc(200 * MEGABYTE, ' ')), /larger than 8388608 bytes/],
  [
    'rows of nothing',
    gzipSync(`{"type":"FeatureCollection","features":[${'{},'.repeat(2_600_000)}{}]}`),
    /more than 2000 rows/,
  ],
  [
    'arrays in one row',
    gzipSync(`{"type":"FeatureCollection","features":[{"a":[${'[],'.repeat(2_600_000)}[]]}]}`),
    /more than 300000 values/,
  ],
  ['brackets', gzipSync('['.repeat(8 * MEGABYTE)), /nested more than 16 levels deep/],
];

describe('feeds that are all bombs', () => {
  it.each(BOMBS)('%s: nothing of them is kept, and the run ends in time', async (_, bomb, message) => {
    const { report, requests } = await runAgainst((_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb);
    });

    expect(report.inputs).toHaveLength(INPUTS);
    for (const input of report.inputs) {
      expect(input).toMatchObject({ status: 'failed', events: 0, message: expect.stringMatching(message) });
    }
    // Each was heard once: a body over a limit is not asked for again.
    expect(requests).toBe(SEARCHES + 1);
    expect(report.durationMs).toBeLessThan(report.budgetMs);
  });

  it('five full pages for each type, 8 MB together: what was read counts, and the rest is refused', async () => {
    const filler = 'x'.repeat(30_000);
    const { report, requests } = await runAgainst((request, response) => {
      const { searchParams } = new URL(request.url ?? '', 'http://localhost');
      const first = 100 * Number(searchParams.get('pageNumber'));
      if (isUsgs(request.url) || isRss(request.url) || isGreen(request.url)) response.writeHead(503).end();
      else {
        const eventtype = searchParams.get('eventlist');
        const page = Array.from({ length: 100 }, (_, i) =>
          recentRow({ eventtype, eventid: first + i, description: filler }),
        );
        response.writeHead(200, { 'content-encoding': 'gzip' });
        response.end(gzipSync(JSON.stringify(featureCollection(page))));
      }
    });

    for (const input of report.inputs.slice(0, -1)) {
      expect(input).toMatchObject({
        status: 'incomplete',
        events: 200,
        message: expect.stringMatching(/larger than 8388608 bytes/),
      });
    }
    // Three pages of each type; green, USGS and the RSS feed twice.
    expect(requests).toBe(6 * 3 + 6 * 2 + 2 + 2);
  });

  it('each of another kind at once: every input says why, and no region is stored', async () => {
    const kinds: RequestListener[] = [
      (_, response) => flood(response, () => undefined),
      () => undefined,
      ...BOMBS.map(
        ([, bomb]): RequestListener =>
          (_, response) => {
            response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb);
          },
      ),
      (_, response) => response.writeHead(302, { location: 'http://127.0.0.1:9/internal' }).end(),
    ];
    let asked = 0;
    const { report } = await runAgainst((request, response) => {
      kinds[asked % kinds.length]?.(request, response);
      asked += 1;
    }, 5_000);

    expect(report.inputs.map(({ status }) => status)).toEqual(Array(INPUTS).fill('failed'));
    expect(report.counts.failed).toBe(REGION_IDS.length);
    expect(report.durationMs).toBeLessThan(report.budgetMs);
  });
});

describe('one hostile feed among honest ones', () => {
  it.each<[string, (response: ServerResponse) => void]>([
    ['500', (response) => response.writeHead(500).end()],
    ['that floods', (response) => flood(response, () => undefined)],
    ['of nonsense', (response) => response.end('nonsense')],
    ['that never answers', () => undefined],
  ])('%s: it is missing, and all regions are stored with less confidence', async (_, answer) => {
    const { report, snapshots } = await runAgainst((request, response) => {
      if (isUsgs(request.url)) answer(response);
      else response.end(honestAnswer(request.url));
    }, 4_000);

    expect(report.counts.persisted).toBe(REGION_IDS.length);
    expect(report.inputs.at(-1)).toMatchObject({ input: 'usgs', status: 'failed' });
    for (const { meta } of snapshots) expect(meta).toMatchObject({ missing_inputs: ['usgs'] });
  });
});
