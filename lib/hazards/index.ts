/** `region-persister/hazards`: snapshots of 8 world regions from the disaster feeds of GDACS and USGS. */
export type { HazardEvent } from './event.js';
export type { FeedReading, HazardFeed, HttpFeedDeps } from './feeds/feed.js';
export { createGdacsFeeds } from './feeds/gdacs.js';
export { createUsgsFeed } from './feeds/usgs.js';
export { createGeography, type Geography } from './regions/points.js';
export { REGIONS, type Region, type RegionId } from './regions/regions.js';
export type { AssessedSnapshot } from './snapshot.js';
export { summarise } from './snapshot.js';
export { createHazardSource, type HazardSourceDeps } from './source.js';
