import { z } from 'zod';
import type { GdacsRow } from './gdacs-rows.js';

/** GDACS never sends more rows than this at a time. */
const MAX_PAGE_SIZE = 100;

const list = (missing: string) =>
  z
    .string()
    .catch(missing)
    .transform((text) => text.split(/[;,]/));
const day = (missing: string) => z.iso.date().catch(missing);

const QuerySchema = z.object({
  eventlist: list('EQ;TC;FL;DR;VO;WF'),
  // Left out, Green is dropped.
  alertlevel: list('Orange;Red'),
  fromDate: day('0000-01-01'),
  toDate: day('9999-12-31'),
  pageSize: z.coerce.number().int().min(1).max(MAX_PAGE_SIZE).catch(MAX_PAGE_SIZE),
  pageNumber: z.coerce.number().int().min(1).catch(1),
});

/**
 * Answers a search as GDACS does: the dates act on `todate` and are whole days, what cannot be understood is ignored.
 *
 * @returns null when nothing matches, which GDACS answers with 204 and no body
 */
export function searchGdacs(rows: readonly GdacsRow[], params: URLSearchParams) {
  const query = QuerySchema.parse(Object.fromEntries(params));
  const matches = rows.filter(({ properties }) => {
    const day = properties.todate.slice(0, 10);
    return (
      query.eventlist.includes(properties.eventtype) &&
      query.alertlevel.includes(properties.alertlevel) &&
      day >= query.fromDate &&
      day <= query.toDate
    );
  });
  const start = (query.pageNumber - 1) * query.pageSize;
  const features = matches.slice(start, start + query.pageSize);
  return features.length === 0 ? null : { type: 'FeatureCollection', features };
}
