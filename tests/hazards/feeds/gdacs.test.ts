import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { createGdacsFeeds } from '../../../lib/hazards/feeds/gdacs.js';
import { gdacsRow, NOW } from '../support/rows.js';
import { AT_ONCE, featureCollection, NEVER, serve, serveJson } from '../support/serve.js';

const CONTEXT = { now: NOW, signal: NEVER };

function feedNamed(name: string, url: string) {
  const feed = createGdacsFeeds({ url, ...AT_ONCE }).find((candidate) => candidate.name === name);
  if (feed === undefined) throw new Error(`no feed ${name}`);
  return feed;
}

function page(size: number, firstId: number) {
  return featureCollection(
    Array.from({ length: size }, (_, index) => gdacsRow({ eventid: firstId + index })),
  );
}

function paramsOf(request: { readonly url?: string | undefined }): URLSearchParams {
  return new URL(request.url ?? '', 'http://localhost').searchParams;
}

type Answer = unknown | ((response: ServerResponse) => void);

/** Answers page n of the urgent levels with the nth body, and of the others with 204. */
function servePages(urgent: readonly Answer[], others: readonly Answer[] = []) {
  return serve((request, response) => {
    const params = paramsOf(request);
    const bodies = params.get('alertlevel') === 'Green' ? others : urgent;
    const body = bodies[Number(params.get('pageNumber')) - 1];
    if (typeof body === 'function') body(response);
    else if (body === undefined) response.writeHead(204).end();
    else response.end(JSON.stringify(body));
  });
}

const status = (code: number) => (response: ServerResponse) => void response.writeHead(code).end();

/** Path and query of the requests for urgent levels. */
const urgentOf = (requests: readonly string[]) =>
  requests.filter((url) => paramsOf({ url }).get('alertlevel') !== 'Green');

describe('createGdacsFeeds', () => {
  it('makes one feed for each type', () => {
    expect(createGdacsFeeds().map(({ name }) => name)).toEqual([
      'gdacs-eq',
      'gdacs-tc',
      'gdacs-fl',
      'gdacs-dr',
      'gdacs-vo',
      'gdacs-wf',
    ]);
  });

  it('asks for orange and red first and then for green: its type, the window, pages of 100', async () => {
    await using served = await serveJson(featureCollection([]));
    await feedNamed('gdacs-tc', served.url).read(CONTEXT);
    expect(served.requests.map((url) => Object.fromEntries(paramsOf({ url })))).toEqual(
      ['Orange;Red', 'Green'].map((alertlevel) => ({
        eventlist: 'TC',
        alertlevel,
        fromDate: '2026-03-06',
        toDate: '2026-03-11',
        pageSize: '100',
        pageNumber: '1',
      })),
    );
  });

  it('asks for green while the answer about orange and red is long in coming', async () => {
    let first: ServerResponse | undefined;
    await using served = await serve((request, response) => {
      if (paramsOf(request).get('alertlevel') !== 'Green') first = response;
      else {
        response.writeHead(204).end();
        first?.end(JSON.stringify(featureCollection([gdacsRow()])));
      }
    });
    const reading = await feedNamed('gdacs-tc', served.url).read(CONTEXT);
    expect(reading).toMatchObject({ events: [{ id: 'gdacs:TC:7000001' }], gaps: [] });
  });

  it('asks for droughts of ten days', async () => {
    await using served = await serveJson(featureCollection([]));
    await feedNamed('gdacs-dr', served.url).read(CONTEXT);
    expect(served.requests[0]).toContain('fromDate=2026-02-28');
  });

  it('keeps the query of an address that replaces its own', async () => {
    await using served = await serveJson(featureCollection([]));
    await feedNamed('gdacs-vo', `${served.url}?token=1`).read(CONTEXT);
    expect(served.requests[0]).toMatch(/^\/feed\?token=1&eventlist=VO&/);
  });

  it('refuses an address that is not a URL', () => {
    expect(() => createGdacsFeeds({ url: 'gdacs' })).toThrow(TypeError);
  });

  it('lets a type that fails take no other with it', async () => {
    await using served = await serve((request, response) => {
      if (request.url?.includes('eventlist=WF')) response.writeHead(403).end();
      else response.end(JSON.stringify(featureCollection([gdacsRow()])));
    });
    const feeds = createGdacsFeeds({ url: served.url, ...AT_ONCE });
    const results = await Promise.allSettled(feeds.map((feed) => feed.read(CONTEXT)));
    expect(results.map(({ status }) => status)).toEqual([...Array(5).fill('fulfilled'), 'rejected']);
  });
});

describe('the pages of a GDACS feed', () => {
  it('end with a short one', async () => {
    await using served = await servePages([page(100, 1), page(100, 101), page(7, 201), page(100, 301)]);
    const reading = await feedNamed('gdacs-tc', served.url).read(CONTEXT);
    expect(reading.events).toHaveLength(207);
    expect(reading.gaps).toEqual([]);
    expect(urgentOf(served.requests)).toHaveLength(3);
  });

  it('end with an empty answer, 204, after a full one', async () => {
    await using served = await servePages([page(100, 1)]);
    const reading = await feedNamed('gdacs-tc', served.url).read(CONTEXT);
    expect(reading).toMatchObject({ gaps: [] });
    expect(reading.events).toHaveLength(100);
    expect(urgentOf(served.requests)).toHaveLength(2);
  });

  it('end after five, which is said', async () => {
    await using served = await servePages(
      Array.from({ length: 9 }, (_, index) => page(100, 1 + index * 100)),
    );
    const reading = await feedNamed('gdacs-tc', served.url).read(CONTEXT);
    expect(reading.events).toHaveLength(500);
    expect(reading.gaps).toEqual(['there may be more than 5 full pages of rows']);
    expect(urgentOf(served.requests)).toHaveLength(5);
  });

  it('count an event once that moved from one to the next, by its latest observation', async () => {
    const moved = { eventid: 100, todate: '2026-03-10T11:59:00', alertlevel: 'Red' };
    await using served = await servePages([page(100, 1), featureCollection([gdacsRow(moved)])]);
    const { events } = await feedNamed('gdacs-tc', served.url).read(CONTEXT);
    expect(events).toHaveLength(100);
    expect(events.filter(({ id }) => id === 'gdacs:TC:100')).toMatchObject([{ alertLevel: 'red' }]);
  });

  it('count, though the one after them fails: the input is incomplete', async () => {
    await using served = await servePages([page(100, 1), status(500)]);
    const reading = await feedNamed('gdacs-tc', served.url).read(CONTEXT);
    expect(reading.events).toHaveLength(100);
    expect(reading.gaps).toEqual([expect.stringMatching(/\/feed: HTTP 500$/)]);
  });

  it('count, though the search for the urgent levels fails', async () => {
    await using served = await servePages([status(503)], [page(3, 1)]);
    const reading = await feedNamed('gdacs-tc', served.url).read(CONTEXT);
    expect(reading.events).toHaveLength(3);
    expect(reading.gaps).toEqual([expect.stringMatching(/HTTP 503$/)]);
  });

  it('that repeat the ones before them are a gap, and end the paging', async () => {
    await using served = await servePages(Array(5).fill(page(100, 1)));
    const reading = await feedNamed('gdacs-tc', served.url).read(CONTEXT);
    expect(reading.events).toHaveLength(100);
    expect(reading.gaps).toEqual(['page 2 repeats the pages before it']);
    expect(urgentOf(served.requests)).toHaveLength(2);
  });

  it('are refused unread when they hold more than 2,000 rows', async () => {
    await using served = await servePages(
      [page(100, 1), featureCollection(Array(1_000_000).fill({}))],
      [page(3, 5_000)],
    );
    const reading = await feedNamed('gdacs-tc', served.url).read(CONTEXT);
    expect(reading.events).toHaveLength(103);
    expect(reading).toMatchObject({
      skipped: 0,
      gaps: [expect.stringMatching(/the answer has more than 2000 rows$/)],
    });
  });

  it('share one budget of bytes', async () => {
    const bulky = (firstId: number) =>
      featureCollection(
        Array.from({ length: 100 }, (_, index) =>
          gdacsRow({ eventid: firstId + index, description: 'x'.repeat(30_000) }),
        ),
      );
    await using served = await servePages([bulky(1), bulky(101), bulky(201), bulky(301)]);
    const reading = await feedNamed('gdacs-tc', served.url).read(CONTEXT);
    expect(reading.events).toHaveLength(200);
    expect(reading.gaps[0]).toMatch(/larger than 8388608 bytes$/);
  });

  it('fail the feed when none of their rows can be read: another format is unknown, not nothing', async () => {
    await using served = await servePages([featureCollection(Array(5).fill({}))]);
    await expect(feedNamed('gdacs-tc', served.url).read(CONTEXT)).rejects.toThrow('none of the 5 rows');
  });
});

describe('a GDACS feed', () => {
  it('has no events when it is answered 204', async () => {
    await using served = await servePages([]);
    expect(await feedNamed('gdacs-tc', served.url).read(CONTEXT)).toEqual({
      events: [],
      skipped: 0,
      asOf: null,
      gaps: [],
      notes: [],
    });
  });

  it.each([
    ['gdacs-eq', false],
    ['gdacs-tc', true],
    ['gdacs-fl', false],
    ['gdacs-dr', false],
    ['gdacs-vo', true],
    ['gdacs-wf', false],
  ])('may be empty or not: %s, %j', async (name, mayBe) => {
    for (const answers of [[], [featureCollection([])]]) {
      await using served = await servePages(answers, answers);
      const { gaps } = await feedNamed(name, served.url).read(CONTEXT);
      expect(gaps).toEqual(mayBe ? [] : ['the answer is empty, which this feed never is']);
    }
  });

  it('is as old as its latest change, and incomplete when that is a day ago', async () => {
    const flood = (datemodified: string) => gdacsRow({ eventtype: 'FL', datemodified });
    const rows = [flood('2026-03-09T11:00:00'), flood('2026-03-09T13:00:00')];
    const read = async (features: unknown[]) => {
      await using served = await servePages([featureCollection(features)]);
      return await feedNamed('gdacs-fl', served.url).read(CONTEXT);
    };
    expect(await read(rows)).toMatchObject({ asOf: Date.UTC(2026, 2, 9, 13), gaps: [] });
    expect(await read(rows.slice(0, 1))).toMatchObject({ gaps: ['its latest update is 25 hours old'] });

    // Without a word of changes, the newest event is what there is to go by.
    const silent = {
      eventtype: 'FL',
      datemodified: '',
      fromdate: '2026-02-07T12:00:00',
      todate: '2026-02-08T12:00:00',
    };
    expect(await read([gdacsRow(silent)])).toMatchObject({
      events: [],
      gaps: ['its latest update is 720 hours old'],
    });
  });

  it.each([
    ['EQ', 1],
    ['FL', 1],
    ['WF', 1],
    ['DR', 10],
  ])('is incomplete when nothing of %s was changed for longer than %d days', async (eventtype, days) => {
    const changed = async (time: number) => {
      const datemodified = new Date(time).toISOString().slice(0, 19);
      await using served = await servePages([featureCollection([gdacsRow({ eventtype, datemodified })])]);
      return await feedNamed(`gdacs-${eventtype.toLowerCase()}`, served.url).read(CONTEXT);
    };
    const limit = NOW - days * 86_400_000;
    expect(await changed(limit)).toMatchObject({ gaps: [] });
    expect(await changed(limit - 1_000)).toMatchObject({
      gaps: [`its latest update is ${days * 24} hours old`],
    });
  });

  it.each(['TC', 'VO'])('is complete however long nothing of %s was changed', async (eventtype) => {
    const row = gdacsRow({ eventtype, datemodified: '2026-01-01T00:00:00' });
    await using served = await servePages([featureCollection([row])]);
    const feed = feedNamed(`gdacs-${eventtype.toLowerCase()}`, served.url);
    expect(await feed.read(CONTEXT)).toMatchObject({ gaps: [] });
  });

  it.each([
    ['an error object', { error: 'maintenance' }],
    ['a list', [gdacsRow()]],
    ['null', null],
    ['features that are not a list', { type: 'FeatureCollection', features: {} }],
    ['another GeoJSON', { type: 'Feature', features: [] }],
  ])('fails on %s', async (_name, body) => {
    await using served = await serveJson(body);
    await expect(feedNamed('gdacs-tc', served.url).read(CONTEXT)).rejects.toThrow(
      'not a GeoJSON FeatureCollection',
    );
  });

  it('skips the rows it cannot read and keeps the others', async () => {
    await using served = await servePages([
      featureCollection([null, gdacsRow(), 'row', gdacsRow({ eventid: 'x' }), {}]),
    ]);
    const reading = await feedNamed('gdacs-tc', served.url).read(CONTEXT);
    expect(reading.events).toHaveLength(1);
    expect(reading).toMatchObject({ skipped: 4, gaps: ['4 rows could not be read'] });
  });
});
