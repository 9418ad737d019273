import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import type { Pixels } from './indexed-png.js';

/** Debian's package. */
const EXECUTABLE = process.env.CHROMIUM_BIN ?? '/usr/bin/chromium';

/** Headless, and deaf to every host but this machine. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: EXECUTABLE,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      // Grey edges, the same on every machine.
      '--disable-lcd-text',
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
    ],
  });
}

/** A page in a profile of its own, and everything that went wrong on it. */
export async function openPage(browser: Browser, options: BrowserContextOptions = {}) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  const page = await context.newPage();
  const faults: string[] = [];
  const hosts = new Set<string>();
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) faults.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => faults.push(`error: ${error.message}`));
  page.on('request', (request) => {
    const { protocol, host } = new URL(request.url());
    // A blob is of this page itself.
    if (protocol !== 'blob:') hosts.add(host);
  });
  page.on('dialog', (dialog) => {
    faults.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.exposeFunction('reportViolation', (directive: string) => faults.push(`CSP: ${directive}`));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      const report = Reflect.get(window, 'reportViolation');
      report(`${event.violatedDirective} ${event.blockedURI}`);
    });
  });
  return { page, faults, hosts, close: () => context.close() };
}

/** Opens the page and waits until it has read everything. */
export async function visit(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.waitForFunction(
    () =>
      !document.body.hasAttribute('aria-busy') &&
      document.querySelector('#updated time, #token-form:not([hidden]), #notices .notice, .banner-read') !==
        null,
  );
}

/** Takes the page apart into pixels, by the browser itself. */
export async function readPixels(page: Page): Promise<Pixels> {
  const picture = (await page.screenshot({ fullPage: true })).toString('base64');
  const blank = await page.context().newPage();
  const { width, height, data } = await blank.evaluate(async (base64) => {
    const bitmap = await createImageBitmap(await (await fetch(`data:image/png;base64,${base64}`)).blob());
    const canvas = Object.assign(document.createElement('canvas'), {
      width: bitmap.width,
      height: bitmap.height,
    });
    const context = canvas.getContext('2d');
    context?.drawImage(bitmap, 0, 0);
    const bytes = context?.getImageData(0, 0, bitmap.width, bitmap.height).data ?? new Uint8ClampedArray();
    // As text, a part at a time: a call takes only so many arguments.
    let text = '';
    for (let at = 0; at < bytes.length; at += 32_768)
      text += String.fromCharCode(...bytes.subarray(at, at + 32_768));
    return { width: bitmap.width, height: bitmap.height, data: btoa(text) };
  }, picture);
  return { width, height, rgba: Buffer.from(data, 'base64') };
}

/** For people to look at, in a folder that git ignores. */
export async function saveScreenshot(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: `.cache/screenshots/${name}.png`, fullPage: true });
}
