import { afterAll, beforeAll, expect, it } from 'vitest';
import { status } from './support/answers.js';
import {
  always,
  both,
  type CronWorld,
  recent,
  search,
  startCronWorld,
  type World,
} from './support/cron-world.js';

let cron: CronWorld;
beforeAll(async () => {
  cron = await startCronWorld();
});
afterAll(() => cron.close());

const dead = always('TC', status(503));
const storm: World = (asked) => search('TC', recent({ alertlevel: 'Red' }))(asked);
/** The storm as it stood at the beginning, orange by now. */
const weaker: World = (asked) => search('TC', recent({ alertlevel: 'Orange' }))(asked);

/** What an analyst reads of a region after a run. */
async function line(what: string, world: World): Promise<string> {
  const ran = await cron.run(world);
  const snapshot = await ran.stored('east-asia');
  if (snapshot === null) return `${what}: nothing is stored`;
  const { regime, pressure, meta, evidence } = snapshot;
  const time = (at: number) => new Date(at).toISOString().slice(5, 16).replace('T', ' ');
  const held =
    meta.held_inputs.map(({ input, since }) => `${input} since ${time(since)}`).join(', ') || 'nothing';
  const events = evidence.map(
    (item) => `${item.id} ${item.severity}${item.held_since ? ` (held since ${time(item.held_since)})` : ''}`,
  );
  return [
    `${time(snapshot.generated_at)} ${what}: ${regime.label}, score ${pressure.score}, before ${regime.previous_label}`,
    `  moved by ${regime.transition_driver}; missing ${meta.missing_inputs.join() || 'nothing'}; held ${held}`,
    `  evidence: ${events.join(', ') || 'none'}`,
  ].join('\n');
}

it('reads well while a feed is dead, back, and dead for 30 hours', async () => {
  const lines = [await line('heard', storm)];
  cron.later(6);
  lines.push(await line('dead', dead));
  cron.later(6);
  lines.push(await line('back', weaker));
  for (const hours of [6, 12, 6, 6]) {
    cron.later(hours);
    lines.push(await line('dead', dead));
  }
  cron.later(6);
  lines.push(await line('back', both()));
  expect(lines.join('\n')).toMatchInlineSnapshot(`
    "03-10 12:00 heard: emergency, score 1, before null
      moved by null; missing nothing; held nothing
      evidence: gdacs:TC:7000001 1
    03-10 18:00 dead: emergency, score 1, before null
      moved by null; missing gdacs-tc; held gdacs-tc since 03-10 12:00
      evidence: gdacs:TC:7000001 1 (held since 03-10 12:00)
    03-11 00:00 back: alert, score 0.5, before emergency
      moved by gdacs:TC:7000001; missing nothing; held nothing
      evidence: gdacs:TC:7000001 0.5
    03-11 06:00 dead: alert, score 0.5, before emergency
      moved by gdacs:TC:7000001; missing gdacs-tc; held gdacs-tc since 03-11 00:00
      evidence: gdacs:TC:7000001 0.5 (held since 03-11 00:00)
    03-11 18:00 dead: alert, score 0.5, before emergency
      moved by gdacs:TC:7000001; missing gdacs-tc; held gdacs-tc since 03-11 00:00
      evidence: gdacs:TC:7000001 0.5 (held since 03-11 00:00)
    03-12 00:00 dead: alert, score 0.5, before emergency
      moved by gdacs:TC:7000001; missing gdacs-tc; held gdacs-tc since 03-11 00:00
      evidence: gdacs:TC:7000001 0.5 (held since 03-11 00:00)
    03-12 06:00 dead: unknown, score null, before alert
      moved by not-heard; missing gdacs-tc; held nothing
      evidence: none
    03-12 12:00 back: normal, score 0, before unknown
      moved by no-hazard; missing nothing; held nothing
      evidence: none"
  `);
}, 60_000);
