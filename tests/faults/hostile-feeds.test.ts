import type { RequestListener, ServerResponse } from 'node:http';
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
const MOST_PER_REQUEST = 2 * 8.4 * MEGABYTE;

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
beforeEach(() => stage.clear());
afterAll(() => stage.close());

/** A whole run with the real source, whose feeds all lead to one server. */
async function runAgainst(listener: RequestListener, budgetMs = 20_000) {
  await using served = await serve(listener);
  const feed = { url: served.url, ...AT_ONCE };
  const feeds = [...createGdacsFeeds(feed), createUsgsFeed(feed)];
  const source = createHazardSource({ feeds, geography: createGeography() });
  const { url, token } = stage.gateway;
  const store = createStore({ url, token, namespace: stage.namespace });
  const runner = createRunner({ store, environment: 'test', budgetMs });
  const result = await runner.run({ source, regionIds: REGION_IDS, trigger: 'cron', dryRun: false });
  expect(RunReportSchema.safeParse(result.report).error).toBeUndefined();
  return { ...result, requests: served.requests.length };
}

const isUsgs = (url: string | undefined) => !url?.includes('eventlist=');
const recentRow = (fields: Record<string, unknown> = {}) => {
  const at = new Date(Date.now() - 3_600_000).toISOString().slice(0, 19);
  return gdacsRow({ fromdate: at, todate: at, ...fields });
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

/** Found out when, for one: `readText` has no limit. */
describe('feeds that are all of no use', () => {
  it.each<[string, RequestListener, RegExp]>([
    ['500', (_, response) => response.writeHead(500).end('<h1>Oops</h1>'), /HTTP 500: Oops$/],
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
      /not JSON/,
    ],
    ['JSON of another form', (_, response) => response.end('{"type":"Feature"}'), /no GeoJSON/],
    ['a page of HTML', (_, response) => response.end('<!doctype html><p>Welcome'), /not JSON/],
    [
      'JSON nested ten thousand deep',
      (_, response) => response.end('['.repeat(10_000) + ']'.repeat(10_000)),
      /no GeoJSON/,
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
      Array(INPUTS).fill(expect.stringMatching(/no answer before the deadline$/)),
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
      Array(INPUTS).fill(expect.stringMatching(/larger than 8388608 bytes$/)),
    );
    expect(requests).toBe(INPUTS);
    expect(sent).toBeLessThan(INPUTS * MOST_PER_REQUEST);
  });
});

describe('a feed with rows that are of no use', () => {
  it('a million of them: the feed has failed, and the run ends in time', async () => {
    const million = `{"type":"FeatureCollection","features":[${Array(1_000_000).fill('{}').join()}]}`;
    const { report } = await runAgainst((request, response) => {
      response.end(isUsgs(request.url) ? million : JSON.stringify(featureCollection([recentRow()])));
    });

    expect(report.inputs.at(-1)).toMatchObject({
      input: 'usgs',
      status: 'failed',
      message: 'none of the 1000000 rows could be read',
    });
    expect(report.counts.persisted).toBe(REGION_IDS.length);
    expect(report.durationMs).toBeLessThan(report.budgetMs);
  });

  it('HTML in names stays text, and only http and https links are kept', async () => {
    const name = '<img src=x onerror=alert(1)>';
    const urls = ['javascript:alert(1)', 'data:text/html,x', 'https://www.gdacs.org/report.aspx?eventid=1'];
    const rows = urls.map((report, i) =>
      recentRow({ eventtype: 'EQ', eventid: 1 + i, name, url: { report, details: '', geometry: '' } }),
    );
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

describe('one hostile feed among honest ones', () => {
  it.each<[string, (response: ServerResponse) => void]>([
    ['500', (response) => response.writeHead(500).end()],
    ['that floods', (response) => flood(response, () => undefined)],
    ['of nonsense', (response) => response.end('nonsense')],
    ['that never answers', () => undefined],
  ])('%s: it is missing, and all regions are stored with less confidence', async (_, answer) => {
    const { report, snapshots } = await runAgainst((request, response) => {
      if (isUsgs(request.url)) answer(response);
      else response.end(JSON.stringify(featureCollection([recentRow()])));
    }, 4_000);

    expect(report.counts.persisted).toBe(REGION_IDS.length);
    expect(report.inputs.at(-1)).toMatchObject({ input: 'usgs', status: 'failed' });
    for (const { meta } of snapshots) expect(meta).toMatchObject({ missing_inputs: ['usgs'] });
  });
});
