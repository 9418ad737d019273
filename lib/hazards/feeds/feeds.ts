import type { HazardFeed, HttpFeedDeps } from './feed.js';
import { createGdacsFeeds, GDACS_RSS_URL, GDACS_URL } from './gdacs.js';
import { createUsgsFeed, USGS_URL } from './usgs.js';

/** Addresses that replace the public ones, by the name of their variable. */
export type FeedUrls = Readonly<Record<string, string | undefined>>;

/** A service whose events count. A new one needs an entry in {@link FEEDS} and a reader. */
export interface FeedEntry {
  readonly name: string;
  /** As the service wants to be credited. */
  readonly credit: string;
  /** Its addresses, the main one first, and the environment variables that replace them. */
  readonly addresses: readonly [FeedAddress, ...FeedAddress[]];
  /** The inputs that are read from it. */
  create(urls: FeedUrls, deps: HttpFeedDeps): readonly HazardFeed[];
}

export interface FeedAddress {
  readonly variable: string;
  readonly url: string;
}

/** The one table of feeds. */
export const FEEDS: readonly FeedEntry[] = [
  {
    name: 'gdacs',
    credit: 'Global Disaster Alert and Coordination System, GDACS',
    addresses: [
      { variable: 'GDACS_URL', url: GDACS_URL },
      { variable: 'GDACS_RSS_URL', url: GDACS_RSS_URL },
    ],
    create: (urls, deps) => createGdacsFeeds({ ...deps, url: urls.GDACS_URL, rssUrl: urls.GDACS_RSS_URL }),
  },
  {
    name: 'usgs',
    credit: 'U.S. Geological Survey',
    addresses: [{ variable: 'USGS_URL', url: USGS_URL }],
    create: (urls, deps) => [createUsgsFeed({ ...deps, url: urls.USGS_URL })],
  },
];

/** Every variable that replaces an address. */
export const FEED_VARIABLES: readonly string[] = FEEDS.flatMap(({ addresses }) =>
  addresses.map(({ variable }) => variable),
);

/** All inputs, in the order in which they are reported. */
export function createFeeds(urls: FeedUrls = {}, deps: HttpFeedDeps = {}): readonly HazardFeed[] {
  return FEEDS.flatMap((feed) => feed.create(urls, deps));
}
