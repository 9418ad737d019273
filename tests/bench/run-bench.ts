/**
 * Measures the persister against what one would write or install instead:
 *
 *   npm run bench
 *   npm run bench -- --scene warm --runs 20
 *   npm run bench -- --json results.json --svg docs/benchmark.svg
 */

import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { z } from 'zod';
import { buildPlainJs } from './cold/build-plain-js.js';
import { connectWitness } from './measure/stored.js';
import { type BenchOptions, readOptions } from './options.js';
import { drawChart } from './report/draw-chart.js';
import { LEGEND, renderScene } from './report/render-scene.js';
import { renderImports, renderTargets, renderWork } from './report/render-targets.js';
import { judge } from './report/targets.js';
import type { ImportTime, Scene, Work } from './results.js';
import type { Bench } from './scenes/bench.js';
import { measureImports } from './scenes/import-times.js';
import { SCENES } from './scenes/scenes.js';
import { measureWork } from './scenes/work.js';
import { startBenchServer } from './server/start-bench-server.js';

/** What contenders are made of, beside this project. */
const COMPARED = ['@upstash/redis', '@aws-lambda-powertools/idempotency'];

await runBench(readOptions());

async function runBench(given: BenchOptions): Promise<void> {
  const [server, plainJs] = await Promise.all([startBenchServer(), buildPlainJs()]);
  const witness = await connectWitness(server.redisUrl);
  try {
    const { runs, coldRuns, quick } = given;
    await measureAll(given, { server, witness, runs, coldRuns, quick, plainJs: plainJs.folder, progress });
  } finally {
    progress('');
    witness.close();
    await server.close();
    await plainJs.remove();
  }
}

async function measureAll(given: BenchOptions, bench: Bench): Promise<void> {
  const machine = describeMachine(bench);
  const scenes: Scene[] = [];
  let imports: ImportTime[] = [];
  let work: Work | undefined;
  print(Object.values(machine).join(' · '));
  for (const name of given.scenes) {
    if (name === 'import') {
      imports = await measureImports(bench);
      print(renderImports(imports));
      continue;
    }
    if (name === 'work') {
      work = await measureWork(bench);
      print(renderWork(work));
      continue;
    }
    for await (const scene of SCENES[name](bench)) {
      scenes.push(scene);
      print(renderScene(scene));
    }
  }
  const targets = judge(scenes, work);
  print(LEGEND);
  print(renderTargets(targets));
  if (given.json !== undefined) {
    await writeFile(given.json, `${JSON.stringify({ machine, scenes, imports, work, targets }, null, 2)}\n`);
  }
  if (given.svg !== undefined) {
    await writeFile(given.svg, await drawChart(scenes.filter(({ name }) => name === 'growth')));
  }
}

function describeMachine({ server }: Bench) {
  return {
    node: `Node ${process.versions.node}`,
    cpu: `${availableParallelism()} × ${cpus()[0]?.model.trim() ?? 'CPU'}`,
    load: `load ${(loadavg()[0] ?? 0).toFixed(1)}`,
    redis: server.redis,
    packages: COMPARED.map((name) => `${name} ${versionOf(name)}`).join(', '),
  };
}

function versionOf(name: string): string {
  const manifest = readFileSync(new URL(`../../node_modules/${name}/package.json`, import.meta.url), 'utf8');
  return z.object({ version: z.string() }).parse(JSON.parse(manifest)).version;
}

function print(text: string): void {
  progress('');
  process.stdout.write(`\n${text}\n`);
}

/** One line that is overwritten, and only where somebody watches. */
function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[2K${text}`);
}
