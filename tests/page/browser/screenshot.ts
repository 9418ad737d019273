import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { takeNoOptions } from '../../../local/script-options.js';
import { launchBrowser, openPage, readPixels, visit } from './support/browser.js';
import { encodeIndexedPng } from './support/indexed-png.js';
import { startPageStack } from './support/page-stack.js';

const FILE = fileURLToPath(new URL('../../../docs/status-page.png', import.meta.url));
/** Upstash from afar. */
const ROUND_TRIP_MS = 100;
/** When somebody looks, after the last run. */
const LATER_MS = 47 * 60_000;

takeNoOptions(`Writes docs/status-page.png, the picture of the README, after a change of the status page. Needs Chromium.

Usage: npm run screenshot
`);

mkdirSync(new URL('../../../docs/', import.meta.url), { recursive: true });
const [stack, browser] = await Promise.all([startPageStack(), launchBrowser()]);
try {
  await stack.pushPast();
  stack.harness.gateway.setRoundTrip(ROUND_TRIP_MS);
  await stack.moveFeeds(60);
  await stack.run();
  await stack.moveFeeds(0);
  await stack.run();
  const { page } = await openPage(browser, { colorScheme: 'light' });
  await page.clock.setFixedTime(Date.now() + LATER_MS);
  await visit(page, stack.url);
  writeFileSync(FILE, encodeIndexedPng(await readPixels(page)));
  process.stdout.write(`${FILE}  ${statSync(FILE).size} bytes\n`);
} finally {
  await browser.close();
  await stack.close();
}
