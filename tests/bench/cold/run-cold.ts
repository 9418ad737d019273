import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { z } from 'zod';
import { type ColdOutcome, ColdOutcomeSchema, type ColdTask } from './task.js';

/**
 * Has a fresh process do one run.
 *
 * @param plainJs folder of the plain JavaScript, see `buildPlainJs`
 * @param env added to its environment
 * @throws when it ends without a word
 */
export async function runCold(
  plainJs: string,
  env: Readonly<Record<string, string>>,
  task: ColdTask,
): Promise<ColdOutcome> {
  const child = fork(join(plainJs, 'tests/bench/cold/cold-client.js'), [JSON.stringify(task)], {
    execArgv: [],
    // The function's log would stand between the tables.
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { ...process.env, ...env },
  });
  const ended = once(child, 'exit');
  const silent = ended.then(() => {
    throw new Error(`a fresh process ended without an outcome: ${task.subject}`);
  });
  const [message] = z
    .tuple([z.unknown()])
    .rest(z.unknown())
    .parse(await Promise.race([once(child, 'message'), silent]));
  await ended;
  return ColdOutcomeSchema.parse(message);
}
