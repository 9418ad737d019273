import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { z } from 'zod';
import type { ImportTime } from '../results.js';
import type { Bench } from './bench.js';

const CRON_FUNCTION = 'api/cron/persist-regions.js';
/** The function, and what it loads of others, each by itself. */
const MODULES = [CRON_FUNCTION, 'zod', '@upstash/redis', '@vercel/functions'];
const LEAST_RUNS = 9;

/** How long modules take to load, each time in a fresh process. */
export async function measureImports(bench: Bench): Promise<ImportTime[]> {
  const times = MODULES.map((module) => ({ module, ms: [] as number[] }));
  for (let round = 0; round < Math.max(LEAST_RUNS, bench.runs); round += 1) {
    for (const { module, ms } of times) {
      bench.progress(`import ${module}, run ${round + 1}`);
      ms.push(await timeImport(bench.plainJs, module));
    }
  }
  return times;
}

async function timeImport(plainJs: string, module: string): Promise<number> {
  const specifier = module === CRON_FUNCTION ? join(plainJs, module) : module;
  const child = fork(join(plainJs, 'tests/bench/cold/time-import.js'), [specifier], { execArgv: [] });
  const ended = once(child, 'exit');
  const silent = ended.then(() => {
    throw new Error(`${module} could not be loaded`);
  });
  const message = z.tuple([z.number()]).rest(z.unknown());
  const [ms] = message.parse(await Promise.race([once(child, 'message'), silent]));
  await ended;
  return ms;
}
