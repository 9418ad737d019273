import { gzipSync } from 'node:zlib';
import { type Answer, bytes, json, rows, status } from './answers.js';
import { always, NONE, recent, search, type World } from './cron-world.js';
import { NOW, usgsRow } from './rows.js';
import { rssFeed, rssItem } from './rss.js';
import { featureCollection } from './serve.js';

type Fields = Readonly<Record<string, unknown>>;
/** A red storm in the Philippines, an hour old. */
export const storm = (fields: Fields = {}, coordinates?: unknown) =>
  recent({ alertlevel: 'Red', ...fields }, coordinates);
const text = () => JSON.stringify(featureCollection([storm()]));
const TIMES = { time: NOW - 3_600_000, updated: NOW - 1_800_000 };
const AT_MANILA = { geometry: { type: 'Point', coordinates: [121, 14.6, 9] } };
export const quake = (properties: Fields, row: Fields = {}) =>
  usgsRow({ ...TIMES, ...properties }, { ...AT_MANILA, ...row });

/** Answers the search for cyclones, whatever is asked for. */
const cyclones =
  (answer: () => Answer): World =>
  (asked) =>
    always('TC', answer())(asked);
const storms =
  (row: () => unknown): World =>
  (asked) =>
    search('TC', row())(asked);
export const quakes =
  (row: () => unknown): World =>
  (asked) =>
    always('usgs', rows(row()))(asked);
const withoutType = () => ({ ...storm(), properties: undefined });

/** Inputs of which a red storm or earthquake in the Philippines can be read. */
export const READ: readonly [string, World][] = [
  ['a date with +0000', storms(() => storm({ todate: '2026-03-10T11:00:00+0000' }))],
  ['a date with seven decimals', storms(() => storm({ todate: '2026-03-10T11:00:00.1234567' }))],
  ['a level in another case, between spaces', storms(() => storm({ alertlevel: ' RED ' }))],
  [
    'a severity that is a string, or null',
    storms(() => storm({ severitydata: { severity: '120', severitytext: null } })),
  ],
  ['a place in three dimensions', storms(() => storm({}, [121.3, 14.6, 0]))],
  ['a byte order mark', cyclones(() => bytes(`\ufeff${text()}`))],
  ['gzip', cyclones(() => bytes(gzipSync(text()), 200, { 'content-encoding': 'gzip' }))],
  ['an alert in capitals', quakes(() => quake({ alert: 'RED' }))],
  [
    'the same storm on two pages, red and then green',
    (asked) =>
      asked.feed !== 'gdacs' || asked.type !== 'TC'
        ? undefined
        : rows(asked.isGreen ? storm({ alertlevel: 'Green', todate: '2026-03-10T11:59:00' }) : storm()),
  ],
  [
    'a later page that is empty',
    (asked) => {
      if (asked.feed !== 'gdacs' || asked.type !== 'TC') return undefined;
      if (asked.isGreen) return NONE;
      const filler = Array.from({ length: 99 }, (_, index) =>
        storm({ eventid: 1 + index, alertlevel: 'Orange' }),
      );
      return asked.page === 1 ? rows(storm(), ...filler) : rows();
    },
  ],
];

/** Inputs of which nothing, or not enough, can be read. What they would have said is a red alert, or may be. */
export const UNREAD: readonly [string, World][] = [
  ['a level that is null', storms(() => storm({ alertlevel: null }))],
  ['a level nobody knows', storms(() => storm({ alertlevel: 'Purple' }))],
  ['epoch seconds', quakes(() => quake({ alert: 'red', time: Math.floor(TIMES.time / 1_000) }))],
  ['a time that is a string', quakes(() => quake({ alert: 'red', time: String(TIMES.time) }))],
  ['an alert that is missing', quakes(() => quake({ alert: undefined }))],
  ['an alert that is an object', quakes(() => quake({ alert: { level: 'red' } }))],
  ['a kind of earthquake nobody knows', quakes(() => quake({ alert: 'red', type: 'slow slip' }))],
  ['features that are null', cyclones(() => json({ type: 'FeatureCollection', features: null }))],
  [
    'features that are an object',
    cyclones(() => json({ type: 'FeatureCollection', features: { 0: storm() } })),
  ],
  ['a feature alone', cyclones(() => json(storm()))],
  ['a row without properties', storms(withoutType)],
  ['a row that is null', storms(() => null)],
  ['coordinates that are swapped', storms(() => storm({}, [14.6, 121.3]))],
  ['coordinates that are strings', storms(() => storm({}, ['121.3', '14.6']))],
  ['coordinates out of range', storms(() => storm({}, [121.3, 1460]))],
  ['no place', storms(() => ({ ...storm(), geometry: null }))],
  ['an end long before its beginning', storms(() => storm({ todate: '2025-03-10T11:00:00' }))],
  ['a day and a month that are swapped', storms(() => storm({ todate: '2026-10-03T11:00:00' }))],
  ['another type of row', storms(() => storm({ eventtype: 'CYCLONE' }))],
  ['NaN', cyclones(() => bytes(text().replace('121.3', 'NaN')))],
  ['HTTP 206', cyclones(() => bytes(JSON.stringify(featureCollection([])), 206))],
  [
    'gzip that ends early',
    cyclones(() => bytes(gzipSync(text()).subarray(0, -30), 200, { 'content-encoding': 'gzip' })),
  ],
  ['UTF-16', cyclones(() => bytes(Buffer.from(text(), 'utf16le')))],
  ['something after the end', cyclones(() => bytes(`${text()}<!-- cached -->`))],
  ['a page of maintenance', cyclones(() => bytes('<!doctype html><h1>Back soon</h1>'))],
  ['an error as JSON', cyclones(() => json({ error: 'timeout' }))],
  [
    'USGS answers a page that is a day old',
    always(
      'usgs',
      json({ ...featureCollection([quake({ alert: null })]), metadata: { generated: NOW - 90_000_000 } }),
    ),
  ],
];

/** The search for cyclones does not answer. */
export const dead = always('TC', status(503));
/** Second doors behind a dead search that say nothing of cyclones. */
export const RSS: readonly [string, () => Answer][] = [
  ['without items', () => bytes(rssFeed([], Date.now()))],
  ['of yesterday', () => bytes(rssFeed([rssItem({ 'gdacs:eventtype': 'FL' })], NOW - 90_000_000))],
  [
    'without a date, and with old items',
    () => {
      const old = rssItem({ 'gdacs:eventtype': 'FL', 'gdacs:datemodified': 'Sun, 08 Mar 2026 11:00:00 GMT' });
      return bytes(rssFeed([old]).replace(/<pubDate>.*?<\/pubDate>/, ''));
    },
  ],
  ['that is a page of HTML', () => bytes('<!doctype html><h1>Back soon</h1>')],
  [
    'with a storm whose level cannot be read',
    () => bytes(rssFeed([rssItem({ 'gdacs:alertlevel': 'Purple' })], NOW)),
  ],
];
