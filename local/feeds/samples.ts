import { gdacsRow, gdacsRss, searchGdacs } from './gdacs-rows.js';
import { GDACS_SAMPLES } from './gdacs-samples.js';
import { usgsFeed } from './usgs-rows.js';

/** What a sample is asked. */
export interface SampleQuery {
  readonly params: URLSearchParams;
  /** Epoch ms that the events are dated back from. */
  readonly datedFrom: number;
  /** Epoch ms at which the answer is made. */
  readonly now: number;
}

/** A body: text with its type, or a value that is sent as JSON. Null is 204, "there are none". */
export type Sample = (
  query: SampleQuery,
) => { readonly json: unknown } | { readonly type: string; readonly text: string } | null;

/**
 * The one table of samples: what is answered in place of each address of a feed, by the variable that replaces the
 * address. The sample feeds do not start while an address of `FEEDS` is missing here.
 */
export const SAMPLES: Readonly<Record<string, Sample>> = {
  GDACS_URL(query) {
    const json = searchGdacs(gdacsRows(query), query.params);
    return json === null ? null : { json };
  },
  GDACS_RSS_URL: (query) => ({ type: 'application/rss+xml', text: gdacsRss(gdacsRows(query), query.now) }),
  USGS_URL: ({ datedFrom, now }) => ({ json: usgsFeed(datedFrom, now) }),
};

function gdacsRows({ datedFrom, now }: SampleQuery) {
  return GDACS_SAMPLES.map((sample) => gdacsRow(sample, datedFrom, now));
}
