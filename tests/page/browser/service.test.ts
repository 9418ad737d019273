import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, openPage, visit } from './support/browser.js';
import { inspect, LOOKS } from './support/inspect.js';
import { type PageStack, startPageStack } from './support/page-stack.js';
import { allWell, degraded, late, type ServiceState, show, stale } from './support/service-states.js';

const HOUR_MS = 60 * 60_000;

let stack: PageStack;
let browser: Browser;

beforeAll(async () => {
  [stack, browser] = await Promise.all([startPageStack(), launchBrowser()]);
  await stack.pushPast();
  await stack.run();
});

afterAll(async () => {
  await browser?.close();
  await stack?.close();
});

/** Opens the page in a state of the service. */
async function inState(
  state: ServiceState,
  check: (page: Page) => Promise<void>,
  options: BrowserContextOptions = {},
) {
  const { page, faults, close } = await openPage(browser, options);
  try {
    await show(page, state);
    await visit(page, stack.url);
    await check(page);
    // Health answers 503 when it is stale, which Chromium writes to the console.
    expect(faults.filter((fault) => !fault.includes('503'))).toEqual([]);
  } finally {
    await close();
  }
}

const textOf = async (page: Page, selector: string) => (await page.locator(selector).textContent()) ?? '';
const clock = (time: number) => `${new Date(time).toISOString().slice(11, 16)} UTC`;

describe('the banner', () => {
  it.each([
    ['well', allWell, '✓', /^(All well|The service is well)$/],
    ['well', late, '✓', /^All well so far, but a run is missing$/],
    ['degraded', degraded, '!', /^Degraded: mena has failed twice, since \d\d:00 UTC$/],
    ['failing', stale, '✕', /^Nothing stored for 9 h$/],
  ] as const)(
    'leads with the state when it is %s, and so do title and icon',
    async (level, state, mark, headline) => {
      await inState(state(), async (page) => {
        expect(await page.locator('#service').getAttribute('data-level')).toBe(level);
        const said = await textOf(page, '#service-headline span:last-child');
        expect(said).toMatch(headline);
        expect(await page.title()).toBe(`${mark} ${said} · Region status · region-persister`);
        const icon = await page.locator('#icon').getAttribute('href');
        expect(icon).toBe(`/favicon-${level}.svg`);
        expect((await page.request.get(new URL(icon ?? '', stack.url).href)).status()).toBe(200);
        const { y, height } = (await page.locator('#service').boundingBox()) ?? { y: Number.NaN, height: 0 };
        expect(y + height).toBeLessThan(450);
      });
    },
  );

  it('is one fact for one cause, though every region failed', async () => {
    const state = stale();
    await inState(state, async (page) => {
      expect(await page.locator('#service-facts li').allTextContents()).toEqual([
        `Every region has failed 4 times, since ${clock(state.now - 9 * HOUR_MS)}.`,
        'Look up store-timeout in docs/operations.md.',
      ]);
      expect(await textOf(page, '#service-advice')).toBe('Someone has to look at this now.');
    });
  });

  it('names every cause once, and says when it is tried again', async () => {
    const state = degraded();
    await inState(state, async (page) => {
      expect(await page.locator('#service-facts li').allTextContents()).toEqual([
        `USGS has not answered in full since ${clock(state.now - 7.5 * HOUR_MS)}.`,
        'Look up store-timeout in docs/operations.md.',
      ]);
      const [by, next] = [clock(state.now + 0.5 * HOUR_MS), clock(state.now + 4.5 * HOUR_MS)];
      expect(await textOf(page, '#service-advice')).toBe(
        `Look by ${by}: mena is too old from then on, and the next run is due at ${next}.`,
      );
      expect(await textOf(page, '#last-run')).toContain(`Next run due at ${next}, in 4 h.`);
    });
  });
});

describe('a region that fails', () => {
  it('says so on its card, since when, and when it was last stored', async () => {
    const state = degraded();
    await inState(state, async (page) => {
      const note = await textOf(page, '.card[data-region="mena"] .card-failed');
      const [since, last] = [clock(state.now - 1.5 * HOUR_MS), clock(state.now - 7.5 * HOUR_MS)];
      expect(note).toBe(`✕ Failed since ${since}, twice (store-timeout). Last success ${last}.`);
      expect(await page.locator('.card-failed').count()).toBe(1);
    });
  });
});

describe('the list of runs', () => {
  it('says which inputs a run had to do without', async () => {
    await inState(degraded(), async (page) => {
      expect(await textOf(page, '.runs li >> nth=0')).toContain('! USGS failed');
      expect(await textOf(page, '.runs li >> nth=0')).toContain('7 current');
    });
  });

  it('is one link away from the top of a phone', async () => {
    await inState(
      allWell(),
      async (page) => {
        const link = page.getByRole('navigation').getByRole('link', { name: 'Runs' });
        expect((await link.boundingBox())?.y).toBeLessThan(844);
        await link.click();
        await page.waitForFunction(() => {
          const { top } = document.getElementById('runs-heading')?.getBoundingClientRect() ?? { top: -1 };
          return top >= 0 && top < innerHeight;
        });
      },
      { viewport: { width: 390, height: 844 }, reducedMotion: 'reduce' },
    );
  });
});

describe('the pushes', () => {
  it('stand apart, closed, and are not read until somebody opens them', async () => {
    await inState(allWell(), async (page) => {
      expect(await page.locator('#push-list li').count()).toBe(0);
      await page.getByText('Pushes from other programs').click();
      await page.locator('#push-list li').first().waitFor();
      await page.locator('#push-list button').first().click();
      expect(await textOf(page, '.run-summary')).toContain('push');
    });
  });
});

describe('the slots of the last seven days', () => {
  it('are bars that say in words what happened in each', async () => {
    await inState(degraded(), async (page) => {
      expect(await page.locator('.slots .slot').count()).toBe(28);
      const summary = await textOf(page, '.slots-summary');
      for (const text of ['25 stored', '1 caught up', '1 failed', '1 missed'])
        expect(summary).toContain(text);
      const slider = page.getByRole('slider', { name: 'Slots of the last 7 days' });
      expect(await slider.getAttribute('aria-valuetext')).toMatch(/00 UTC: failed \(mena\)$/);
      await slider.focus();
      await page.keyboard.press('ArrowLeft');
      expect(await textOf(page, '.tooltip')).toMatch(/00 UTCstored$/);
    });
  });
});

describe('the transitions', () => {
  it('are those of the history, newest first', async () => {
    await inState(allWell(), async (page) => {
      expect(await page.locator('.transitions li').count()).toBe(6);
      const times = await page
        .locator('.transitions time[data-relative]')
        .evaluateAll((all) => all.map((time) => time.getAttribute('datetime') ?? ''));
      expect(times).toEqual(times.toSorted().toReversed());
    });
  });
});

describe('without an answer', () => {
  it.each(LOOKS)(
    'says at %d pixels, %s, that nothing is known, not that all is well',
    async (width, colorScheme) => {
      const { page, close } = await openPage(browser, { viewport: { width, height: 900 }, colorScheme });
      try {
        await page.route('**/api/**', (route) => route.abort());
        await page.goto(stack.url);
        await page.getByText('Status unknown: the API cannot be reached').waitFor();
        expect(await page.locator('#service').getAttribute('data-level')).toBe('unknown');
        await inspect(page, `service-offline-${width}-${colorScheme}`);
      } finally {
        await close();
      }
    },
  );
});

describe.each([
  ['all-well', allWell],
  ['late', late],
  ['degraded', degraded],
  ['stale', stale],
] as const)('%s', (name, state) => {
  it.each(LOOKS)('at %d pixels, %s, has no serious fault', async (width, colorScheme) => {
    const look = { viewport: { width, height: 900 }, colorScheme };
    await inState(state(), (page) => inspect(page, `service-${name}-${width}-${colorScheme}`), look);
  });
});

describe('what is held', () => {
  it('is drawn as such, with the time since when', async () => {
    const state = allWell();
    const since = state.now - 20 * HOUR_MS;
    const event = { id: 'held-1', type: 'flood', source: 'gdacs', severity: 0.5, countries: ['IN'] };
    await stack.push([
      {
        region_id: 'south-asia',
        generated_at: Date.now(),
        meta: { missing_inputs: ['gdacs-fl'], held_inputs: [{ input: 'gdacs-fl', since }] },
        regime: { label: 'alert' },
        pressure: { score: 0.5, alerts: { orange: 1, red: 0 }, by_hazard: { flood: 0.5 } },
        evidence: [{ ...event, summary: 'Flood in India', held_since: since, longitude: 80, latitude: 22 }],
      },
    ]);
    await inState(
      state,
      async (page) => {
        await page.locator('.card[data-region="south-asia"] button').click();
        const card = await textOf(page, '.card[data-region="south-asia"]');
        for (const text of ['at least 0.50', 'GDACS floods did not answer in full'])
          expect(card).toContain(text);
        const chart = page.locator('.trend[data-region="south-asia"]');
        expect(await chart.locator('.held').count()).toBe(1);
        expect(await page.locator('.trends .held').count()).toBe(1);
        expect(await chart.textContent()).toContain(`Held since ${clock(since)}: GDACS floods`);
        const mark = page.locator('.event', { has: page.locator('.event-held') });
        expect(await mark.getAttribute('aria-label')).toMatch(
          /Flood in India.*held, last reported 20 h ago$/,
        );
        expect(await textOf(page, '#evidence-content .region-note')).toContain('Afghanistan and Pakistan');
        await inspect(page, 'service-held');
      },
      { colorScheme: 'light' },
    );
  });
});

describe.each([
  ['unreachable, seen from the start', 'unreachable-first', true],
  ['unreachable, since the page was read', 'unreachable-later', false],
] as const)('a store that is %s', (_state, name, isFirst) => {
  it.each(LOOKS)('at %d pixels, %s, cannot be missed', async (width, colorScheme) => {
    const { page, close } = await openPage(browser, { viewport: { width, height: 900 }, colorScheme });
    try {
      if (!isFirst) await visit(page, stack.url);
      stack.harness.setFaults([{ fault: { kind: 'drop-before' } }]);
      if (isFirst) await page.goto(stack.url);
      else await page.getByRole('button', { name: 'Refresh' }).click();
      await page.locator('.banner-read').waitFor();
      expect(await page.locator('#service').getAttribute('data-level')).toBe('failing');
      expect(await page.title()).toMatch(/^✕ The store cannot be reached/);
      expect(await textOf(page, '.banner-read')).toMatch(
        isFirst ? /^This page/ : /^What you see below was read/,
      );
      await inspect(page, `service-${name}-${width}-${colorScheme}`);
    } finally {
      stack.harness.setFaults([]);
      await close();
    }
  });
});

describe('the first visit', () => {
  it.each(LOOKS)('at %d pixels, %s, is no alarm', async (width, colorScheme) => {
    await stack.harness.reset();
    const { page, close } = await openPage(browser, { viewport: { width, height: 900 }, colorScheme });
    try {
      await visit(page, stack.url);
      expect(await page.locator('#service').getAttribute('data-level')).toBe('unknown');
      expect(await textOf(page, '#service-headline')).toContain('Nothing stored yet');
      await inspect(page, `service-empty-${width}-${colorScheme}`);
    } finally {
      await close();
    }
  });
});
