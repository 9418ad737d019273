import type { RequestListener, ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { REGION_IDS } from '../../lib/hazards/regions/regions.js';
import { AssessedSnapshotSchema } from '../../lib/hazards/snapshot.js';
import { featureCollection } from '../hazards/support/serve.js';
import { flood, INPUTS, isUsgs, recentRow, runAgainst as runOf } from './hostile/run-against.js';
import { type Stage, startStage } from './suite/stage.js';

vi.setConfig({ testTimeout: 60_000 });

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
beforeEach(() => stage.clear());
afterAll(() => stage.close());

const runAgainst = (listener: RequestListener, budgetMs?: number) => runOf(stage, listener, budgetMs);

/** A row of the type that is asked for, an hour old. */
const honestAnswer = (url: string | undefined) => {
  const eventtype = new URL(url ?? '', 'http://localhost').searchParams.get('eventlist');
  return JSON.stringify(featureCollection([recentRow({ eventtype })]));
};

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
