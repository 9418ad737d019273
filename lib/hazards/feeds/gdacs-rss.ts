import type { XmlElement } from '@rgrove/parse-xml';
import type { CollectContext } from '../../runs/source.js';
import { type FeedReading, feedRequest, type HttpFeedDeps, messageOf } from './feed.js';
import { fetchText } from './fetch-text.js';
import { GDACS_TYPES, type GdacsType, gdacsFormat } from './gdacs-row.js';
import { createReading } from './reading.js';

/** The RSS feed of GDACS: all types in one answer. */
export interface GdacsRss {
  /**
   * Reads one type. All that are read with the same signal and `now`, as in one run, share one request. Never rejects.
   */
  read(gdacsType: GdacsType, context: RssContext): Promise<FeedReading | Error>;
}

type RssContext = Pick<CollectContext, 'now' | 'signal'>;

/** Items as rows of the search, and when the feed was made (epoch ms), if it says so. */
interface Items {
  readonly rows: readonly unknown[];
  readonly generatedAt: number | null;
}

/** Real ones are a few hundred. */
const MAX_ITEMS = 2_000;

export function createGdacsRss(url: URL, deps: HttpFeedDeps): GdacsRss {
  const inRun = new WeakMap<AbortSignal, { now: number; items: Promise<Items | Error> }>();

  function itemsOf({ now, signal }: RssContext): Promise<Items | Error> {
    const known = inRun.get(signal);
    if (known?.now === now) return known.items;
    const items = fetchItems(url, deps, signal).catch((error: unknown) => new Error(messageOf(error)));
    inRun.set(signal, { now, items });
    return items;
  }

  return {
    async read(gdacsType, context) {
      const items = await itemsOf(context);
      if (items instanceof Error) return items;
      const reading = createReading(gdacsFormat(gdacsType, context.now), context.now);
      reading.answered(items.generatedAt);
      reading.add(items.rows);
      return reading.outcome();
    },
  };
}

/**
 * Combines the search and the RSS feed. The RSS feed closes the gaps of the search if it is itself complete and has
 * everything that the search had: otherwise it is the poorer of the two.
 *
 * @throws when neither answered
 */
export function joinDoors(search: FeedReading | Error, rss: FeedReading | Error): FeedReading {
  if (search instanceof Error) {
    if (rss instanceof Error) throw new Error(`${search.message}; ${rss.message}`);
    return withGapsClosed(rss, [search.message], rss.gaps);
  }
  if (rss instanceof Error) return { ...search, gaps: [...search.gaps, rss.message] };
  const inRss = new Map(rss.events.map((event) => [event.id, event]));
  const inSearch = new Map(search.events.map(({ id, severity }) => [id, severity]));
  const onlyInSearch = search.events.filter(({ id }) => !inRss.has(id)).length;
  // The search cannot have said all that is orange or red, then.
  const isBelied = rss.events.some(({ id, severity }) => severity > (inSearch.get(id) ?? 0));
  const joined: FeedReading = {
    // The search names more of the countries; the RSS feed may have the later level.
    events: [
      ...search.events.map((event) => {
        const other = inRss.get(event.id);
        return other !== undefined && other.severity > event.severity
          ? { ...other, countries: [...new Set([...event.countries, ...other.countries])].sort() }
          : event;
      }),
      ...rss.events.filter(({ id }) => !inSearch.has(id)),
    ],
    skipped: Math.max(search.skipped, rss.skipped),
    asOf: Math.max(search.asOf ?? 0, rss.asOf ?? 0) || null,
    gaps: [],
    notes: [],
    ...(search.onlyCalmMissing && !isBelied ? { onlyCalmMissing: true } : {}),
  };
  const lacking =
    onlyInSearch === 0 ? [] : [`the RSS feed lacks ${onlyInSearch} of the events in the search`];
  const unread = search.skipped === 0 ? [] : ['the RSS feed cannot replace rows that could not be read'];
  return withGapsClosed(joined, search.gaps, [...rss.gaps, ...lacking, ...unread]);
}

/** @param open why the RSS feed does not close the gaps of the search */
function withGapsClosed(
  reading: FeedReading,
  closed: readonly string[],
  open: readonly string[],
): FeedReading {
  if (open.length > 0) return { ...reading, gaps: [...new Set([...closed, ...open])] };
  return {
    ...reading,
    gaps: [],
    notes: [`read from the RSS feed, because of the search: ${closed.join('; ')}`],
  };
}

async function fetchItems(url: URL, deps: HttpFeedDeps, signal: AbortSignal): Promise<Items> {
  const request = feedRequest(deps, signal);
  const check = () => request.budget.check('xml');
  const text = await fetchText({ ...request, url, accept: 'application/rss+xml, application/xml', check });
  const from = `${url.host}${url.pathname}`;
  const channel = text === undefined ? null : await parseChannel(text);
  if (channel === null) throw new Error(`${from}: the answer is not an RSS feed`);
  const items = childrenOf(channel).filter(({ name }) => name === 'item');
  if (items.length > MAX_ITEMS) throw new Error(`${from}: the answer has more than ${MAX_ITEMS} items`);
  // It has all types, and some of them always have events.
  if (items.length === 0) throw new Error(`${from}: the RSS feed is empty, which it never is`);
  return { rows: items.map(rowOf), generatedAt: generatedAtOf(channel, items) };
}

/** When the feed was made according to itself, else when the latest of its items, of any type, was changed. */
function generatedAtOf(channel: XmlElement, items: readonly XmlElement[]): number | null {
  const said = timeOf(textsOf(channel).get('pubDate'));
  if (said !== null) return said;
  const changed = items.flatMap((item) => {
    const texts = textsOf(item);
    return timeOf(texts.get('gdacs:datemodified')) ?? timeOf(texts.get('gdacs:todate')) ?? [];
  });
  return changed.length === 0 ? null : changed.reduce((a, b) => Math.max(a, b));
}

function timeOf(text = ''): number | null {
  const time = Date.parse(isoTime(text));
  return Number.isNaN(time) ? null : time;
}

/** Loaded late: a run in which the search answers does not need it. It expands only the entities of XML itself. */
async function parseChannel(text: string): Promise<XmlElement | null> {
  const { parseXml } = await import('@rgrove/parse-xml');
  try {
    // As XML 1.0 has it (section 2.11). The parser does the same, but looks through the whole text for each line.
    const { root } = parseXml(text.replaceAll(/\r\n?/g, '\n'));
    return (root && childrenOf(root).find(({ name }) => name === 'channel')) ?? null;
  } catch {
    // Not well-formed, an entity of its own, or nested too deep for the stack.
    return null;
  }
}

function childrenOf(element: XmlElement): XmlElement[] {
  return element.children.filter((child): child is XmlElement => child.type === 'element');
}

/** The texts of an element's children, by name. */
function textsOf(element: XmlElement): ReadonlyMap<string, string> {
  return new Map(childrenOf(element).map((child) => [child.name, child.text.trim()]));
}

/** An item as a row of the search, so that the same code judges its oddities. */
function rowOf(item: XmlElement): unknown {
  const texts = textsOf(item);
  const gdacs = (name: string) => texts.get(`gdacs:${name}`) ?? '';
  return {
    geometry: { type: 'Point', coordinates: coordinatesOf(texts.get('georss:point') ?? '') },
    properties: {
      eventtype: gdacs('eventtype'),
      eventid: gdacs('eventid'),
      episodeid: gdacs('episodeid'),
      alertlevel: gdacs('alertlevel'),
      fromdate: isoTime(gdacs('fromdate')),
      todate: isoTime(gdacs('todate')),
      datemodified: isoTime(gdacs('datemodified')),
      name: nameOf(gdacs('eventtype'), gdacs('eventname'), gdacs('country')),
      iso3: gdacs('iso3'),
      country: gdacs('country'),
      severitydata: { severitytext: gdacs('severity') },
      url: { report: texts.get('link') },
    },
  };
}

/** GeoRSS has "latitude longitude", in the opposite order to GeoJSON. */
function coordinatesOf(point: string): unknown[] {
  const [latitude, longitude] = point.split(/\s+/).map((text) => (text === '' ? Number.NaN : Number(text)));
  return [longitude, latitude];
}

/** The name that the search gives, so that an event reads the same from both sources. */
function nameOf(eventtype: string, eventname: string, country: string): string {
  const type = GDACS_TYPES.find(({ code }) => code === eventtype.toUpperCase());
  if (type === undefined) return eventname;
  if (type.code === 'TC') return `${type.noun} ${eventname}`;
  return country === '' ? type.noun : `${type.noun} in ${country}`;
}

const RFC_822 = /^(?:[A-Za-z]{3},\s*)?\d{1,2} [A-Za-z]{3} \d{4} \d\d:\d\d(?::\d\d)? (?:GMT|UT|Z|[+-]\d{4})$/;

/** A date of RSS in the notation of the search, with its zone; anything else is left to the reader of the row. */
function isoTime(text: string): string {
  const time = RFC_822.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? text : new Date(time).toISOString();
}
