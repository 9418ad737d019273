import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { z } from 'zod';
import type { Stage } from '../../faults/suite/stage.js';
import { interceptAt, type KillPoint } from './kill-point.js';
import type { ChildSettingsSchema } from './run-child.js';

const CHILD = fileURLToPath(new URL('./run-child.ts', import.meta.url));
const LOADER = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

/** Longer than any run here takes, so that a lease never ends while one is under way. */
export const BUDGET_MS = 20_000;

/**
 * Runs all regions in a process and ends that process with SIGKILL when it has come to the point. When this resolves,
 * the process is gone and all that it had sent has been executed.
 *
 * @throws Error when the process ended before it came to the point
 */
export async function killRunAt(stage: Stage, point: KillPoint, content: number): Promise<void> {
  const { intercept, reached } = interceptAt(point);
  stage.setIntercept(intercept);
  const settings: z.infer<typeof ChildSettingsSchema> = {
    url: stage.gateway.url,
    token: stage.gateway.token,
    namespace: stage.namespace,
    budgetMs: BUDGET_MS,
    content,
  };
  const child = spawn(process.execPath, ['--import', LOADER, CHILD], {
    env: { ...process.env, RUN_CHILD: JSON.stringify(settings) },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = once(child, 'exit');
  try {
    const survived = ended.then(() => {
      throw new Error(`the run ended before it came to ${point.name}`);
    });
    await Promise.race([reached, survived]);
    // What was answered is on its way to the child; what is held stays held.
    await stage.gateway.idle();
  } finally {
    child.kill('SIGKILL');
  }
  await ended;
  await stage.quiet();
  stage.setIntercept(() => undefined);
}
