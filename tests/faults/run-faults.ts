/**
 * Plays random schedules of faults against the whole system and holds each against the invariants:
 *
 *   npm run test:faults -- --runs 10000
 *   npm run test:faults -- --seed 42 --path 17:0
 *
 * With REDIS_SERVER_BIN it runs on that Redis, else on the embedded one.
 */

import { parseArgs } from 'node:util';
import { z } from 'zod';
import { explore } from './suite/explore.js';
import { listCounts, type Tally } from './suite/tally.js';

const { values } = parseArgs({
  options: {
    runs: { type: 'string' },
    seed: { type: 'string' },
    path: { type: 'string' },
    lanes: { type: 'string' },
  },
});
const whole = (fallback: number) => z.coerce.number().int().min(0).default(fallback);
const given = z
  .object({
    runs: whole(values.path === undefined ? 1_000 : 1),
    seed: whole(Math.floor(Math.random() * 2 ** 31)),
    lanes: whole(values.path === undefined ? 6 : 1),
    path: z.string().optional(),
  })
  .parse(values);

const PROGRESS_EVERY = 50;
const startedAt = performance.now();

function describeProgress(tally: Tally): string {
  const seconds = (performance.now() - startedAt) / 1_000;
  const rate = (tally.schedules / seconds).toFixed(1);
  return [
    `${tally.schedules} of ${given.runs} schedules, ${rate}/s, ${tally.requests} requests`,
    `  faults    ${listCounts(tally.faults)}`,
    `  outcomes  ${listCounts(tally.outcomes)}`,
    `  late      ${listCounts(tally.late)}`,
  ].join('\n');
}

process.stdout.write(`seed ${given.seed}\n`);
const { tally, failures } = await explore({
  ...given,
  shrink: given.path !== undefined,
  onProgress: (soFar) => {
    if (soFar.schedules % PROGRESS_EVERY === 0) process.stdout.write(`${describeProgress(soFar)}\n`);
  },
});
process.stdout.write(`${describeProgress(tally)}\n`);
for (const { seed, path, account } of failures) {
  process.stdout.write(`\n${account}\n\nReplay with: npm run test:faults -- --seed ${seed} --path ${path}\n`);
}
process.stdout.write(failures.length === 0 ? `no violation (seed ${given.seed})\n` : '');
// Now, and not when the timers of a run that broke its word come to their end.
process.exit(failures.length === 0 ? 0 : 1);
