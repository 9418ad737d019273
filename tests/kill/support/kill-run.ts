import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { text } from 'node:stream/consumers';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { z } from 'zod';
import { type RunReport, RunReportSchema } from '../../../lib/runs/report.js';
import type { Stage } from '../../faults/suite/stage.js';
import { untilStill } from '../../support/until-still.js';
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
  const { child, ended, reached } = startRunTo(stage, point, { content, budgetMs: BUDGET_MS });
  try {
    await reached;
    // What was answered is on its way to the child; what is held stays held.
    await stage.gateway.idle();
  } finally {
    child.kill('SIGKILL');
  }
  await ended;
  await stage.quiet();
  stage.setIntercept(() => undefined);
}

/**
 * Stops such a process with SIGSTOP at the point, does something else, and lets it go on.
 *
 * @param meanwhile when it is over, what is late is executed
 * @returns what the run reports when it has come to its end after all
 * @throws Error when the process ended before it came to the point
 */
export async function freezeRunAt(
  stage: Stage,
  point: KillPoint,
  { meanwhile, ...run }: { content: number; budgetMs: number; meanwhile: () => Promise<void> },
): Promise<RunReport> {
  const { child, ended, reached } = startRunTo(stage, point, run);
  const said = text(child.stdout);
  try {
    await reached;
    child.kill('SIGSTOP');
    await untilStill(stage.gateway, STILL_TURNS, () => stage.redis.ping());
    await meanwhile();
    child.kill('SIGCONT');
    await ended;
  } finally {
    child.kill('SIGKILL');
  }
  await stage.quiet();
  return RunReportSchema.parse(JSON.parse(await said));
}

/** Turns of the event loop without a request after which all that the process had sent has been heard and executed. */
const STILL_TURNS = 300;

function startRunTo(stage: Stage, point: KillPoint, run: { content: number; budgetMs: number }) {
  const { intercept, reached } = interceptAt(point);
  stage.setIntercept(intercept);
  const { url, token } = stage.gateway;
  const settings: z.infer<typeof ChildSettingsSchema> = { url, token, namespace: stage.namespace, ...run };
  const child = spawn(process.execPath, ['--import', LOADER, CHILD], {
    env: { ...process.env, RUN_CHILD: JSON.stringify(settings) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const survived = ended.then(() => {
    throw new Error(`the run ended before it came to ${point.name}`);
  });
  survived.catch(() => undefined);
  return { child, ended, reached: Promise.race([reached, survived]) };
}
