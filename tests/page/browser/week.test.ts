import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REGION_IDS } from '../../../lib/hazards/regions/regions.js';
import { startSite } from '../../../local/site.js';
import type { Reply } from '../../support/serve-handler.js';
import { type Get, playWeek } from '../../week/play.js';
import { timeOf } from '../../week/script.js';
import { launchBrowser, openPage, visit } from './support/browser.js';
import { inspect, LOOKS } from './support/inspect.js';

/** What the page says at moments of the scripted week: the level of its banner, and its headline. */
const MOMENTS = [
  ['cyclone', 'Mon 12:05', 'well', 'The service is well'],
  ['killed', 'Tue 06:05', 'well', 'All well'],
  ['store-down', 'Tue 18:05', 'failing', 'The store cannot be reached'],
  ['not-called', 'Wed 12:05', 'well', 'All well'],
  ['feed-missing', 'Thu 06:05', 'degraded', 'Degraded: USGS has not answered in full since 00:00 UTC'],
  ['feed-dead', 'Fri 00:05', 'degraded', 'Degraded: USGS has not answered in full since 5 Mar 00:00 UTC'],
  ['region-failed', 'Fri 12:05', 'degraded', 'Degraded: mena failed at 12:00 UTC'],
  ['region-failed-twice', 'Fri 13:05', 'degraded', 'Degraded: mena has failed twice, since 12:00 UTC'],
  ['region-stale', 'Fri 14:05', 'failing', 'mena: nothing stored for 8 h'],
  ['region-stored-again', 'Fri 19:05', 'well', 'All well'],
  ['refused', 'Sat 08:05', 'failing', 'Nothing stored for 8 h'],
  ['refused-for-a-day', 'Sun 01:05', 'failing', 'Nothing stored for 25 h'],
  ['back', 'Sun 06:05', 'well', 'All well'],
] as const;

/** The answers of the API by path, without the query. */
type Answers = ReadonlyMap<string, Reply>;
const PATHS = [
  '/api/health',
  '/api/runs',
  '/api/regions',
  ...REGION_IDS.flatMap((id) => [`/api/regions/${id}`, `/api/regions/${id}/history?limit=200`]),
];

const pathOf = (url: string) => new URL(url, 'http://127.0.0.1').pathname;
const moments = new Map<number, Answers>();
let site: Awaited<ReturnType<typeof startSite>>;
let browser: Browser;

async function record(time: number, get: Get) {
  if (!MOMENTS.some(([, at]) => timeOf(at) === time)) return;
  const replies = await Promise.all(PATHS.map(async (path) => [pathOf(path), await get(path)] as const));
  moments.set(time, new Map(replies));
}

beforeAll(async () => {
  await playWeek(record);
  const root = fileURLToPath(new URL('../../../', import.meta.url));
  [site, browser] = await Promise.all([
    startSite({ root, env: {}, onLog: () => undefined }),
    launchBrowser(),
  ]);
});
afterAll(async () => {
  await browser?.close();
  await site?.close();
});

describe.each(MOMENTS)('%s, %s', (name, at, level, headline) => {
  it.each(LOOKS)('at %d pixels, %s, says at once how it is', async (width, colorScheme) => {
    const answers = moments.get(timeOf(at));
    const { page, faults, close } = await openPage(browser, {
      viewport: { width, height: width < 1000 ? 844 : 900 },
      colorScheme,
    });
    try {
      await page.clock.setFixedTime(timeOf(at));
      await page.route('**/api/**', async (route) => {
        const { status = 404, text = '' } = answers?.get(pathOf(route.request().url())) ?? {};
        await route.fulfill({ status, contentType: 'application/json', body: text });
      });
      await visit(page, `${site.url}/`);

      expect(await page.locator('#service').getAttribute('data-level')).toBe(level);
      expect(await page.locator('#service-headline span:last-child').textContent()).toBe(headline);
      // Chromium writes every 503 to the console.
      expect(faults.filter((fault) => !fault.includes('503'))).toEqual([]);
      await inspect(page, `week-${name}-${width}-${colorScheme}`);
    } finally {
      await close();
    }
  });
});
