import type { IncomingMessage, ServerResponse } from 'node:http';
import { expect, vi } from 'vitest';
import { dedupeEvents, type HazardEvent } from '../../lib/hazards/event.js';
import type { FeedReading } from '../../lib/hazards/feeds/feed.js';
import { createFeeds } from '../../lib/hazards/feeds/feeds.js';
import { codesOfNames } from '../../lib/hazards/regions/countries.js';
import { createGeography, regionsOfEvent } from '../../lib/hazards/regions/points.js';
import { rows, status } from './support/answers.js';
import { hazardEvent } from './support/events.js';
import { judgeOddFeeds, type OddCases } from './support/odd-feeds.js';
import { readGdacsRow } from './support/read-row.js';
import { gdacsRow, NOW, usgsRow } from './support/rows.js';
import { AT_ONCE, NEVER, serve } from './support/serve.js';

type Answer = (response: ServerResponse, request: IncomingMessage) => void;
type Outcome = FeedReading | { readonly failed: string };

/** Reads one input of which every request is answered by the same function, or in turn by several. */
async function hear(name: string, answers: Answer | readonly Answer[], deps: object = {}): Promise<Outcome> {
  let asked = 0;
  await using served = await serve((request, response) => {
    const list = typeof answers === 'function' ? [answers] : answers;
    (list[asked] ?? list.at(-1))?.(response, request);
    asked += 1;
  });
  const feeds = createFeeds({ GDACS_URL: served.url, USGS_URL: served.url }, { ...AT_ONCE, ...deps });
  const feed = feeds.find((candidate) => candidate.name === name);
  if (feed === undefined) throw new Error(`no feed ${name}`);
  try {
    return await feed.read({ now: NOW, signal: NEVER });
  } catch (error) {
    return { failed: String(error) };
  }
}

/** Answers page n of the search for orange and red with the nth answer, the last of them ever after, and green with 204. */
const pages =
  (...answers: readonly Answer[]): Answer =>
  (response, request) => {
    const { searchParams } = new URL(request.url ?? '', 'http://localhost');
    const page = Number(searchParams.get('pageNumber'));
    if (searchParams.get('alertlevel') === 'Green') response.writeHead(204).end();
    else (answers[page - 1] ?? answers.at(-1))?.(response, request);
  };

const page = (first: number, fields: Record<string, unknown> = {}) =>
  rows(
    ...Array.from({ length: 100 }, (_, index) =>
      gdacsRow({ eventid: first + index, alertlevel: index === 0 ? 'Red' : 'Green', ...fields }),
    ),
  );

const ALL_INPUTS = ['gdacs-eq', 'gdacs-tc', 'gdacs-fl', 'gdacs-dr', 'gdacs-vo', 'gdacs-wf', 'usgs'];
const INCOMPLETE = { gaps: [expect.any(String)] };
const COMPLETE = { gaps: [], skipped: 0 };

async function regionsAt(longitude: number, latitude: number): Promise<readonly string[]> {
  const event = hazardEvent({ longitude, latitude, countries: [] });
  return regionsOfEvent(event, await createGeography().load());
}

function summaryOf(eventtype: string, fields: Record<string, unknown>): string {
  const event = readGdacsRow(gdacsRow({ eventtype, ...fields }), eventtype);
  return typeof event === 'string' ? event : event.summary;
}

/** What only a run with its memory can get right. */
const OF_A_RUN = 'needs the memory of a run';
/** What only the assessment of a region can get right. */
const OF_AN_ASSESSMENT = 'is decided by the assessment of a region';

const CASES: OddCases = {
  'unknown-is-never-calm': [
    async () => {
      const heard = await hear('usgs', rows(usgsRow({ mag: 7.8, alert: 'pending' })));
      expect(heard).toMatchObject({ events: [{ severity: 2 / 3 }], ...COMPLETE });
    },
    async () => {
      const row = gdacsRow({ alertlevel: 'Red', todate: '2026-03-10 10:00:00' });
      expect(await hear('gdacs-tc', rows(row))).toMatchObject({ events: [{ severity: 1 }], ...COMPLETE });
    },
    async () => {
      const events = ['eq', 'tc', 'fl', 'dr', 'vo', 'wf'];
      const heard = await Promise.all(
        events.map((type) => hear(`gdacs-${type}`, rows(gdacsRow({ eventtype: type })))),
      );
      expect(heard).toMatchObject(events.map(() => ({ events: [{ severity: 0.5 }], ...COMPLETE })));
    },
    async () => {
      const row = gdacsRow({ eventtype: 'WF', alertlevel: '1.5' });
      expect(await hear('gdacs-wf', rows(row))).toMatchObject({
        events: [{ alertLevel: 'orange' }],
        ...COMPLETE,
      });
    },
    async () => {
      expect(await hear('gdacs-tc', rows(gdacsRow({ todate: '0001-01-01T00:00:00' })))).toMatchObject({
        events: [],
        ...INCOMPLETE,
      });
    },
    async () => {
      const heard = await hear('gdacs-tc', pages(page(1), status(500)));
      expect(heard).toMatchObject(INCOMPLETE);
      expect('events' in heard && heard.events.filter(({ severity }) => severity === 1)).toHaveLength(1);
    },
    async () => {
      const fires = [1, 101, 201].map((first) => page(first, { eventtype: 'WF' }));
      const heard = await hear('gdacs-wf', pages(...fires, status(503)));
      expect(heard).toMatchObject(INCOMPLETE);
      expect('events' in heard && heard.events).toHaveLength(300);
    },
    async () => {
      const heard = await hear('gdacs-tc', page(1));
      expect(heard).toMatchObject(INCOMPLETE);
      expect('events' in heard && heard.events).toHaveLength(100);
    },
    async () => {
      const heard = await hear('gdacs-tc', [status(400), rows(gdacsRow())]);
      expect(heard).toMatchObject({ events: [{ severity: 0.5 }], ...COMPLETE });
    },
    async () => {
      const waits: number[] = [];
      const wait = async (ms: number) => void waits.push(ms);
      const answers = [status(429, { 'retry-after': '3' }), rows(gdacsRow())];
      expect(await hear('gdacs-tc', answers, { wait })).toMatchObject(COMPLETE);
      expect(waits).toContain(3_000);
    },
    async () => {
      // Nothing but the signal of the run limits an attempt: no timer of 15 s, nor of 20.
      const timers = vi.spyOn(globalThis, 'setTimeout');
      const heard = await hear('gdacs-tc', rows(gdacsRow()), { timeoutMs: undefined });
      const limits = timers.mock.calls.map(([, ms]) => ms ?? 0);
      timers.mockRestore();
      expect(heard).toMatchObject(COMPLETE);
      const ofAttempts = limits.filter((ms) => ms >= 10_000 && ms < 600_000);
      expect(ofAttempts).toEqual([]);
    },
    async () => {
      for (const name of ALL_INPUTS) {
        expect(await hear(name, (response) => void response.end())).toEqual({
          failed: expect.stringMatching(/the answer is empty$/),
        });
      }
    },
    async () => {
      for (const name of ALL_INPUTS) {
        const mayBeEmpty = name === 'gdacs-tc' || name === 'gdacs-vo';
        expect(await hear(name, rows())).toMatchObject(mayBeEmpty ? COMPLETE : INCOMPLETE);
      }
    },
    OF_A_RUN,
    OF_A_RUN,
    OF_A_RUN,
    OF_A_RUN,
  ],
  places: [
    async () => expect(await regionsAt(-111.2, 11.9)).toEqual(['global']),
    async () => expect(await regionsAt(-165.6, 36.7)).toEqual(['global']),
    async () => expect(await regionsAt(68.93, -23.1)).toEqual(['global']),
    async () => expect(await regionsAt(26.79, 37.92)).toEqual(['europe', 'global']),
    async () => {
      const row = gdacsRow({
        country: 'Viet Nam, Philippines',
        affectedcountries: [{ iso2: 'PH', iso3: 'PHL' }],
      });
      expect(readGdacsRow(row)).toMatchObject({ countries: ['PH', 'VN'] });
    },
    async () => {
      const countries = codesOfNames('Bermuda, Bahamas');
      const regions = regionsOfEvent(hazardEvent({ countries }), await createGeography().load());
      expect([...regions].sort()).toEqual(['global', 'latam', 'north-america']);
    },
    async () => {
      for (const [longitude, latitude] of [
        [-177.37, 28.2],
        [166.63, 19.29],
        [-169.53, 16.73],
      ] as const) {
        expect(await regionsAt(longitude, latitude)).toEqual(['east-asia', 'global']);
      }
    },
  ],
  texts: [
    async () => {
      const fields = { name: 'Flood in China', severitydata: { severitytext: 'Magnitude 0 ' } };
      expect(summaryOf('FL', fields)).toBe('Flood in China');
    },
    async () => {
      const severitytext = 'Tropical Storm (maximum wind speed of 269 km/h)';
      expect(summaryOf('TC', { severitydata: { severitytext } })).toBe(
        'Tropical Cyclone EXAMPLE-26: maximum wind speed of 269 km/h',
      );
    },
    async () => {
      const names = ['Argentina', 'Bolivia', 'Colombia', '', ...Array(22).fill('Ecuador and its islands')];
      const name = `Drought in ${names.join(', ')}`;
      const summary = summaryOf('DR', {
        name,
        severitydata: { severitytext: 'Severe impact in 412000 km2' },
      });
      expect(summary).toMatch(
        /^Drought in Argentina, Bolivia, Colombia, Ecuador .* and \d+ more: Severe impact in/,
      );
    },
  ],
  counts: [
    OF_AN_ASSESSMENT,
    async () => {
      const quake: HazardEvent = hazardEvent({
        id: 'gdacs:EQ:1',
        type: 'earthquake',
        severity: 1,
        alertLevel: 'red',
      });
      const twin = { ...quake, id: 'gdacs:EQ:2', latitude: quake.latitude + 0.009 };
      expect(dedupeEvents([quake, twin])).toMatchObject([{ id: 'gdacs:EQ:1', alertLevel: 'red' }]);
    },
    async () => {
      // 13:44 in Italy is 12:44 UTC, and it is 12:00.
      const row = gdacsRow({
        eventtype: 'VO',
        fromdate: '2026-03-10T13:44:00',
        todate: '2026-03-10T13:44:00',
      });
      expect(readGdacsRow(row, 'VO')).toMatchObject({ startedAt: NOW, observedAt: NOW });
    },
  ],
  windows: [
    async () => {
      const row = gdacsRow({ eventtype: 'FL', todate: '2026-03-06T06:00:00' });
      expect(readGdacsRow(row, 'FL')).toMatchObject({ type: 'flood' });
    },
  ],
};

judgeOddFeeds('odd feeds', CASES);
