import { z } from 'zod';
import { readScriptOptions } from '../../local/script-options.js';
import { explore } from './suite/explore.js';
import { listCounts, type Tally } from './suite/tally.js';

const HELP = `Plays random schedules of faults against the whole system, and holds each against the invariants. Stops at the
first that breaks one, and prints the command that replays it.

Usage: npm run test:faults -- [options]

  --runs N     how many schedules (default 1000)
  --seed N     makes the same schedules again (default: another one each time)
  --path PATH  plays the one schedule of a seed that a failure has named, and makes it smaller
  --lanes N    how many are played at the same time (default 6)
  -h, --help   show this help

Environment:

  REDIS_SERVER_BIN  plays on this redis-server instead of the Redis in this process

Examples:

  npm run test:faults -- --runs 10000
  npm run test:faults -- --seed 42 --path 17:0
`;

const whole = z.coerce.number().int().min(0);
const { path, ...counts } = readScriptOptions({
  help: HELP,
  options: {
    runs: { type: 'string' },
    seed: { type: 'string' },
    path: { type: 'string' },
    lanes: { type: 'string' },
  },
  schema: z.object({
    runs: whole.optional(),
    seed: whole.default(Math.floor(Math.random() * 2 ** 31)),
    lanes: whole.optional(),
    path: z.string().optional(),
  }),
});
const isReplay = path !== undefined;
const given = {
  ...counts,
  runs: counts.runs ?? (isReplay ? 1 : 1_000),
  lanes: counts.lanes ?? (isReplay ? 1 : 6),
  path,
};

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
  shrink: isReplay,
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
