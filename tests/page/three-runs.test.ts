import { afterAll, beforeAll, expect, it } from 'vitest';
import { formatMinute, formatScore } from '../../public/app/format.js';
import { knownAlerts, missingInputsText } from '../../public/app/missing-inputs.js';
import { alertWord } from '../../public/app/regimes.js';
import { viewSnapshot } from '../../public/app/snapshot-view.js';
import { status } from '../hazards/support/answers.js';
import {
  always,
  both,
  type CronWorld,
  recent,
  search,
  startCronWorld,
  type World,
} from '../hazards/support/cron-world.js';

let cron: CronWorld;
beforeAll(async () => {
  cron = await startCronWorld();
});
afterAll(() => cron.close());

const dead = always('TC', status(503));
const storm: World = (asked) => search('TC', recent({ alertlevel: 'Red' }))(asked);
/** The storm as it stood at the beginning, orange by now. */
const weaker: World = (asked) => search('TC', recent({ alertlevel: 'Orange' }))(asked);

/** What an analyst reads of a region after a run, in the words of the page. */
async function account(what: string, world: World): Promise<string> {
  const ran = await cron.run(world);
  const snapshot = viewSnapshot(await ran.stored('east-asia'));
  const { generatedAt, label, previousLabel, transitionedAt, driver, score, confidence } = snapshot;
  const change =
    transitionedAt === null
      ? 'no change on record'
      : `since ${formatMinute(transitionedAt)}, was ${previousLabel}, because of ${driver}`;
  const alerts = knownAlerts(snapshot);
  const counts = alerts === null ? 'alerts not known' : `${alerts.red} red, ${alerts.orange} orange`;
  const events = (snapshot.evidence ?? []).map(({ id, title, severity, heldSince }) => {
    const held = heldSince === null ? '' : `, held, last reported ${formatMinute(heldSince)}`;
    return `${alertWord(severity ?? 0)}: ${title} (${id})${held}`;
  });
  const lines = [
    `${label}, ${change}`,
    `pressure ${formatScore(score)}, ${counts}, confidence ${Math.round((confidence ?? 0) * 100)} %`,
    missingInputsText(snapshot) ?? 'Everything was heard.',
    ...(events.length > 0 ? events : [alerts === null ? 'No event was heard of.' : 'No current events.']),
  ];
  return [`${formatMinute(generatedAt ?? 0)}, ${what}`, ...lines.map((line) => `  ${line}`)].join('\n');
}

it('reads well while a feed is dead, back, and dead for 30 hours', async () => {
  const accounts = [await account('a red storm is heard of', storm)];
  cron.later(6);
  accounts.push(await account('the feed of cyclones is dead', dead));
  cron.later(6);
  accounts.push(await account('the feed is back, the storm is orange', weaker));
  for (const [hours, dark] of [
    [6, 6],
    [12, 18],
    [6, 24],
    [6, 30],
  ] as const) {
    cron.later(hours);
    accounts.push(await account(`the feed has been dead for ${dark} hours`, dead));
  }
  cron.later(6);
  accounts.push(await account('the feed is back, the storm is over', both()));
  expect(accounts.join('\n')).toMatchInlineSnapshot(`
    "10 Mar 12:00 UTC, a red storm is heard of
      emergency, no change on record
      pressure 1.00, 1 red, 0 orange, confidence 100 %
      Everything was heard.
      red: Tropical Cyclone EXAMPLE-26: maximum wind speed of 120 km/h (gdacs:TC:7000001)
    10 Mar 18:00 UTC, the feed of cyclones is dead
      emergency, no change on record
      pressure 1.00, 1 red, 0 orange, confidence 86 %
      GDACS cyclones did not answer in full: there may be more events. Its last answer counts, held since 10 Mar 12:00 UTC.
      red: Tropical Cyclone EXAMPLE-26: maximum wind speed of 120 km/h (gdacs:TC:7000001), held, last reported 10 Mar 12:00 UTC
    11 Mar 00:00 UTC, the feed is back, the storm is orange
      alert, since 10 Mar 18:00 UTC, was emergency, because of gdacs:TC:7000001
      pressure 0.50, 0 red, 1 orange, confidence 100 %
      Everything was heard.
      orange: Tropical Cyclone EXAMPLE-26: maximum wind speed of 120 km/h (gdacs:TC:7000001)
    11 Mar 06:00 UTC, the feed has been dead for 6 hours
      alert, since 10 Mar 18:00 UTC, was emergency, because of gdacs:TC:7000001
      pressure 0.50, 0 red, 1 orange, confidence 86 %
      GDACS cyclones did not answer in full: there may be more events. Its last answer counts, held since 11 Mar 00:00 UTC.
      orange: Tropical Cyclone EXAMPLE-26: maximum wind speed of 120 km/h (gdacs:TC:7000001), held, last reported 11 Mar 00:00 UTC
    11 Mar 18:00 UTC, the feed has been dead for 18 hours
      alert, since 10 Mar 18:00 UTC, was emergency, because of gdacs:TC:7000001
      pressure 0.50, 0 red, 1 orange, confidence 86 %
      GDACS cyclones did not answer in full: there may be more events. Its last answer counts, held since 11 Mar 00:00 UTC.
      orange: Tropical Cyclone EXAMPLE-26: maximum wind speed of 120 km/h (gdacs:TC:7000001), held, last reported 11 Mar 00:00 UTC
    12 Mar 00:00 UTC, the feed has been dead for 24 hours
      alert, since 10 Mar 18:00 UTC, was emergency, because of gdacs:TC:7000001
      pressure 0.50, 0 red, 1 orange, confidence 86 %
      GDACS cyclones did not answer in full: there may be more events. Its last answer counts, held since 11 Mar 00:00 UTC.
      orange: Tropical Cyclone EXAMPLE-26: maximum wind speed of 120 km/h (gdacs:TC:7000001), held, last reported 11 Mar 00:00 UTC
    12 Mar 06:00 UTC, the feed has been dead for 30 hours
      unknown, since 12 Mar 00:00 UTC, was alert, because of not-heard
      pressure –, alerts not known, confidence 86 %
      GDACS cyclones did not answer in full: the situation here is unknown.
      No event was heard of.
    12 Mar 12:00 UTC, the feed is back, the storm is over
      normal, since 12 Mar 06:00 UTC, was unknown, because of no-hazard
      pressure 0.00, 0 red, 0 orange, confidence 100 %
      Everything was heard.
      No current events."
  `);
}, 60_000);
