import type { Snapshot } from '../../../lib/runs/snapshot.js';
import { post } from '../contenders/bare-requests.js';
import type { Told } from '../contenders/contender.js';
import { measure } from '../measure/measure.js';
import { NAMESPACE } from '../namespace.js';
import type { Row, Run } from '../results.js';
import type { Conditions } from '../server/messages.js';
import { loadSubject, type SubjectName } from '../subjects.js';
import { type Bench, payloadsOf, ROW_SHARE_MS, rotate } from './bench.js';
import { countTold } from './count-told.js';

/** Somebody who takes part in a scene. */
export interface Entrant {
  readonly name: string;
  readonly role: Row['role'];
  /** @returns what is measured; what it takes to get there is not */
  prepare(snapshots: readonly Snapshot[]): () => Promise<readonly Told[]>;
  /** Other conditions than those of the scene. */
  readonly conditions?: Conditions;
  /** Why it does not take part. */
  readonly notRun?: string | undefined;
}

export interface Comparison {
  readonly snapshots: number;
  readonly conditions: Conditions;
  readonly entrants: readonly Entrant[];
  /** Has everybody store the same content first, unmeasured. */
  readonly storedBefore?: boolean;
}

const UNDISTURBED: Conditions = { roundTripMs: 0, front: 'near', fault: null };
/** As many as the most careful contender uses. */
const WARM_CONNECTIONS = 8;
const WARM_UP_RUNS = 3;
const WARM_UP_SNAPSHOTS = 8;

/** An entrant that runs in this process, with what it keeps between runs. */
export async function enter(
  bench: Bench,
  name: SubjectName,
  role: Row['role'] = 'contender',
): Promise<Entrant> {
  const { nearUrl: url, token } = bench.server;
  const persist = (await loadSubject(name))({ url, token, namespace: NAMESPACE });
  return { name, role, prepare: (snapshots) => () => persist(snapshots) };
}

/**
 * Has everybody store the same snapshots, in turn, round after round, each time in an emptied store and over
 * connections that are open already.
 */
export async function compareWarm(bench: Bench, comparison: Comparison): Promise<Row[]> {
  const rows = comparison.entrants.map((entrant) => ({ entrant, runs: [] as Run[] }));
  for (const { entrant } of rows) if (entrant.notRun === undefined) await warmUp(bench, entrant);
  for (let round = 0; round < bench.runs; round += 1) {
    for (const { entrant, runs } of rotate(rows, round)) {
      const spentMs = runs.reduce((sum, { wallMs }) => sum + wallMs, 0);
      if (entrant.notRun !== undefined || spentMs > ROW_SHARE_MS) continue;
      bench.progress(`${entrant.name}, run ${round + 1}`);
      runs.push(await runOnce(bench, comparison, entrant, round));
    }
  }
  return rows.map(({ entrant: { name, role, notRun }, runs }) => ({
    name,
    role,
    runs,
    ...(notRun === undefined ? {} : { notRun }),
  }));
}

/** Unmeasured and from nearby, so that code that has been compiled meets code that has been compiled. */
async function warmUp({ server, witness }: Bench, entrant: Entrant): Promise<void> {
  await server.set(UNDISTURBED);
  for (let round = 0; round < WARM_UP_RUNS; round += 1) {
    await witness.clear();
    await entrant.prepare(payloadsOf(WARM_UP_SNAPSHOTS, round))();
  }
}

async function runOnce(bench: Bench, comparison: Comparison, entrant: Entrant, round: number): Promise<Run> {
  const { server, witness } = bench;
  const { snapshots: count, conditions: usual, storedBefore = false } = comparison;
  const conditions = entrant.conditions ?? usual;
  await witness.clear();
  await server.set(UNDISTURBED);
  await Promise.all(
    Array.from({ length: WARM_CONNECTIONS }, () =>
      post(`${server.nearUrl}/pipeline`, server.token, '[["PING"]]'),
    ),
  );
  if (storedBefore) await entrant.prepare(payloadsOf(count, round, Date.now() - 60_000))();
  const snapshots = payloadsOf(count, round);
  const work = entrant.prepare(snapshots);
  await server.set(conditions);
  const { result, ...measured } = await measure(work);
  return {
    ...measured,
    importMs: null,
    traffic: await server.traffic(),
    stored: await witness.countStored(snapshots),
    ...countTold(result, conditions.fault?.region),
  };
}
