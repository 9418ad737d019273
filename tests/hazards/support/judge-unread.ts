import { expect } from 'vitest';
import { both, type CronWorld, search, type World } from './cron-world.js';
import { quake, quakes, storm } from './odd-inputs.js';

/** Whether no calm follows from an input that cannot be read, and what was heard before is held. */
export async function judgeUnread(cron: CronWorld, world: World): Promise<void> {
  const never = await cron.run(world);
  expect(await never.stored('east-asia')).toMatchObject({
    regime: { label: 'unknown' },
    pressure: { score: null },
  });
  await cron.reset();
  await cron.run(
    both(
      search('TC', storm()),
      quakes(() => quake({ alert: 'red' })),
    ),
  );
  cron.later(1);
  const again = await cron.run(world);
  expect(await again.stored('east-asia')).toMatchObject({
    regime: { label: 'emergency' },
    pressure: { score: 1 },
  });
}
