import type { RequestListener } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { REGION_IDS } from '../../lib/hazards/regions/regions.js';
import { featureCollection } from '../hazards/support/serve.js';
import { flood, INPUTS, isUsgs, MEGABYTE, recentRow, runAgainst as runOf } from './hostile/run-against.js';
import { type Stage, startStage } from './suite/stage.js';

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

const runAgainst = (listener: RequestListener, budgetMs = 50_000) => runOf(stage, listener, budgetMs);

const isRss = (url: string | undefined) => url === '/rss';
const isGreen = (url: string | undefined) => url?.includes('alertlevel=Green') === true;
describe('feeds that send too much', () => {
  it('200 MB: reading stops at the limit, and the body is not requested again', async () => {
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
