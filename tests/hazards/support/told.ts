import fc from 'fast-check';
import { z } from 'zod';
import { gdacsRow, usgsRow } from './rows.js';
import { rssFeed, rssItem } from './rss.js';
import { featureCollection } from './serve.js';

const HOUR_MS = 3_600_000;

/** Inputs that are read, and how their feed may be judged by its silence. */
export const INPUTS = [
  { input: 'gdacs-tc', code: 'TC', neverEmpty: false, growsOld: false },
  { input: 'gdacs-vo', code: 'VO', neverEmpty: false, growsOld: false },
  { input: 'gdacs-fl', code: 'FL', neverEmpty: true, growsOld: true },
  { input: 'usgs', code: null, neverEmpty: true, growsOld: true },
] as const;
type Input = (typeof INPUTS)[number];

/** Addresses that {@link answerTo} answers. */
export const ADDRESSES = {
  gdacs: 'https://gdacs.test/search',
  rss: 'https://gdacs.test/rss',
  usgs: 'https://usgs.test/week',
};

/**
 * What the search for a type tells of its events, or USGS:
 *
 * - `all`, or all in rows that are 23 hours old; some in rows that are 25 hours old (`stale`)
 * - `part`: some, and a row that cannot be read
 * - `torn`: some on a full page, after which the next fails
 * - `repeats`: some on a full page, which comes again as every other
 * - `endless`: some on the first of five full pages
 * - `no-green`, `no-urgent`: one of the two questions is not answered
 * - `blind`: there is nothing orange or red, and no answer about green
 * - `green-repeats`: all, but the pages of green repeat
 * - `garbage`: a page of HTML; `unreadable`: rows of which none can be read; `empty`: no rows; `nothing`: 503
 */
type Tells =
  | 'all'
  | 'old'
  | 'stale'
  | 'part'
  | 'torn'
  | 'repeats'
  | 'endless'
  | 'no-green'
  | 'no-urgent'
  | 'blind'
  | 'green-repeats'
  | 'garbage'
  | 'unreadable'
  | 'empty'
  | 'nothing';

/** What the world is for one input, as severities of its events, and what is told of it. */
export interface Told {
  readonly world: readonly (number | null)[];
  readonly tells: Tells;
  /** Which events are told where some are. */
  readonly some: readonly boolean[];
  /** Which events the RSS feed has where it has some. */
  readonly inRss: readonly boolean[];
}

/**
 * What the RSS feed tells of all types: there may be `none`; it has `all` events, or says `less`, or less in an answer
 * that is 25 hours old (`stale`), or less and an item of each type that cannot be read (`unreadable`).
 */
type Rss = 'none' | 'all' | 'less' | 'stale' | 'unreadable' | 'garbage' | 'nothing';

/** One run, after so many hours. */
export interface Step {
  readonly hours: number;
  readonly told: readonly Told[];
  readonly rss: Rss;
}

const three = <T>(arbitrary: fc.Arbitrary<T>) => fc.array(arbitrary, { minLength: 3, maxLength: 3 });
const tellsOfGdacs: fc.Arbitrary<Tells> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom<Tells>('all', 'all', 'old') },
  { weight: 4, arbitrary: fc.constantFrom<Tells>('garbage', 'unreadable', 'empty', 'nothing') },
  { weight: 4, arbitrary: fc.constantFrom<Tells>('part', 'torn', 'repeats', 'stale') },
  { weight: 3, arbitrary: fc.constantFrom<Tells>('no-green', 'no-urgent', 'blind', 'green-repeats') },
  { weight: 1, arbitrary: fc.constant<Tells>('endless') },
);
const tellsOfUsgs = fc.constantFrom<Tells>(
  'all',
  'all',
  'old',
  'stale',
  'part',
  'garbage',
  'unreadable',
  'empty',
  'nothing',
);

function toldOf({ code }: Input): fc.Arbitrary<Told> {
  const levels = code === null ? [0, 1 / 3, 2 / 3, 1] : [0, 0.5, 1];
  const quiet = three(fc.constantFrom(null, 0));
  return fc.record({
    // Mostly quiet: where something is always wrong somewhere, nobody is tempted to say that all is calm.
    world: fc.oneof({ weight: 3, arbitrary: quiet }, three(fc.constantFrom(null, ...levels))),
    tells: code === null ? tellsOfUsgs : tellsOfGdacs,
    some: three(fc.boolean()),
    inRss: three(fc.boolean()),
  });
}

export const arbitrarySteps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    hours: fc.constantFrom(1, 6, 6, 12, 18, 24, 30),
    told: fc.tuple(...INPUTS.map(toldOf)),
    rss: fc.constantFrom<Rss>('none', 'none', 'all', 'less', 'stale', 'unreadable', 'garbage', 'nothing'),
  }),
  { minLength: 2, maxLength: 10 },
);

/** What was heard of an input. Worked out from what was told, without the code under test. */
export interface Heard {
  /** Whether that was all there is above severity 0, as far as anybody can tell. */
  readonly isComplete: boolean;
  /** Severities by event. */
  readonly said: ReadonlyMap<string, number>;
}

/** @returns null when nothing was heard */
export function heardOf(input: Input, told: Told, rss: Rss): Heard | null {
  const search = searchHeard(input, told);
  if (input.code === null || search?.isComplete) return search;
  const second = rssHeard(input, told, rss);
  if (search === null) return second;
  // Unless the RSS feed knows of something orange or red that it should have said.
  const isBelied = [...(second?.said ?? [])].some(([id, level]) => level > (search.said.get(id) ?? 0));
  const isSettled = search.onlyGreenIsMissing && !isBelied;
  if (second === null) return { said: search.said, isComplete: isSettled };
  // The RSS feed closes the gaps of a search of which it has everything, and it cannot know what a row says.
  const hasAll = [...search.said.keys()].every((id) => second.said.has(id));
  const closes = second.isComplete && hasAll && told.tells !== 'part';
  return { said: new Map([...search.said, ...second.said]), isComplete: closes || isSettled };
}

type Searched = Heard & { readonly onlyGreenIsMissing: boolean };

function searchHeard(input: Input, told: Told): Searched | null {
  const { tells } = told;
  if (['nothing', 'garbage', 'unreadable'].includes(tells)) return null;
  const said = saidOf(input, told, (event) => isInSearch(told, event));
  const isComplete =
    tells === 'all' ||
    tells === 'old' ||
    (tells === 'stale' && !input.growsOld) ||
    (tells === 'empty' && !input.neverEmpty);
  // Where there always is something, an answer without a row is not believed.
  const onlyGreenIsMissing =
    tells === 'green-repeats' ||
    ((tells === 'no-green' || tells === 'blind') && !(input.neverEmpty && said.size === 0));
  return { said, isComplete, onlyGreenIsMissing };
}

function rssHeard(input: Input, told: Told, rss: Rss): Heard | null {
  if (rss === 'none' || rss === 'garbage' || rss === 'nothing') return null;
  const said = saidOf(input, told, (event) => isInRss(told, rss, event));
  return { said, isComplete: rss === 'all' || rss === 'less' };
}

interface Event {
  readonly index: number;
  readonly level: number;
}

function eventsOf({ world }: Told, isTold: (event: Event) => boolean): Event[] {
  return world.flatMap((level, index) =>
    level !== null && isTold({ index, level }) ? [{ index, level }] : [],
  );
}

function isInSearch({ tells, some }: Told, { index, level }: Event): boolean {
  if (tells === 'all' || tells === 'old' || tells === 'green-repeats') return true;
  if (tells === 'no-green') return level > 0;
  if (tells === 'no-urgent') return level === 0;
  if (tells === 'empty' || tells === 'blind') return false;
  return some[index] === true;
}

function isInRss({ inRss }: Told, rss: Rss, { index }: Event): boolean {
  return rss === 'all' || inRss[index] === true;
}

function saidOf({ code }: Input, told: Told, isTold: (event: Event) => boolean): Map<string, number> {
  const idOf = ({ index }: Event) => (code === null ? `usgs:quake${index}` : `gdacs:${code}:${index + 1}`);
  return new Map(eventsOf(told, isTold).map((event) => [idOf(event), event.level]));
}

/** What a feed answers in a step. @param now epoch ms */
export function answerTo(url: URL, { told, rss }: Step, now: number): Response {
  const address = `${url.origin}${url.pathname}`;
  if (address === ADDRESSES.rss) return rssAnswer(told, rss, now);
  const code = address === ADDRESSES.usgs ? null : url.searchParams.get('eventlist');
  const one = told[INPUTS.findIndex((input) => input.code === code)];
  if (one === undefined) throw new Error(`nothing is told of ${url}`);
  if (one.tells === 'nothing') return new Response('', { status: 503 });
  if (one.tells === 'garbage') return new Response('<!doctype html><h1>Back soon</h1>');
  if (one.tells === 'empty') return collection([]);
  return code === null ? usgsAnswer(one, now) : searchAnswer(url.searchParams, code, one, now);
}

const PAGE_SIZE = 100;
const LEVELS = new Map([
  [0, 'Green'],
  [0.5, 'Orange'],
  [1, 'Red'],
]);
const ITALY = { country: 'Italy', iso3: 'ITA', affectedcountries: [{ iso2: 'IT', iso3: 'ITA' }] };

function collection(rows: readonly unknown[], metadata?: unknown): Response {
  return new Response(JSON.stringify({ ...featureCollection(rows), metadata }));
}

function searchAnswer(params: URLSearchParams, code: string, told: Told, now: number): Response {
  const { tells } = told;
  const isGreen = params.get('alertlevel') === 'Green';
  const page = Number(params.get('pageNumber'));
  if ((isGreen ? ['no-green', 'blind'] : ['no-urgent']).includes(tells))
    return new Response('', { status: 503 });
  const row = (fields: Readonly<Record<string, unknown>>) => {
    const at = isoAt(now - HOUR_MS);
    const datemodified = isoAt(now - ageOf(tells) * HOUR_MS);
    return gdacsRow({ eventtype: code, fromdate: at, todate: at, datemodified, ...fields });
  };
  if (tells === 'unreadable') return collection(Array(5).fill(row({ alertlevel: 'Purple' })));
  const rows = eventsOf(told, (event) => isInSearch(told, event) && (event.level === 0) === isGreen).map(
    ({ index, level }) => row({ eventid: index + 1, alertlevel: LEVELS.get(level) }),
  );
  // Where there always is something there is a green flood in Italy.
  if (isGreen && code === 'FL') rows.push(row({ eventid: 9, alertlevel: 'Green', ...ITALY }));
  if (!isGreen && tells === 'part') rows.push(row({ eventid: 8, todate: '0001-01-01T00:00:00' }));
  if (isGreen ? tells !== 'green-repeats' : !['torn', 'repeats', 'endless'].includes(tells)) {
    return rows.length === 0 ? new Response(null, { status: 204 }) : collection(rows);
  }
  if (tells === 'torn' && page > 1) return new Response('', { status: 503 });
  return collection([...(tells === 'endless' && page > 1 ? [] : rows), ...fillers(rows.length, tells, page)]);
}

/** Earthquakes, which fill a page and do not count in a search for something else. */
function fillers(rows: number, tells: Tells, page: number): readonly unknown[] {
  const first = tells === 'endless' ? page * PAGE_SIZE : 0;
  const count = tells === 'endless' && page > 1 ? PAGE_SIZE : PAGE_SIZE - rows;
  return Array.from({ length: count }, (_, i) => ({ properties: { eventtype: 'EQ', eventid: first + i } }));
}

const PAGER = new Map([
  [0, 'green'],
  [1 / 3, 'yellow'],
  [1, 'red'],
]);

function usgsAnswer(told: Told, now: number): Response {
  const { tells } = told;
  const time = now - HOUR_MS;
  const generated = now - ageOf(tells) * HOUR_MS;
  const quake = (id: string, latitude: number, fields: object) =>
    usgsRow(
      { time, updated: time, ...fields },
      { id, geometry: { type: 'Point', coordinates: [121, latitude, 9] } },
    );
  if (tells === 'unreadable')
    return collection(Array(5).fill(quake('quake9', 50, { alert: 'purple' })), { generated });
  const rows = eventsOf(told, (event) => isInSearch(told, event)).map(({ index, level }) => {
    const orange = index === 0 ? 'pending' : 'orange';
    return quake(`quake${index}`, 10 * index, { alert: PAGER.get(level) ?? orange });
  });
  // Most earthquakes have no alert, and there always is one.
  rows.push(quake('quake8', 40, { alert: null }));
  if (tells === 'part') rows.push(quake('quake9', 50, { alert: 'red', time: 'noon' }));
  return collection(rows, { generated });
}

function rssAnswer(told: readonly Told[], rss: Rss, now: number): Response {
  if (rss === 'nothing') return new Response('', { status: 503 });
  if (rss === 'garbage') return new Response('<!doctype html><h1>Back soon</h1>');
  const at = new Date(now - HOUR_MS).toUTCString();
  const item = (fields: Readonly<Record<string, string>>) =>
    rssItem({ 'gdacs:fromdate': at, 'gdacs:todate': at, 'gdacs:datemodified': at, ...fields });
  const items = INPUTS.flatMap(({ code }, i) => {
    const one = told[i];
    if (code === null || one === undefined) return [];
    const events = eventsOf(one, (event) => isInRss(one, rss, event)).map(({ index, level }) =>
      item({
        'gdacs:eventtype': code,
        'gdacs:eventid': `${index + 1}`,
        'gdacs:alertlevel': z.string().parse(LEVELS.get(level)),
      }),
    );
    const unread =
      rss === 'unreadable' ? [item({ 'gdacs:eventtype': code, 'gdacs:alertlevel': 'Purple' })] : [];
    return [...events, ...unread];
  });
  const flood = {
    'gdacs:eventtype': 'FL',
    'gdacs:eventid': '9',
    'gdacs:alertlevel': 'Green',
    'gdacs:iso3': 'ITA',
  };
  items.push(item({ ...flood, 'gdacs:country': 'Italy' }));
  return new Response(rssFeed(items, now - (rss === 'stale' ? 25 * HOUR_MS : 60_000)));
}

/** How old what is told is, in hours. */
function ageOf(tells: Tells): number {
  return tells === 'stale' ? 25 : tells === 'old' ? 23 : 1;
}

/** As GDACS writes times: UTC without a zone. */
function isoAt(time: number): string {
  return new Date(time).toISOString().slice(0, 19);
}
