import type { FaultRule } from '../../local/upstash/fault-rules.js';
import vercel from '../../vercel.json' with { type: 'json' };
import { status } from '../hazards/support/answers.js';
import { always, recent, search, type World } from '../hazards/support/cron-world.js';

export const HOUR_MS = 60 * 60_000;
/** Monday, 00:00 UTC. */
export const MONDAY = Date.UTC(2026, 2, 2);
/** When the scheduler calls: `0 6 * * *`. */
const CALL_HOURS = vercel.crons.map(({ schedule }) => Number(schedule.split(' ')[1]));
const DAYS = 7;

/** All calls of the week, epoch ms. */
export const CALLS: readonly number[] = Array.from({ length: DAYS }, (_, day) =>
  CALL_HOURS.map((hour) => MONDAY + (24 * day + hour) * HOUR_MS),
).flat();

/** What becomes of a call: the function runs, is killed after it made its claims, or was never called; or it is called with a wrong secret. */
export type Fate = 'runs' | 'killed' | 'not-called' | 'wrong-secret';

/** What goes wrong, and what the page says of it. Times as `Tue 17:50`, UTC. */
export interface Incident {
  readonly title: string;
  readonly what: string;
  /** What there is to do for whoever is on call. */
  readonly todo: string;
  /** Whether to get up for it, in a word or two. */
  readonly wakes: string;
  readonly begins: string;
  readonly ends: string;
  /** The calls that its section shows. */
  readonly shown: readonly [first: string, last: string];
  /** When somebody looks at the service between two calls. */
  readonly looks?: readonly string[];
  readonly fate?: Fate;
  readonly store?: readonly FaultRule[];
  readonly world?: World;
}

const DROPPED = { kind: 'drop-before' } as const;

export const INCIDENTS: readonly Incident[] = [
  {
    title: 'A red cyclone',
    what: 'GDACS raises a cyclone near the Philippines to red on Monday morning and drops it in the night. The service is well; this is what it is for.',
    todo: 'What your organisation does in an emergency. For the service: nothing.',
    wakes: 'for the cyclone',
    begins: 'Mon 11:00',
    ends: 'Mon 23:00',
    shown: ['Mon 12:00', 'Tue 00:00'],
    // Dated anew at each request, as an event that goes on is.
    world: (asked) => search('TC', recent({ alertlevel: 'Red', alertscore: 3 }))(asked),
  },
  {
    title: 'A killed function',
    what: 'The platform kills the function at 06:00, after it has claimed all regions and before it has stored any. Its claims expire within about a minute.',
    todo: "Nothing: the call an hour later has stored the slot. If it happens again, look for the reason in the platform's log.",
    wakes: 'no',
    begins: 'Tue 05:50',
    ends: 'Tue 06:10',
    shown: ['Tue 06:00', 'Tue 07:00'],
    fate: 'killed',
  },
  {
    title: 'The store is down for 50 minutes',
    what: 'Upstash cannot be reached from 17:50 to 18:40. The run of 18:00 cannot store its own report either.',
    todo: 'Look at the status page of Upstash. If it tells of an outage, wait: the next call stores what this one could not.',
    wakes: 'yes, to look',
    begins: 'Tue 17:50',
    ends: 'Tue 18:40',
    shown: ['Tue 18:00', 'Tue 19:00'],
    store: [{ fault: DROPPED }],
  },
  {
    title: 'A call that never comes',
    what: 'A deployment swallows the call of 12:00: no function starts, so nobody can notice before the call an hour later. The monitor stays quiet: that call comes within its grace.',
    todo: 'Nothing: the call an hour later has stored the slot.',
    wakes: 'no',
    begins: 'Wed 11:50',
    ends: 'Wed 12:10',
    shown: ['Wed 12:00', 'Wed 13:00'],
    fate: 'not-called',
  },
  {
    title: 'A feed is dead for 30 hours',
    what: 'USGS answers 503 from Wednesday, 20:00, to Friday, 02:00. What it said last counts for 24 hours. After that, regions in which no other feed reports a hazard are `unknown` instead of `normal`.',
    todo: 'Nothing for a day: what the feed said last still counts. When the message about unknown regions comes, look at the feed itself, in the morning. If its address has changed, set `USGS_URL`.',
    wakes: 'no; look the next day',
    begins: 'Wed 20:00',
    ends: 'Fri 02:00',
    shown: ['Thu 00:00', 'Fri 06:00'],
    world: always('usgs', status(503)),
  },
  {
    title: 'One region fails three times',
    what: 'The store answers 500 to every commit of `mena`, from Friday noon to the evening. The other regions do not notice.',
    todo: 'A single failure can wait for the next call. After the second the page says by when to look: before the region is `stale`. Look up the code; what the store refuses for one region alone is a question for its support.',
    wakes: 'before it is `stale`',
    begins: 'Fri 11:50',
    ends: 'Fri 18:30',
    shown: ['Fri 12:00', 'Fri 19:00'],
    looks: ['Fri 14:05'],
    store: [{ match: { phase: 'commit', region: 'mena' }, fault: { kind: 'status', status: 500 } }],
  },
  {
    title: 'A wrong secret for a day',
    what: 'On Saturday morning `CRON_SECRET` is changed in one place and not in the other. Each call is answered 401. No run begins, so no alert is sent: this is what a monitor of the heartbeat is for, which sounds at 08:05. The first run after it says how much is missing.',
    todo: 'Get up when the monitor sounds: this does not heal by itself. Deploy again, so that the scheduler of Vercel sends the secret that the deployment has; a scheduler elsewhere needs the same one.',
    wakes: 'yes',
    begins: 'Sat 05:00',
    ends: 'Sun 05:00',
    shown: ['Sat 06:00', 'Sun 06:00'],
    looks: ['Sat 08:05'],
    fate: 'wrong-secret',
  },
];

const DAY_NAMES = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** @param text `Tue 17:50` @returns epoch ms */
export function timeOf(text: string): number {
  const [day = '', clock = ''] = text.split(' ');
  const [hours = 0, minutes = 0] = clock.split(':').map(Number);
  return MONDAY + (24 * DAY_NAMES.indexOf(day) + hours) * HOUR_MS + minutes * 60_000;
}

/** @param time epoch ms @returns `Tue 17:50` */
export function nameOf(time: number): string {
  const day = DAY_NAMES[Math.floor((time - MONDAY) / (24 * HOUR_MS))];
  return `${day} ${new Date(time).toISOString().slice(11, 16)}`;
}

/** What goes wrong at a moment; undefined while nothing does. */
export function incidentAt(time: number): Incident | undefined {
  return INCIDENTS.find(({ begins, ends }) => timeOf(begins) <= time && time < timeOf(ends));
}

/** The incident in whose section a call is shown. */
export function sectionAt(time: number): Incident | undefined {
  return INCIDENTS.find(({ shown: [first, last] }) => timeOf(first) <= time && time <= timeOf(last));
}

/** When somebody looks between a call and the one after it. */
export function looksAfter(call: number): readonly number[] {
  const next = CALLS.find((at) => at > call) ?? Number.POSITIVE_INFINITY;
  return INCIDENTS.flatMap(({ looks = [] }) => looks.map(timeOf)).filter((at) => call < at && at < next);
}
