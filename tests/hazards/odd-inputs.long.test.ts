import { afterAll, beforeAll, beforeEach, it } from 'vitest';
import { type CronWorld, startCronWorld } from './support/cron-world.js';
import { judgeUnread } from './support/judge-unread.js';
import { UNREAD } from './support/odd-inputs.js';

let cron: CronWorld;
beforeAll(async () => {
  cron = await startCronWorld();
});
beforeEach(() => cron.reset());
afterAll(() => cron.close());

it.each(UNREAD)('%s: no calm follows from it, and the earlier answer is held', (_, world) =>
  judgeUnread(cron, world),
);
