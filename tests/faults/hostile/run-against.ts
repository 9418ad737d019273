import type { RequestListener, ServerResponse } from 'node:http';
import { expect } from 'vitest';
import { createGdacsFeeds } from '../../../lib/hazards/feeds/gdacs.js';
import { createUsgsFeed } from '../../../lib/hazards/feeds/usgs.js';
import { createGeography } from '../../../lib/hazards/regions/points.js';
import { REGION_IDS } from '../../../lib/hazards/regions/regions.js';
import { createHazardSource } from '../../../lib/hazards/source.js';
import { createStore } from '../../../lib/persister/upstash/store.js';
import { RunReportSchema } from '../../../lib/runs/report.js';
import { createRunner } from '../../../lib/runs/run.js';
import { gdacsRow } from '../../hazards/support/rows.js';
import { AT_ONCE, serve } from '../../hazards/support/serve.js';
import type { Stage } from '../suite/stage.js';

export const MEGABYTE = 1_000_000;
export const INPUTS = 7;

/** A whole run with the real source, whose feeds all lead to one server. */
export async function runAgainst(stage: Stage, listener: RequestListener, budgetMs = 20_000) {
  await using served = await serve(listener);
  const rss = new URL('/rss', served.url).href;
  // These two and no others: the counts below are theirs.
  const gdacs = createGdacsFeeds({ ...AT_ONCE, url: served.url, rssUrl: rss });
  const feeds = [...gdacs, createUsgsFeed({ ...AT_ONCE, url: `${served.url}/usgs` })];
  const source = createHazardSource({ feeds, geography: createGeography() });
  const { url, token } = stage.gateway;
  const store = createStore({ url, token, namespace: stage.namespace });
  const runner = createRunner({ store, environment: 'test', budgetMs });
  const result = await runner.run({ source, regionIds: REGION_IDS, trigger: 'cron', dryRun: false });
  expect(RunReportSchema.safeParse(result.report).error).toBeUndefined();
  return { ...result, requests: served.requests.length };
}

export const isUsgs = (url: string | undefined) => url === '/feed/usgs';

/** A row of GDACS, an hour old. */
export const recentRow = (fields: Record<string, unknown> = {}) => {
  const at = new Date(Date.now() - 3_600_000).toISOString().slice(0, 19);
  return gdacsRow({ fromdate: at, todate: at, datemodified: at, ...fields });
};

/** Sends zeros for as long as somebody reads, 200 MB at most. */
export function flood(response: ServerResponse, onSent: (bytes: number) => void): void {
  const chunk = Buffer.alloc(MEGABYTE, '0');
  let left = 200;
  const pump = () => {
    while (left > 0 && !response.destroyed) {
      left -= 1;
      onSent(chunk.length);
      if (!response.write(chunk)) return void response.once('drain', pump);
    }
    response.end();
  };
  pump();
}
