import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCold } from '../cold/run-cold.js';
import { NAMESPACE } from '../namespace.js';
import type { Row, Run } from '../results.js';
import type { SubjectName } from '../subjects.js';
import { type Bench, PAYLOAD_BYTES, payloadsOf, ROW_SHARE_MS, regionIds, rotate } from './bench.js';
import { countTold } from './count-told.js';

export interface ColdComparison {
  readonly snapshots: number;
  readonly roundTripMs: number;
  readonly entrants: readonly { readonly name: SubjectName; readonly role: Row['role'] }[];
  /**
   * Counts from the start of loading, as whoever calls a function in a fresh process does, and looks for a snapshot of
   * each region instead of the snapshots that were given: the function makes its own.
   */
  readonly isFunction?: boolean;
}

/** Has everybody store the same snapshots, each time from a fresh process and over TLS. */
export async function compareCold(bench: Bench, comparison: ColdComparison): Promise<Row[]> {
  const authorityFile = join(bench.plainJs, 'authority.pem');
  await writeFile(authorityFile, bench.server.authority);
  const rows = comparison.entrants.map((entrant) => ({ ...entrant, runs: [] as Run[] }));
  for (let round = 0; round < bench.coldRuns; round += 1) {
    for (const { name, runs } of rotate(rows, round)) {
      if (runs.reduce((sum, { wallMs }) => sum + wallMs, 0) > ROW_SHARE_MS) continue;
      bench.progress(`${name} from a fresh process, run ${round + 1}`);
      runs.push(await runOnce(bench, comparison, { name, round, authorityFile }));
    }
  }
  await rm(authorityFile);
  return rows;
}

async function runOnce(
  { server, witness, plainJs }: Bench,
  { snapshots: count, roundTripMs, isFunction = false }: ColdComparison,
  { name, round, authorityFile }: { name: SubjectName; round: number; authorityFile: string },
): Promise<Run> {
  await witness.clear();
  await server.set({ roundTripMs, front: 'far', fault: null });
  const generatedAt = Date.now();
  const env = { ...server.feeds, NODE_EXTRA_CA_CERTS: authorityFile };
  const { told, ...measured } = await runCold(plainJs, env, {
    subject: name,
    endpoint: { url: server.farUrl, token: server.token, namespace: NAMESPACE },
    payloads: { regionIds: regionIds(count), bytes: PAYLOAD_BYTES, salt: `r${round}`, generatedAt },
  });
  const { importMs, wallMs } = measured;
  return {
    ...measured,
    wallMs: isFunction ? importMs + wallMs : wallMs,
    traffic: await server.traffic(),
    stored: await (isFunction
      ? witness.countLatest(regionIds(count))
      : witness.countStored(payloadsOf(count, round, generatedAt))),
    ...countTold(told, undefined),
  };
}
