import fc from 'fast-check';
import type { Wait } from '../../../lib/hazards/feeds/fetch-text.js';
import { createGdacsFeeds } from '../../../lib/hazards/feeds/gdacs.js';
import { createUsgsFeed } from '../../../lib/hazards/feeds/usgs.js';
import { type AssessedSnapshot, AssessedSnapshotSchema } from '../../../lib/hazards/snapshot.js';
import { createHazardSource } from '../../../lib/hazards/source.js';
import type { Fields } from '../../../lib/persister/record.js';
import { NOW } from './rows.js';
import {
  ADDRESSES,
  answerTo,
  arbitrarySteps,
  type Heard,
  heardOf,
  INPUTS,
  type Step,
  type Told,
} from './told.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const REGION = 'east-asia';

/** Throws where a sequence breaks a rule. The seed is in the message of what it throws. */
export function checkCalm(options: { readonly runs: number; readonly seed: number }): Promise<void> {
  const holds = fc.asyncProperty(arbitrarySteps, async (steps) => {
    const world = createWorld();
    for (const step of steps) await world.take(step);
  });
  return fc.assert(holds, { numRuns: options.runs, seed: options.seed });
}

/** The wait before a retry is over at once; what waits for a slow answer waits until it is there. */
const wait: Wait = (ms, signal) =>
  new Promise((resolve) => {
    if (ms <= 500 || signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

function createWorld() {
  const heard = new Map<string, (Heard & { readonly at: number })[]>(INPUTS.map(({ input }) => [input, []]));
  const recalled = new Map<string, Fields>();
  let memory: Fields | null = null;
  let now = NOW;
  let step: Step | undefined;
  const [withRss, withoutRss] = [ADDRESSES.rss, undefined].map(sourceOf);

  return {
    async take(next: Step): Promise<void> {
      step = next;
      now += next.hours * HOUR_MS;
      for (const [i, input] of INPUTS.entries()) {
        const told = next.told[i];
        const one = told === undefined ? null : heardOf(input, told, next.rss);
        if (one !== null) heard.get(input.input)?.unshift({ at: now, ...one });
      }
      const snapshot = await run(next);
      if (snapshot !== null) judge(snapshot, next.told);
    },
  };

  /** The feeds themselves, whose requests are answered in this process. */
  function sourceOf(rssUrl: string | undefined) {
    const fetch: typeof globalThis.fetch = async (url) => {
      if (step === undefined) throw new Error('nothing is told yet');
      return answerTo(new URL(String(url)), step, now);
    };
    const deps = { fetch, wait, random: () => 0 };
    const gdacs = createGdacsFeeds({ ...deps, url: ADDRESSES.gdacs, rssUrl });
    const names: readonly string[] = INPUTS.map(({ input }) => input);
    const feeds = [...gdacs, createUsgsFeed({ ...deps, url: ADDRESSES.usgs })];
    return createHazardSource({
      feeds: feeds.filter(({ name }) => names.includes(name)),
      // Of what names no country, which are the earthquakes of USGS.
      geography: { load: async () => () => REGION },
    });
  }

  async function run({ rss }: Step): Promise<AssessedSnapshot | null> {
    const source = rss === 'none' ? withoutRss : withRss;
    const collection = await source?.collect({ now, signal: new AbortController().signal });
    const wanted = collection?.recall?.({ regionId: REGION, memory, now }) ?? [];
    const assessment = collection?.assess({
      regionId: REGION,
      memory,
      recalled: new Map([...recalled].filter(([id]) => wanted.includes(id))),
      now,
      trigger: 'scheduled',
    });
    if (assessment?.status !== 'assessed') return null;
    const { snapshot } = assessment;
    memory = JSON.parse(JSON.stringify(assessment.memory));
    recalled.set(snapshot.meta.snapshot_id, JSON.parse(JSON.stringify(snapshot)));
    return AssessedSnapshotSchema.parse(snapshot);
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

  function judge(snapshot: AssessedSnapshot, told: readonly Told[]): void {
    const { regime, pressure, evidence } = snapshot;
    const beliefs = INPUTS.map(({ input }) => believed(input));
    const demanded = Math.max(...beliefs.map((belief) => belief.severity));
    const allKnown = beliefs.every(({ isKnown }) => isKnown);
    const real = Math.max(0, ...told.flatMap(({ world }) => world.map((level) => level ?? 0)));
    const allHeardNow = told.every(({ tells }) => tells === 'all' || tells === 'old');
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
