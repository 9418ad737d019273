import { REGION_IDS } from '../../../lib/hazards/regions/regions.js';
import type { Row, Scene, SceneName } from '../results.js';
import type { Conditions } from '../server/messages.js';
import { CONTENDERS, type SubjectName } from '../subjects.js';
import { enterBareTransfer } from './bare-transfer.js';
import type { Bench } from './bench.js';
import { type ColdComparison, compareCold } from './compare-cold.js';
import { compareWarm, type Entrant, enter } from './compare-warm.js';

const EIGHT = REGION_IDS.length;
const [DISTURBED] = REGION_IDS;
/** The distance of the scenes that do not vary it. */
const ROUND_TRIP_MS = 100;
const SLOW_BY_MS = 2_000;
/** What would take longer than this is not run but reckoned. */
const WORTH_WAITING_MS = 30_000;

/** Each scene makes one table or several. */
export const SCENES: Readonly<
  Record<Exclude<SceneName, 'import' | 'work'>, (bench: Bench) => AsyncGenerator<Scene>>
> = {
  warm,
  cold,
  growth,
  'slow-region': slowRegion,
  'failing-region': failingRegion,
  duplicates,
  'whole-run': wholeRun,
  function: cronFunction,
};

async function* warm(bench: Bench): AsyncGenerator<Scene> {
  const entrants = [...(await contenders(bench)), await enter(bench, 'two bare requests', 'floor')];
  for (const roundTripMs of distances(bench)) {
    const rows = await compareWarm(bench, { snapshots: EIGHT, conditions: near(roundTripMs), entrants });
    yield scene('warm', 'warm', rows, { roundTripMs });
  }
}

async function* cold(bench: Bench): AsyncGenerator<Scene> {
  const floor = { name: 'two bare requests', role: 'floor' } as const;
  const entrants = [...CONTENDERS.map((name) => ({ name, role: 'contender' as const })), floor];
  for (const roundTripMs of distances(bench)) {
    const rows = await compareCold(bench, { snapshots: EIGHT, roundTripMs, entrants });
    yield scene('cold', 'fresh process, TLS', rows, { roundTripMs, isCold: true });
  }
}

async function* growth(bench: Bench): AsyncGenerator<Scene> {
  for (const snapshots of bench.quick ? [8, 80, 800] : [8, 80, 800, 8_000]) {
    const taking = (await contenders(bench)).map((entrant) => ({
      ...entrant,
      notRun: entrant.name === 'sequential' ? tooLong(snapshots) : undefined,
    }));
    const entrants = [...taking, enterBareTransfer(bench)];
    const rows = await compareWarm(bench, { snapshots, conditions: near(ROUND_TRIP_MS), entrants });
    yield scene('growth', 'warm', rows, { snapshots });
  }
}

async function* slowRegion(bench: Bench): AsyncGenerator<Scene> {
  const conditions: Conditions = {
    ...near(ROUND_TRIP_MS),
    fault: { region: DISTURBED, effect: { slowMs: SLOW_BY_MS } },
  };
  const ours = await enter(bench, 'ours');
  const undisturbed: Entrant = { ...ours, name: 'ours, undisturbed', conditions: near(ROUND_TRIP_MS) };
  const entrants = [...(await contenders(bench)), undisturbed];
  const rows = await compareWarm(bench, { snapshots: EIGHT, conditions, entrants });
  yield scene('slow-region', `warm · the write of ${DISTURBED} slow by ${SLOW_BY_MS / 1_000} s`, rows);
}

async function* failingRegion(bench: Bench): AsyncGenerator<Scene> {
  const conditions: Conditions = { ...near(ROUND_TRIP_MS), fault: { region: DISTURBED, effect: 'fails' } };
  const entrants = await contenders(bench);
  const rows = await compareWarm(bench, { snapshots: EIGHT, conditions, entrants });
  yield scene('failing-region', `warm · the write of ${DISTURBED} answered with 500`, rows);
}

async function* duplicates(bench: Bench): AsyncGenerator<Scene> {
  const conditions = near(ROUND_TRIP_MS);
  const entrants = await contenders(bench);
  const rows = await compareWarm(bench, { snapshots: EIGHT, conditions, entrants, storedBefore: true });
  yield scene('duplicates', 'warm · all of them stored before', rows);
}

async function* wholeRun(bench: Bench): AsyncGenerator<Scene> {
  const entrants = [await enter(bench, 'our whole run'), await enter(bench, 'four bare requests', 'floor')];
  const rows = await compareWarm(bench, { snapshots: EIGHT, conditions: near(ROUND_TRIP_MS), entrants });
  yield scene('whole-run', 'warm · heads, claims, commits, report', rows);
  const fresh = await compareCold(bench, {
    snapshots: EIGHT,
    roundTripMs: ROUND_TRIP_MS,
    entrants: againstFour('our whole run'),
  });
  yield scene('whole-run', 'fresh process, TLS · heads, claims, commits, report', fresh, { isCold: true });
}

async function* cronFunction(bench: Bench): AsyncGenerator<Scene> {
  const rows = await compareCold(bench, {
    snapshots: EIGHT,
    roundTripMs: ROUND_TRIP_MS,
    entrants: againstFour('the cron function'),
    isFunction: true,
  });
  yield scene('function', 'fresh process, TLS · loading included, sample feeds nearby', rows, {
    isCold: true,
  });
}

/** A run takes four round trips. */
function againstFour(name: SubjectName): ColdComparison['entrants'] {
  return [
    { name, role: 'contender' },
    { name: 'four bare requests', role: 'floor' },
  ];
}

function scene(
  name: Scene['name'],
  how: string,
  rows: readonly Row[],
  of: Partial<Pick<Scene, 'snapshots' | 'roundTripMs' | 'isCold'>> = {},
): Scene {
  const { snapshots = EIGHT, roundTripMs = ROUND_TRIP_MS, isCold = false } = of;
  const title = `${snapshots.toLocaleString('en')} × 20 KB · ${roundTripMs} ms round trip · ${how}`;
  return { name, title, snapshots, roundTripMs, isCold, rows };
}

function contenders(bench: Bench): Promise<Entrant[]> {
  return Promise.all(CONTENDERS.map((name) => enter(bench, name)));
}

const near = (roundTripMs: number): Conditions => ({ roundTripMs, front: 'near', fault: null });
const distances = ({ quick }: Bench) => (quick ? [0, 100] : [0, 20, 100, 250]);

/** The arithmetic of the sequential contender. */
function tooLong(snapshots: number): string | undefined {
  const ms = 2 * snapshots * ROUND_TRIP_MS;
  if (ms <= WORTH_WAITING_MS) return undefined;
  const sum = `2 × ${snapshots.toLocaleString('en')} requests × ${ROUND_TRIP_MS} ms`;
  return `not run: ${sum} = ${(ms / 60_000).toFixed(1)} min`;
}
