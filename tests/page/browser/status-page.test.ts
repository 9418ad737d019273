import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { REGION_IDS } from '../../../lib/hazards/regions/regions.js';
import { AssessedSnapshotSchema } from '../../../lib/hazards/snapshot.js';
import { RegionsAnswerSchema, RunsAnswerSchema } from '../../../lib/web/answers.js';
import { launchBrowser, openPage, saveScreenshot, visit } from './support/browser.js';
import { type PageStack, startPageStack } from './support/page-stack.js';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const HOSTILE = '<img src=x onerror=alert(1)>';

let stack: PageStack;
let browser: Browser;

beforeAll(async () => {
  [stack, browser] = await Promise.all([startPageStack(), launchBrowser()]);
  await stack.pushPast();
  // More runs than the list shows before it is opened.
  for (let earlier = 0; earlier < 5; earlier += 1) await stack.run({ regions: 'mena' });
  stack.harness.setFaults([
    { match: { phase: 'commit', region: 'latam', nth: { to: 2 } }, fault: { kind: 'status', status: 503 } },
    {
      match: { phase: 'commit', region: 'sub-saharan-africa', nth: 1 },
      fault: { kind: 'slot-error', error: 'OOM command not allowed' },
    },
  ]);
  await stack.moveFeeds(60);
  await stack.run();
  stack.harness.setFaults([]);
  await stack.moveFeeds(0);
  await stack.run();
});

afterAll(async () => {
  await browser?.close();
  await stack?.close();
});

/** Opens the page, and closes it with a look at what went wrong on it. */
async function onPage(
  check: (page: Page) => Promise<void>,
  options: BrowserContextOptions & { path?: string } = {},
): Promise<void> {
  const { path = '', ...contextOptions } = options;
  const { page, faults, hosts, close } = await openPage(browser, contextOptions);
  try {
    await visit(page, stack.url + path);
    await check(page);
    expect(faults).toEqual([]);
    expect([...hosts]).toEqual([new URL(stack.url).host]);
  } finally {
    await close();
  }
}

const textOf = async (page: Page, selector: string) => (await page.locator(selector).textContent()) ?? '';
const readRegions = async () => RegionsAnswerSchema.parse(await stack.read('/api/regions')).regions;
const readRuns = async () => RunsAnswerSchema.parse(await stack.read('/api/runs')).runs;
const readSnapshot = async (id: string) =>
  AssessedSnapshotSchema.parse(await stack.read(`/api/regions/${id}`));

describe('what the API says', () => {
  it('is on the cards', async () => {
    const regions = await readRegions();
    await onPage(async (page) => {
      for (const { regionId, label, head } of regions) {
        const card = (await textOf(page, `.card[data-region="${regionId}"]`)).toLowerCase();
        const { alerts } = (await readSnapshot(regionId)).pressure;
        expect(card).toContain(label.toLowerCase());
        expect(card).toContain(head?.regime?.label);
        expect(card).toContain(head?.pressureScore?.toFixed(2));
        const age = page.locator(`.card[data-region="${regionId}"] .age time`);
        expect(Date.parse((await age.getAttribute('datetime')) ?? '')).toBe(head?.generatedAt);
        if (alerts.red > 0) expect(card).toContain(`${alerts.red} red`);
        if (alerts.orange > 0) expect(card).toContain(`${alerts.orange} orange`);
        if (head?.regime?.transitionedAt) expect(card).toContain(`was ${head.regime.previousLabel}`);
      }
    });
  });

  it('is on the map', async () => {
    const regions = await readRegions();
    const { evidence } = await readSnapshot('global');
    await onPage(async (page) => {
      for (const { regionId, label, head } of regions) {
        const name = await page.locator(`.map [data-region="${regionId}"]`).getAttribute('aria-label');
        expect(name).toBe(`${label}: ${head?.regime?.label}, pressure ${head?.pressureScore?.toFixed(2)}`);
      }
      const names = await page
        .locator('.event')
        .evaluateAll((all) => all.map((e) => e.getAttribute('aria-label')));
      expect(names).toHaveLength(evidence.length);
      for (const { summary } of evidence) expect(names.some((name) => name?.startsWith(summary))).toBe(true);
    });
  });

  it('is in the evidence, most severe first, with a link to each source', async () => {
    const { evidence } = await readSnapshot('global');
    await onPage(
      async (page) => {
        await page.locator('#evidence-content .more').click();
        const titles = await page.locator('.event-title').allTextContents();
        expect(titles).toEqual(evidence.map(({ summary }) => summary));
        const links = await page
          .locator('.events a')
          .evaluateAll((all) => all.map((a) => [a.getAttribute('href'), a.getAttribute('rel')]));
        expect(links).toEqual(evidence.map(({ url }) => [url, 'noopener noreferrer']));
        const credits = await textOf(page, '.credits');
        expect(credits).toContain('Global Disaster Alert and Coordination System, GDACS');
        expect(credits).toContain('U.S. Geological Survey');
      },
      { path: '?region=global' },
    );
  });

  it('is in the charts', async () => {
    await onPage(async (page) => {
      for (const regionId of REGION_IDS) {
        const chart = page.locator(`.trend[data-region="${regionId}"]`);
        const answer = z.object({ entries: z.array(z.unknown()), next: z.null() });
        const { entries } = answer.parse(await stack.read(`/api/regions/${regionId}/history?limit=200`));
        expect(await chart.textContent()).toContain(`${entries.length} snapshots`);
        expect(await chart.getByRole('slider').getAttribute('aria-valuemax')).toBe(`${entries.length}`);
      }
    });
  });

  it('is in the runs', async () => {
    const runs = await readRuns();
    await onPage(async (page) => {
      await page.locator('#run-list .more').click();
      const items = await page.locator('.runs li').allTextContents();
      expect(items).toHaveLength(runs.length);
      for (const [i, { trigger, counts }] of runs.entries()) {
        expect(items[i]).toContain(trigger);
        if (counts.persisted > 0) expect(items[i]).toContain(`${counts.persisted} persisted`);
        if (counts.failed > 0) expect(items[i]).toContain(`${counts.failed} failed`);
      }
    });
  });
});

describe('the waterfall', () => {
  it('draws claim and commit of every region, the deadline, and a sequential writer', async () => {
    await onPage(async (page) => {
      expect(await page.locator('.bar-claim').count()).toBe(8);
      expect(await page.locator('.bar-commit').count()).toBe(8);
      expect(await page.locator('.bar-ghost').count()).toBe(8);
      expect(await textOf(page, '.ghost')).toContain('One after another');
      // A line in each row: the feeds, eight regions, the sequential writer.
      expect(await page.locator('.plot-row .deadline').count()).toBe(10);
      expect(await page.locator('.deadline-text').textContent()).toBe('deadline 50 s');
      expect(await textOf(page, '#run-detail')).toContain('This is an estimate');
    });
  });

  it('shows what was retried and what failed', async () => {
    await onPage(async (page) => {
      await page.locator('.runs button', { hasText: 'failed' }).click();
      const rows = page.locator('.waterfall li');
      expect(await rows.filter({ hasText: 'Latin America' }).textContent()).toContain(
        '4 requests instead of 2',
      );
      const failed = await rows.filter({ hasText: 'Sub-Saharan Africa' }).textContent();
      expect(failed).toContain('failed');
      expect(failed).toContain('in commit');
      expect(failed).toContain('not stored');
      expect(await page.locator('.bar-commit.failed').count()).toBe(1);
      expect(await page.locator('.mark-failed').allTextContents()).toEqual(['✕']);
      expect(await page.locator('.mark-repeated').allTextContents()).toEqual(['↻']);
      expect(await textOf(page, '.runs [aria-pressed="true"]')).toContain('↻ 1 with repeats');
      await saveScreenshot(page, 'failed-run');
    });
  });
});

describe('by keyboard', () => {
  it('reaches every part, and each stop can be seen', async () => {
    await onPage(async (page) => {
      const stops: string[] = [];
      for (let i = 0; i < 80; i++) {
        await page.keyboard.press('Tab');
        const stop = await page.evaluate(() => {
          const at = document.activeElement;
          if (at === null || at === document.body) return null;
          const part = at.closest(
            '.masthead, .card, .map-land, .map-events, #evidence-content, .trend, .runs, #run-detail, footer',
          );
          const marked = [at, ...at.querySelectorAll('*')].some((part) => {
            const styles = [getComputedStyle(part), getComputedStyle(part, '::after')];
            return styles.some(
              ({ outlineStyle, outlineWidth }) => outlineStyle !== 'none' && outlineWidth !== '0px',
            );
          });
          const strokes = getComputedStyle(at.querySelector('.event-target') ?? at).strokeWidth;
          return {
            part: part?.getAttribute('class') ?? (part?.id || part?.localName) ?? '',
            seen: marked || (at.matches('.region, .event') && strokes !== '0px'),
          };
        });
        if (stop === null) break;
        expect(stop.seen, `${stop.part} shows its focus`).toBe(true);
        stops.push(stop.part.split(' ')[0] ?? '');
      }
      const count = (part: string) => stops.filter((stop) => stop === part).length;
      expect(count('masthead')).toBe(2);
      expect(count('card')).toBe(8);
      // Eight regions and all events, in two stops: the arrow keys walk them.
      expect([count('map-land'), count('map-events')]).toEqual([1, 1]);
      expect(count('trend')).toBe(8);
      expect(count('runs')).toBe(6);
      expect(count('footer')).toBeGreaterThan(4);
    });
  });

  it('walks the events with the arrow keys, which says each', async () => {
    const { evidence } = await readSnapshot('global');
    // Several may be as severe as the first.
    const gravest = evidence.flatMap(({ severity, summary }) =>
      severity === evidence[0]?.severity ? summary : [],
    );
    await onPage(async (page) => {
      await page.locator('.event[tabindex="0"]').focus();
      const tooltip = await textOf(page, '.tooltip');
      const first = gravest.find((summary) => tooltip.includes(summary));
      expect(first).toBeDefined();
      await page.keyboard.press('ArrowRight');
      expect(await textOf(page, '.tooltip')).not.toContain(first);
      await page.keyboard.press('Home');
      await page.keyboard.press('Enter');
      expect(await page.evaluate(() => document.activeElement?.textContent)).toContain(first);
    });
  });

  it('chooses a region on its card, and stays there', async () => {
    await onPage(async (page) => {
      await page.locator('.card[data-region="europe"] button').focus();
      await page.keyboard.press('Enter');
      expect(await textOf(page, '#evidence-region')).toBe('Europe & Central Asia');
      const focused = page.locator('.card[data-region="europe"] button:focus');
      expect(await focused.getAttribute('aria-pressed')).toBe('true');
      expect(new URL(page.url()).search).toBe('?region=europe');
    });
  });

  it('walks a chart point by point', async () => {
    await onPage(async (page) => {
      const slider = page.locator('.trend[data-region="latam"]').getByRole('slider');
      await slider.focus();
      expect(await slider.getAttribute('aria-valuetext')).toMatch(
        /^Pressure \d\.\d\d, \w+, \d{4}-\d\d-\d\d /,
      );
      const last = Number(await slider.getAttribute('aria-valuenow'));
      await page.keyboard.press('ArrowLeft');
      expect(await slider.getAttribute('aria-valuenow')).toBe(`${last - 1}`);
      expect((await page.locator('.tooltip > *').allTextContents()).join(', ')).toBe(
        await slider.getAttribute('aria-valuetext'),
      );
    });
  });
});

describe.each([
  [375, 'light'],
  [375, 'dark'],
  [1440, 'light'],
  [1440, 'dark'],
] as const)('%d pixels wide, %s', (width, colorScheme) => {
  const look = { viewport: { width, height: 900 }, colorScheme };

  it('needs no scrolling sideways', async () => {
    await onPage(async (page) => {
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(overflow).toBe(0);
      await saveScreenshot(page, `${width}-${colorScheme}`);
    }, look);
  });

  it('has no serious fault according to axe', async () => {
    await onPage(async (page) => {
      // Evaluated by the debugger, which no Content-Security-Policy concerns.
      await page.evaluate(AXE);
      const serious = await page.evaluate(async () => {
        const axe = Reflect.get(window, 'axe');
        const { violations } = await axe.run(document);
        return violations
          .filter(({ impact }: { impact: string }) => impact === 'serious' || impact === 'critical')
          .map(({ id, nodes }: { id: string; nodes: { html: string }[] }) => `${id}: ${nodes[0]?.html}`);
      });
      expect(serious).toEqual([]);
    }, look);
  });
});

describe('when the page reads again', () => {
  it.each(['#evidence-content .provenance a', '.events a >> nth=0', '.waterfall a >> nth=0'])(
    'leaves the focus on %s',
    async (selector) => {
      await onPage(async (page) => {
        const link = page.locator(selector);
        const href = await link.getAttribute('href');
        await link.focus();
        await link.evaluate((node) => node.setAttribute('data-old', ''));
        await page.evaluate(() => document.getElementById('refresh')?.click());
        await page.waitForFunction(() => document.querySelector('[data-old]') === null);
        expect(await page.evaluate(() => document.activeElement?.getAttribute('href'))).toBe(href);
      });
    },
  );
});

describe('the theme', () => {
  it('is the reader’s choice, and lasts', async () => {
    await onPage(async (page) => {
      const background = () =>
        page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
      const light = await background();
      await page.getByRole('button', { name: 'Theme: auto' }).click();
      await page.getByRole('button', { name: 'Theme: light' }).click();
      const dark = await background();
      expect(dark).not.toBe(light);
      await page.reload();
      expect(await background()).toBe(dark);
    });
  });
});

describe('what comes from outside', () => {
  it('stays text, links nowhere it should not, and may have any shape', async () => {
    const generatedAt = Date.now();
    const event = {
      id: HOSTILE,
      type: HOSTILE,
      source: HOSTILE,
      summary: HOSTILE,
      severity: 1,
      countries: [HOSTILE],
    };
    await stack.push([
      {
        region_id: 'north-america',
        generated_at: generatedAt,
        meta: { missing_inputs: ['gdacs-fl', HOSTILE], trigger_reason: HOSTILE },
        regime: {
          label: HOSTILE,
          previous_label: HOSTILE,
          transitioned_at: generatedAt,
          transition_driver: HOSTILE,
        },
        pressure: 'none of your numbers',
        evidence: [
          { ...event, url: 'javascript:alert(1)', longitude: -100, latitude: 40 },
          null,
          { severity: 'high' },
        ],
      },
      { region_id: 'europe', generated_at: generatedAt, meta: {}, narrative: ['of another kind'] },
    ]);
    await onPage(
      async (page) => {
        expect(await textOf(page, '.event-title')).toBe(HOSTILE);
        expect(await page.locator('main img').count()).toBe(0);
        expect(await page.locator('a[href^="javascript"]').count()).toBe(0);
        expect(await textOf(page, '#evidence-content .warning')).toContain('GDACS floods');
        expect((await textOf(page, '.card[data-region="north-america"]')).toLowerCase()).toContain(HOSTILE);
        expect(await textOf(page, '.card[data-region="europe"]')).toContain('not known');
        await page.locator('.card[data-region="europe"] button').click();
        expect(await textOf(page, '#evidence-content')).toContain('This page cannot read the evidence');
      },
      { path: '?region=north-america' },
    );
  });
});

describe('a region that is unknown because no feed answered', () => {
  it('says who did not answer, and takes silence for no all-clear', async () => {
    const inputs = ['gdacs-eq', 'gdacs-tc', 'gdacs-fl', 'gdacs-dr', 'gdacs-vo', 'gdacs-wf', 'usgs'];
    await stack.push([
      {
        region_id: 'south-asia',
        generated_at: Date.now(),
        meta: { missing_inputs: inputs, snapshot_confidence: 0 },
        regime: { label: 'unknown', previous_label: null, transitioned_at: null, transition_driver: null },
        pressure: { score: null, alerts: { orange: 0, red: 0 }, by_hazard: {} },
        evidence: [],
      },
    ]);
    await onPage(
      async (page) => {
        const card = await textOf(page, '.card[data-region="south-asia"]');
        for (const text of ['unknown', 'not known', 'alerts not known', 'GDACS and USGS did not answer'])
          expect(card).toContain(text);
        const evidence = await textOf(page, '#evidence-content');
        expect(evidence).toContain('the situation here is unknown');
        expect(evidence).toContain('GDACS and USGS did not answer in full');
        await saveScreenshot(page, 'unknown');
      },
      { path: '?region=south-asia' },
    );
  });
});

describe('when the store cannot be reached', () => {
  it('says so on a page that has nothing yet, and recovers', async () => {
    stack.harness.setFaults([{ fault: { kind: 'drop-before' } }]);
    const { page, close } = await openPage(browser);
    try {
      await visit(page, stack.url);
      expect(await textOf(page, '#service-headline')).toContain('The store cannot be reached');
      expect(await textOf(page, '#service-advice')).toBe('Someone has to look at this now.');
      expect(await page.locator('#content').isHidden()).toBe(true);
      await saveScreenshot(page, 'unreachable');
      stack.harness.setFaults([]);
      await page.getByRole('button', { name: 'Refresh' }).click();
      await page.locator('.card').first().waitFor();
      expect(await page.locator('.banner-read').count()).toBe(0);
      expect(await page.locator('#announcement').textContent()).toContain('The page is up to date again.');
    } finally {
      stack.harness.setFaults([]);
      await close();
    }
  });

  it('keeps what it showed, and says of when that is', async () => {
    const { page, close } = await openPage(browser);
    try {
      await visit(page, stack.url);
      stack.harness.setFaults([{ fault: { kind: 'drop-before' } }]);
      await page.getByRole('button', { name: 'Refresh' }).click();
      await page.locator('.banner-read').waitFor();
      expect(await textOf(page, '.banner-read')).toContain('What you see below was read');
      expect(await page.locator('.card').count()).toBe(8);
    } finally {
      stack.harness.setFaults([]);
      await close();
    }
  });
});

describe('while nothing is stored', () => {
  it('says so, and how to start a run', async () => {
    await stack.harness.reset();
    const { page, faults, close } = await openPage(browser);
    try {
      await visit(page, stack.url);
      const notice = await textOf(page, '#notices');
      expect(notice).toContain('To start a run now');
      expect(notice).toContain('/api/cron/persist-regions');
      expect(await page.locator('.card').allTextContents()).toHaveLength(8);
      expect(await textOf(page, '#service-headline')).toContain('Nothing stored yet');
      // Health answers 503 here, which Chromium writes to the console.
      expect(faults.filter((fault) => !fault.includes('503'))).toEqual([]);
      await saveScreenshot(page, 'empty');
    } finally {
      await close();
    }
  });
});
