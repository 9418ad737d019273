import fc from 'fast-check';
import type { HazardEvent } from '../../../lib/hazards/event.js';
import type { HazardFeed } from '../../../lib/hazards/feeds/feed.js';
import { type AssessedSnapshot, AssessedSnapshotSchema } from '../../../lib/hazards/snapshot.js';
import { createHazardSource } from '../../../lib/hazards/source.js';
import type { Fields } from '../../../lib/persister/record.js';
import { hazardEvent } from './events.js';
import { NOW } from './rows.js';
import { NEVER } from './serve.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const REGION = 'east-asia';
const INPUTS = [
  { input: 'gdacs-tc', type: 'cyclone' },
  { input: 'gdacs-vo', type: 'volcano' },
  { input: 'gdacs-fl', type: 'flood' },
] as const;

/** What the world is for one input, as severities of its events, and what the feed tells of it. */
interface Told {
  readonly world: readonly (number | null)[];
  readonly tells: 'all' | 'part' | 'garbage' | 'nothing' | 'no-green';
  /** Which events are in a part. */
  readonly heard: readonly boolean[];
}
interface Step {
  readonly hours: number;
  readonly told: readonly Told[];
}

const severity = fc.option(fc.constantFrom(0, 1 / 3, 0.5, 2 / 3, 1));
const three = <T>(arbitrary: fc.Arbitrary<T>) => fc.array(arbitrary, { minLength: 3, maxLength: 3 });
const told: fc.Arbitrary<Told> = fc.record({
  world: three(severity),
  tells: fc.constantFrom('all', 'all', 'part', 'garbage', 'nothing', 'no-green'),
  heard: three(fc.boolean()),
});
const sequence: fc.Arbitrary<Step[]> = fc.array(
  fc.record({ hours: fc.constantFrom(1, 6, 6, 12, 18, 24, 30), told: three(told) }),
  { minLength: 2, maxLength: 10 },
);

/** Throws where a sequence breaks a rule. The seed is in the message of what it throws. */
export function checkCalm(options: { readonly runs: number; readonly seed: number }): Promise<void> {
  const holds = fc.asyncProperty(sequence, async (steps) => {
    const world = createWorld();
    for (const step of steps) await world.take(step);
  });
  return fc.assert(holds, { numRuns: options.runs, seed: options.seed });
}

/** What was heard of an input, judged without the code under test. */
interface Heard {
  readonly at: number;
  readonly isComplete: boolean;
  readonly said: ReadonlyMap<string, number>;
}

function createWorld() {
  const heard = new Map<string, Heard[]>(INPUTS.map(({ input }) => [input, []]));
  const recalled = new Map<string, Fields>();
  let memory: Fields | null = null;
  let now = NOW;
  return {
    async take({ hours, told }: Step): Promise<void> {
      now += hours * HOUR_MS;
      const snapshot = await run(told);
      if (snapshot !== null) judge(snapshot, told);
    },
  };

  async function run(tells: readonly Told[]): Promise<AssessedSnapshot | null> {
    const feeds = INPUTS.flatMap((input, index) => {
      const one = tells[index];
      return one === undefined ? [] : feedOf(input, one);
    });
    const geography = { load: async () => () => null };
    const source = createHazardSource({ feeds, geography });
    const collection = await source.collect({ now, signal: NEVER });
    const wanted = collection.recall?.({ regionId: REGION, memory, now }) ?? [];
    const assessment = collection.assess({
      regionId: REGION,
      memory,
      recalled: new Map([...recalled].filter(([id]) => wanted.includes(id))),
      now,
      trigger: 'scheduled',
    });
    if (assessment.status === 'failed') return null;
    const { snapshot } = assessment;
    memory = JSON.parse(JSON.stringify(assessment.memory));
    recalled.set(snapshot.meta.snapshot_id, JSON.parse(JSON.stringify(snapshot)));
    return AssessedSnapshotSchema.parse(snapshot);
  }

  function feedOf(
    { input, type }: (typeof INPUTS)[number],
    { world, tells, heard: parts }: Told,
  ): HazardFeed {
    const events = world.flatMap((level, index) => {
      // What is orange or red was heard to the end, and of green a part.
      const isTold = tells === 'all' || parts[index] === true || (tells === 'no-green' && (level ?? 0) > 0);
      return level === null || !isTold ? [] : eventOf(`${input}:${index}`, type, level);
    });
    return {
      name: input,
      async read() {
        if (tells === 'nothing') throw new Error('no answer');
        // Garbage: it answers, and not one row can be read.
        const kept = tells === 'garbage' ? [] : events;
        const gaps = tells === 'all' ? [] : ['part of it'];
        heard.get(input)?.unshift({
          at: now,
          isComplete: tells === 'all' || tells === 'no-green',
          said: new Map(kept.map(({ id, severity }) => [id, severity])),
        });
        return {
          events: kept,
          skipped: 0,
          asOf: null,
          gaps,
          notes: [],
          onlyCalmMissing: tells === 'no-green',
        };
      },
    };
  }

  function eventOf(id: string, type: HazardEvent['type'], severity: number): HazardEvent {
    return hazardEvent({ id, type, severity, startedAt: now, observedAt: now });
  }

  /** What is still to be believed of an input, and whether silence of it is calm. */
  function believed(input: string): { readonly isKnown: boolean; readonly severity: number } {
    const recent = (heard.get(input) ?? []).filter(({ at }) => now - at <= DAY_MS);
    const last = recent.findIndex(({ isComplete }) => isComplete);
    const since = last === -1 ? recent : recent.slice(0, last + 1);
    // Oldest first, so that the newest word on each event stays.
    const words = new Map(since.toReversed().flatMap(({ said }) => [...said]));
    return { isKnown: last !== -1, severity: Math.max(0, ...words.values()) };
  }

  function judge(snapshot: AssessedSnapshot, tells: readonly Told[]): void {
    const { regime, pressure, evidence } = snapshot;
    const beliefs = INPUTS.map(({ input }) => believed(input));
    const demanded = Math.max(...beliefs.map((belief) => belief.severity));
    const allKnown = beliefs.every(({ isKnown }) => isKnown);
    const real = Math.max(0, ...tells.flatMap(({ world }) => world.map((level) => level ?? 0)));
    const allHeardNow = tells.every((one) => one.tells === 'all');
    must(regime.label !== 'normal' || allKnown, 'normal is claimed on something unheard');
    must(regime.label !== 'unknown' || !allKnown, 'unknown is claimed although everything is known');
    must(pressure.score !== null || regime.label === 'unknown', 'no score, and still a label');
    must(!allHeardNow || pressure.score === real, 'the world was heard, and is told otherwise');
    must(pressure.score !== null || demanded < 1 / 3, 'what was said within 24 hours is forgotten');
    if (pressure.score === null) return;
    must(pressure.score >= demanded, 'lower than what was said within 24 hours');
    must(pressure.score <= demanded, 'something is held for longer than 24 hours, or was never said');
    const shown = Math.max(0, ...evidence.map((item) => item.severity));
    must(shown === pressure.score, 'the evidence does not explain the score');
    const labels = { normal: 0, unknown: 0, watch: 1 / 3, alert: 1 / 2, emergency: 1 };
    must(demanded >= labels[regime.label], 'the label is higher than the score');
    must(!(demanded >= 1) || regime.label === 'emergency', 'an emergency is not called one');
  }
}

function must(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise);
}
