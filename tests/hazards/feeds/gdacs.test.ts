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

/** Answers page n with the nth body. */
function servePages(bodies: readonly unknown[]) {
  return serve((request, response) => {
    const number = Number(new URL(request.url ?? '', 'http://localhost').searchParams.get('pageNumber'));
    const body = bodies[number - 1];
    if (body === undefined) response.writeHead(204).end();
    else response.end(JSON.stringify(body));
  });
}

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

  it('asks for its type, every level, the window and pages of 100', async () => {
    await using served = await serveJson(featureCollection([]));
    await feedNamed('gdacs-tc', served.url).read(CONTEXT);
    const { searchParams } = new URL(served.requests[0] ?? '', served.url);
    expect(Object.fromEntries(searchParams)).toEqual({
      eventlist: 'TC',
      alertlevel: 'Green;Orange;Red',
      fromDate: '2026-03-06',
      toDate: '2026-03-11',
      pageSize: '100',
      pageNumber: '1',
    });
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

  it('refuses an address that is none', () => {
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
    expect(reading.notes).toEqual([]);
    expect(served.requests).toHaveLength(3);
  });

  it('end with an empty answer, 204, after a full one', async () => {
    await using served = await servePages([page(100, 1)]);
    const reading = await feedNamed('gdacs-tc', served.url).read(CONTEXT);
    expect(reading.events).toHaveLength(100);
    expect(served.requests).toHaveLength(2);
  });

  it('end after five, which is said', async () => {
    await using served = await servePages(
      Array.from({ length: 9 }, (_, index) => page(100, 1 + index * 100)),
    );
    const reading = await feedNamed('gdacs-tc', served.url).read(CONTEXT);
    expect(reading.events).toHaveLength(500);
    expect(reading.notes).toEqual(['there may be more than 5 full pages of rows']);
    expect(served.requests).toHaveLength(5);
  });

  it('count an event once that moved from one to the next, by its latest observation', async () => {
    const moved = { eventid: 100, todate: '2026-03-10T11:59:00', alertlevel: 'Red' };
    await using served = await servePages([page(100, 1), featureCollection([gdacsRow(moved)])]);
    const { events } = await feedNamed('gdacs-tc', served.url).read(CONTEXT);
    expect(events).toHaveLength(100);
    expect(events.filter(({ id }) => id === 'gdacs:TC:100')).toMatchObject([{ alertLevel: 'red' }]);
  });

  it('fail the feed when one of them fails', async () => {
    await using served = await servePages([page(100, 1), { message: 'busy' }]);
    await expect(feedNamed('gdacs-tc', served.url).read(CONTEXT)).rejects.toThrow(
      'no GeoJSON FeatureCollection',
    );
  });

  it('hold the 2,000 rows that are read; the others are skipped', async () => {
    // A page that ignores its size, and does not end the paging either.
    await using served = await servePages([page(2_500, 1)]);
    const reading = await feedNamed('gdacs-tc', served.url).read(CONTEXT);
    expect(reading.events).toHaveLength(2_000);
    expect(reading.skipped).toBe(500);
  });

  it('may hold a million rows', async () => {
    await using served = await servePages([featureCollection([gdacsRow(), ...Array(1_000_000).fill({})])]);
    const reading = await feedNamed('gdacs-tc', served.url).read(CONTEXT);
    expect(reading).toMatchObject({ skipped: 1_000_000 });
    expect(reading.events).toHaveLength(1);
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
      notes: [],
    });
  });

  it.each([
    ['an error object', { error: 'maintenance' }],
    ['a list', [gdacsRow()]],
    ['null', null],
    ['features that are none', { type: 'FeatureCollection', features: {} }],
    ['another GeoJSON', { type: 'Feature', features: [] }],
  ])('fails on %s', async (_name, body) => {
    await using served = await serveJson(body);
    await expect(feedNamed('gdacs-tc', served.url).read(CONTEXT)).rejects.toThrow(
      'no GeoJSON FeatureCollection',
    );
  });

  it('skips the rows it cannot read and keeps the others', async () => {
    await using served = await serveJson(
      featureCollection([null, gdacsRow(), 'row', gdacsRow({ eventid: 'x' }), {}]),
    );
    const reading = await feedNamed('gdacs-tc', served.url).read(CONTEXT);
    expect(reading.events).toHaveLength(1);
    expect(reading.skipped).toBe(4);
  });
});
