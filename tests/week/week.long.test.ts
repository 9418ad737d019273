import { beforeAll, describe, expect, it } from 'vitest';
import { type Played, playWeek } from './play.js';
import { reportOf } from './report.js';
import { CALLS, nameOf } from './script.js';

/** The lease of a claim made at the beginning of a run: the whole budget, and a grace of 15 s. */
const LONGEST_LEASE_MS = 65_000;

let week: readonly Played[];
beforeAll(async () => {
  week = await playWeek();
}, 120_000);

describe('a week of incidents', () => {
  it('sends these alerts, and no other', () => {
    const alerts = week.flatMap(({ at, told }) =>
      told.flatMap((one) => (one.to === 'alert' ? [[nameOf(at), ...one.lines.slice(1)]] : [])),
    );

    expect(alerts).toEqual([
      ['Mon 12:00', 'east-asia: normal → emergency', 'global: normal → emergency'],
      ['Tue 00:00', 'east-asia: emergency → normal', 'global: emergency → normal'],
      ['Tue 07:00', expect.stringMatching(/^Stored late: .* 06:00 UTC/)],
      ['Tue 18:00', expect.stringMatching(/^Not stored: mena, .*, global \(collect, store-unreachable\)$/)],
      ['Tue 19:00', expect.stringMatching(/^Stored late: .* 18:00 UTC/)],
      ['Wed 13:00', expect.stringMatching(/^Stored late: .* 12:00 UTC/)],
      ['Thu 06:00', 'No full answer in two slots in a row: usgs'],
      ['Fri 00:00', expect.stringMatching(/^Unknown, because inputs are missing: mena, .*, global$/)],
      ['Fri 06:00', 'Answering in full again: usgs'],
      ['Fri 12:00', 'Not stored: mena (commit, store-http-500)'],
      ['Fri 18:00', 'Not stored in two slots in a row: mena (commit, store-http-500)'],
      ['Fri 19:00', 'Stored again: mena'],
      ['Sun 06:00', expect.stringMatching(/^Stored again: .* in 4 slots, from 2026-03-07 06:00 UTC/)],
    ]);
  });

  it('sends one heartbeat for each call that came to an end, and none for the others', () => {
    for (const { fate, told } of week) {
      expect(told.filter(({ to }) => to === 'heartbeat')).toHaveLength(fate === 'runs' ? 1 : 0);
    }
  });

  it('leaves claims behind in the function that was killed, which end soon, and nowhere else', () => {
    const claims = week.flatMap(({ at, claims }) =>
      claims.left === 0 ? [] : [{ at: nameOf(at), ...claims }],
    );

    expect(claims).toMatchObject([{ at: 'Tue 06:00', left: 8 }]);
    expect(claims[0]?.longestMs).toBeLessThanOrEqual(LONGEST_LEASE_MS);
  });

  it('reads as docs/a-week.md says', async () => {
    expect(week).toHaveLength(CALLS.length);
    await expect(reportOf(week)).toMatchFileSnapshot('../../docs/a-week.md');
  });
});
