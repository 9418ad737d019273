import { beforeAll, describe, expect, it } from 'vitest';
import { type Played, playWeek } from './play.js';
import { reportOf } from './report.js';
import { CALLS } from './script.js';

let week: readonly Played[];
beforeAll(async () => {
  week = await playWeek();
}, 30_000);

describe('a week of incidents', () => {
  it('reads as docs/a-week.md says', async () => {
    expect(week).toHaveLength(CALLS.length);
    await expect(reportOf(week)).toMatchFileSnapshot('../../docs/a-week.md');
  });
});
