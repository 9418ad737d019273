import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, openPage, saveScreenshot, visit } from './support/browser.js';
import { type PageStack, startPageStack } from './support/page-stack.js';

const READ_TOKEN = 'read-token-5c1d';

let stack: PageStack;
let browser: Browser;

beforeAll(async () => {
  [stack, browser] = await Promise.all([startPageStack({ READ_TOKEN }), launchBrowser()]);
  await stack.run();
});

afterAll(async () => {
  await browser?.close();
  await stack?.close();
});

describe('with READ_TOKEN set', () => {
  it('asks for the token, refuses a wrong one, and keeps the right one in this tab alone', async () => {
    const { page, faults, hosts, close } = await openPage(browser);
    try {
      await visit(page, stack.url);
      const field = page.getByLabel('Reading from this deployment requires a token');
      expect(await field.getAttribute('type')).toBe('password');
      expect(await page.locator('#content').isHidden()).toBe(true);
      await saveScreenshot(page, 'token');

      await field.fill('wrong');
      await field.press('Enter');
      await page.getByText('That token was not accepted.').waitFor();
      expect(await page.evaluate(() => sessionStorage.length)).toBe(0);

      await field.fill(READ_TOKEN);
      await page.getByRole('button', { name: 'Read', exact: true }).click();
      await page.locator('.card').first().waitFor();
      expect(await page.locator('#token-form').isHidden()).toBe(true);
      expect(await page.evaluate(() => [localStorage.length, document.cookie])).toEqual([0, '']);
      expect(page.url()).toBe(stack.url);

      await page.getByRole('link', { name: 'runs', exact: true }).click();
      await page.waitForURL('blob:**');
      expect(await page.locator('body').textContent()).toContain('"runId"');
      await page.goBack();
      await page.locator('.card').first().waitFor();

      await page.reload();
      await page.locator('.card').first().waitFor();
      // Only the answers without a token, which Chromium writes to the console.
      expect(faults.filter((fault) => !fault.includes('401'))).toEqual([]);
      expect([...hosts]).toEqual([new URL(stack.url).host]);
    } finally {
      await close();
    }
  });

  it('asks again in another tab', async () => {
    const { page, close } = await openPage(browser);
    try {
      await visit(page, stack.url);
      expect(await page.locator('#token-form').isVisible()).toBe(true);
    } finally {
      await close();
    }
  });
});
