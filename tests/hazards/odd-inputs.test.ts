import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { rows, status } from './support/answers.js';
import {
  always,
  both,
  type CronWorld,
  NONE,
  search,
  startCronWorld,
  type World,
} from './support/cron-world.js';
import { judgeUnread } from './support/judge-unread.js';
import { dead, READ, RSS, storm, UNREAD } from './support/odd-inputs.js';

let cron: CronWorld;
beforeAll(async () => {
  cron = await startCronWorld();
});
beforeEach(() => cron.reset());
afterAll(() => cron.close());

/** Some of each sort: of rows, of answers, of both feeds. `odd-inputs.long.test.ts` has them all. */
const FEW_UNREAD = UNREAD.filter((_, index) => index % 4 === 0);

describe('an odd input, from the cron call to the store', () => {
  it.each(READ)('%s: the emergency is recognised', async (_, world) => {
    const ran = await cron.run(world);
    expect(await ran.stored('east-asia')).toMatchObject({
      regime: { label: 'emergency' },
      meta: { held_inputs: [] },
    });
  });

  it.each(FEW_UNREAD)('%s: no calm follows from it, and the earlier answer is held', (_, world) =>
    judgeUnread(cron, world),
  );

  it.each(RSS)('a second door %s: no calm follows from it', async (_, answer) => {
    const ran = await cron.run(both(dead, always('rss', answer())), { hasRss: true });
    expect(await ran.stored('east-asia')).toMatchObject({ regime: { label: 'unknown' } });
  });
});

describe('a search that fails only for green', () => {
  const deafToGreen: World = (asked) => (asked.feed === 'gdacs' && asked.isGreen ? status(503) : undefined);

  it('is incomplete, and lets a storm end that is no longer orange or red', async () => {
    await cron.run(search('TC', storm()));
    cron.later(1);
    const ended: World = (asked) =>
      asked.feed === 'gdacs' && asked.type === 'TC' ? deafToGreen(asked) : undefined;
    const ran = await cron.run(ended);
    expect(await ran.stored('east-asia')).toMatchObject({
      regime: { label: 'normal', previous_label: 'emergency' },
      meta: { incomplete_inputs: ['gdacs-tc'], held_inputs: [] },
    });
  });

  it('is unknown where there are always events and none were reported', async () => {
    const ran = await cron.run(deafToGreen);
    expect(await ran.stored('east-asia')).toMatchObject({ regime: { label: 'unknown' } });
  });

  it('is unknown where its green rows are not all green', async () => {
    const mixed: World = (asked) =>
      asked.feed !== 'gdacs' || asked.type !== 'TC'
        ? undefined
        : !asked.isGreen
          ? NONE
          : asked.page === 2
            ? status(503)
            : rows(
                ...Array.from({ length: 100 }, (_, i) =>
                  storm({ eventid: 1 + i, iso3: 'ITA', country: 'Italy', affectedcountries: [] }),
                ),
              );
    const ran = await cron.run(mixed);
    expect(await ran.stored('east-asia')).toMatchObject({ regime: { label: 'unknown' } });
  });
});
