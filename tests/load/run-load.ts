import { takeNoOptions } from '../../local/script-options.js';
import { startStack } from '../../local/stack.js';
import { applyLoad, type LoadAnswer } from './support/apply-load.js';
import { checkLoad, NAMESPACE } from './support/check-load.js';
import { memoryInUse } from './support/memory-in-use.js';

const LOADS = [
  { crons: 50, pushes: 0 },
  { crons: 0, pushes: 200 },
];
const ROUNDS = 10;
/**
 * Between two rounds memory goes up and down as the collector likes. What is not given back would raise the lowest level of
 * the later rounds above that of the first by more than this.
 */
const MOST_GROWTH_MB = 50;

function listStatuses(answers: readonly LoadAnswer[]): string {
  const statuses = [...new Set(answers.map(({ status }) => status))].toSorted();
  return statuses
    .map((status) => `${answers.filter((answer) => answer.status === status).length} × ${status}`)
    .join(', ');
}

takeNoOptions(`Puts the local stack under load: 50 cron calls and 200 pushes at once, 10 times over. Checks every answer and the
store, and that the memory of the process, which holds the whole stack, does not keep growing.

Usage: npm run test:load
`);

const stack = await startStack({ env: { KEY_NAMESPACE: NAMESPACE }, onLog: () => undefined });
const faults: string[] = [];
const memory: number[] = [];
try {
  for (let round = 1; round <= ROUNDS; round += 1) {
    for (const load of LOADS) {
      const begun = performance.now();
      const answers = await applyLoad(stack, load);
      const seconds = ((performance.now() - begun) / 1_000).toFixed(1);
      faults.push(...(await checkLoad(stack, answers)));
      process.stdout.write(
        `round ${round}: ${load.crons} crons, ${load.pushes} pushes in ${seconds} s: ${listStatuses(answers)}\n`,
      );
    }
    memory.push(memoryInUse());
  }
} finally {
  await stack.close();
}
const [first = 0] = memory;
const growth = Math.min(...memory.slice(ROUNDS / 2)) - first;
process.stdout.write(`memory of this process after each round: ${memory.join(', ')} MB\n`);
if (growth > MOST_GROWTH_MB)
  faults.push(`the memory did not come back: ${growth} MB more than after the first round`);
process.stdout.write(faults.length === 0 ? 'all promises kept\n' : `${faults.join('\n')}\n`);
process.exitCode = faults.length === 0 ? 0 : 1;
