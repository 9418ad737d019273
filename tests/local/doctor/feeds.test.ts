import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFeeds, type FeedUrls } from '../../../lib/hazards/feeds/feeds.js';
import { systemClock } from '../../../lib/limits/deadline.js';
import { runGroup } from '../../../local/doctor/check.js';
import { feedsGroup } from '../../../local/doctor/feeds.js';
import { type SampleFeeds, startSampleFeeds } from '../../../local/feeds/server.js';
import { startTinySite } from './tiny-site.js';

let feeds: SampleFeeds;
beforeAll(async () => {
  feeds = await startSampleFeeds();
});
afterAll(() => feeds.close());

function check(change: FeedUrls = {}) {
  return runGroup(
    feedsGroup({ ...feeds.urls, ...change }, { clock: systemClock }),
    new AbortController().signal,
  );
}

async function checkUsgs(status: number, body: unknown) {
  const site = await startTinySite((_req, res) => res.writeHead(status).end(JSON.stringify(body)));
  const findings = await check({ USGS_URL: `${site.url}/quakes?key=s3cret-in-query` });
  await site.close();
  return findings.filter((finding) => finding.status !== 'ok');
}

describe('feedsGroup', () => {
  it('shows the rows of each feed, its events and their age', async () => {
    const findings = await check();
    expect(findings.map(({ status, subject }) => `${status} ${subject}`)).toEqual(
      createFeeds().map(({ name }) => `ok ${name}`),
    );
    expect(findings.find(({ subject }) => subject === 'usgs')?.seen).toMatch(
      /^9 rows, 5 events that count, the newest [\d.]+ h old, [\d,]+ ms$/,
    );
  });

  it('fails the one feed that refuses, without its query', async () => {
    const findings = await checkUsgs(404, {});
    expect(findings).toMatchObject([
      { status: 'fail', subject: 'usgs', seen: expect.stringContaining('HTTP 404') },
    ]);
    expect(JSON.stringify(findings)).not.toContain('s3cret');
  });

  it('fails feeds that cannot be reached', async () => {
    const findings = await check({ GDACS_URL: 'http://127.0.0.1:9/', GDACS_RSS_URL: undefined });
    expect(findings.map(({ status }) => status)).toEqual(
      createFeeds().map(({ name }) => (name.startsWith('gdacs-') ? 'fail' : 'ok')),
    );
  });

  it('warns of a feed that has nothing where there always is something', async () => {
    expect(await checkUsgs(200, { type: 'FeatureCollection', features: [] })).toMatchObject([
      { status: 'warn', subject: 'usgs', seen: expect.stringMatching(/^0 rows, 0 events/) },
    ]);
  });

  it('warns of rows that could not be read', async () => {
    expect(await checkUsgs(200, { type: 'FeatureCollection', features: [{}] })).toMatchObject([
      { status: 'warn', subject: 'usgs', seen: expect.stringContaining('1 row could not be read') },
    ]);
  });
});
