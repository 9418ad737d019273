import { describe, expect, it } from 'vitest';
import { createGdacsFeeds } from '../../../lib/hazards/feeds/gdacs.js';
import { type Answer, rows, status } from '../support/answers.js';
import { readGdacsRow } from '../support/read-row.js';
import { gdacsRow, NOW } from '../support/rows.js';
import { rssFeed, rssItem } from '../support/rss.js';
import { AT_ONCE, endlessWait, NEVER, serve } from '../support/serve.js';

const silence: Answer = () => undefined;

/** Reads feeds whose search and RSS feed answer as given, all in one run. */
async function readBoth(
  { search, rss }: { search: Answer; rss: string | Answer },
  names: readonly string[] = ['gdacs-tc'],
  { signal = NEVER, wait = AT_ONCE.wait, fetch = globalThis.fetch } = {},
) {
  await using served = await serve((request, response) => {
    if (!request.url?.startsWith('/rss')) search(response);
    else if (typeof rss === 'string') response.end(rss);
    else rss(response);
  });
  const rssUrl = new URL('/rss', served.url).href;
  const feeds = createGdacsFeeds({ url: served.url, rssUrl, ...AT_ONCE, wait, fetch });
  const readings = await Promise.allSettled(
    feeds.filter(({ name }) => names.includes(name)).map((feed) => feed.read({ now: NOW, signal })),
  );
  return { readings, rssRequests: served.requests.filter((url) => url.startsWith('/rss')).length };
}

async function readOne(...args: Parameters<typeof readBoth>) {
  const { readings } = await readBoth(...args);
  const [reading] = readings;
  if (reading?.status !== 'fulfilled') throw reading?.reason;
  return reading.value;
}

describe('the RSS feed, where the search fails', () => {
  it('says what the search would have said', async () => {
    const reading = await readOne({ search: status(503), rss: rssFeed([rssItem()]) });
    const searched = readGdacsRow(
      gdacsRow({
        severitydata: { severitytext: 'Tropical Storm (maximum wind speed of 120 km/h)' },
        country: 'Philippines, Viet Nam',
      }),
    );
    expect(reading.events.map((event) => ({ ...event, url: null }))).toEqual([
      { ...(typeof searched === 'string' ? {} : searched), url: null },
    ]);
    expect(reading).toMatchObject({
      skipped: 0,
      asOf: NOW - 60_000,
      gaps: [],
      notes: [expect.stringMatching(/^read from the RSS feed, because of the search: .*HTTP 503$/)],
    });
  });

  it('is requested once, whatever the number of types', async () => {
    const items = ['EQ', 'TC', 'FL', 'DR', 'VO', 'WF'].map((type) => rssItem({ 'gdacs:eventtype': type }));
    const names = ['gdacs-eq', 'gdacs-tc', 'gdacs-fl', 'gdacs-dr', 'gdacs-vo', 'gdacs-wf'];
    const { readings, rssRequests } = await readBoth({ search: status(503), rss: rssFeed(items) }, names);
    expect(rssRequests).toBe(1);
    expect(readings.map((reading) => reading.status === 'fulfilled' && reading.value.gaps)).toEqual(
      Array(6).fill([]),
    );
  });

  it('is not requested when the search is complete', async () => {
    const { rssRequests } = await readBoth({ search: rows(gdacsRow()), rss: status(500) });
    expect(rssRequests).toBe(0);
  });

  it('is there when the search does not answer before the deadline', async () => {
    const deadline = new AbortController();
    const fetch: typeof globalThis.fetch = async (url, init) => {
      const response = await globalThis.fetch(url, init);
      const text = await response.text();
      // The next turn of the event loop comes after the reader has the text.
      setImmediate(() => deadline.abort());
      return new Response(text, response);
    };
    const reading = await readOne({ search: silence, rss: rssFeed([rssItem()]) }, ['gdacs-tc'], {
      signal: deadline.signal,
      fetch,
    });
    expect(reading).toMatchObject({ events: [{ id: 'gdacs:TC:7000001' }], gaps: [] });
  });

  it('waits for a search that may still answer', async () => {
    const { rssRequests } = await readBoth({ search: rows(gdacsRow()), rss: status(500) }, ['gdacs-tc'], {
      wait: endlessWait,
    });
    expect(rssRequests).toBe(0);
  });

  it.each([
    [
      'without a type that always has events',
      rssFeed([rssItem()]),
      'the answer is empty, which this feed never is',
    ],
    [
      'made 25 hours ago',
      rssFeed([rssItem({ 'gdacs:eventtype': 'EQ' })], NOW - 25 * 3_600_000),
      'its latest update is 25 hours old',
    ],
    [
      'with an item that cannot be read',
      rssFeed([rssItem({ 'gdacs:eventtype': 'EQ', 'georss:point': null })]),
      '1 row could not be read',
    ],
    [
      'with a date that cannot be read',
      rssFeed([rssItem({ 'gdacs:eventtype': 'EQ', 'gdacs:todate': 'soon' })]),
      '1 row could not be read',
    ],
  ])('leaves the input incomplete when it is %s', async (_name, rss, gap) => {
    const reading = await readOne({ search: status(503), rss }, ['gdacs-eq']);
    expect(reading.gaps).toEqual([expect.stringMatching(/HTTP 503$/), gap]);
    expect(reading.notes).toEqual([]);
  });

  it.each([
    ['an error', status(502), /HTTP 503; .*\/rss: HTTP 502$/],
    ['HTML', '<html><p>Welcome', /the answer is not an RSS feed$/],
    ['JSON', '{"type":"FeatureCollection"}', /the answer is not an RSS feed$/],
    [
      'entities of its own',
      '<!DOCTYPE rss [<!ENTITY a "b">]><rss><channel><title>&a;</title></channel></rss>',
      /the answer is not an RSS feed$/,
    ],
    ['deep nesting', '<a>'.repeat(50_000), /the answer is not an RSS feed$/],
    [
      'a million elements',
      `<rss><channel>${'<a/>'.repeat(1_000_000)}</channel></rss>`,
      /has more than 300000 values$/,
    ],
    [
      'mostly line breaks',
      `<rss><channel><title>${'\r\n'.repeat(400_000)}</title></channel></rss>`,
      /is empty, which it never is$/,
    ],
    ['more than 2,000 items', rssFeed(Array(2_001).fill('<item/>')), /more than 2000 items$/],
  ] satisfies [string, string | Answer, RegExp][])(
    'fails with the search when it is %s',
    async (_name, rss, message) => {
      await expect(readOne({ search: status(503), rss })).rejects.toThrow(message);
    },
  );
});

describe('the RSS feed, where the search leaves a gap', () => {
  const page = Array.from({ length: 100 }, (_, index) => gdacsRow({ eventid: index + 1 }));
  const items = page.map((_row, index) => rssItem({ 'gdacs:eventid': String(index + 1) }));

  it('closes it when it has all that the search had', async () => {
    // The same full page, whatever is asked for.
    const reading = await readOne({
      search: rows(...page),
      rss: rssFeed([...items, rssItem({ 'gdacs:eventid': '500' })]),
    });
    expect(reading.events).toHaveLength(101);
    expect(reading.gaps).toEqual([]);
    expect(reading.notes).toEqual([expect.stringContaining('page 2 repeats the pages before it')]);
  });

  it('does not close it when it has less', async () => {
    const reading = await readOne({ search: rows(...page), rss: rssFeed(items.slice(2)) });
    expect(reading.events).toHaveLength(100);
    expect(reading.gaps).toEqual([
      'page 2 repeats the pages before it',
      'the RSS feed lacks 2 of the events in the search',
    ]);
  });

  it('does not make up for rows that could not be read, but adds what it has', async () => {
    const search = rows(gdacsRow({ todate: '0001-01-01T00:00:00' }));
    const reading = await readOne({ search, rss: rssFeed([rssItem({ 'gdacs:alertlevel': 'Red' })]) });
    expect(reading).toMatchObject({ events: [{ severity: 1 }], skipped: 2 });
    expect(reading.gaps).toContain('2 rows could not be read');
  });

  it('says what is more severe, with the countries of both', async () => {
    const search = rows(
      ...page.map((row, index) => (index === 0 ? gdacsRow({ eventid: 1, iso3: 'JPN' }) : row)),
    );
    const reading = await readOne({
      search,
      rss: rssFeed([rssItem({ 'gdacs:eventid': '1', 'gdacs:alertlevel': 'Red' })]),
    });
    expect(reading.events.find(({ id }) => id === 'gdacs:TC:1')).toMatchObject({
      alertLevel: 'red',
      countries: ['JP', 'PH', 'VN'],
    });
  });

  it.each([
    ['nothing', '7000009', 'Green', true],
    ['something orange', '7000001', 'Orange', undefined],
  ])('believes that only green is missing when it adds %s', async (_what, id, level, onlyCalmMissing) => {
    // Nothing is orange or red, and green is not answered.
    const search: Answer = (response) =>
      status(response.req.url?.includes('alertlevel=Green') ? 503 : 204)(response);
    const unreadable = rssItem({ 'gdacs:alertlevel': 'Purple' });
    const rss = rssFeed([rssItem({ 'gdacs:eventid': id, 'gdacs:alertlevel': level }), unreadable]);
    const reading = await readOne({ search, rss });
    expect(reading.events).toMatchObject([{ id: `gdacs:TC:${id}` }]);
    expect(reading.onlyCalmMissing).toBe(onlyCalmMissing);
  });

  it('is only a remark when it fails itself', async () => {
    const reading = await readOne({ search: rows(...page), rss: status(503) });
    expect(reading.events).toHaveLength(100);
    expect(reading.gaps).toEqual([
      'page 2 repeats the pages before it',
      expect.stringMatching(/\/rss: HTTP 503$/),
    ]);
  });
});
