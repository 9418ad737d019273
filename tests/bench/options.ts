import { z } from 'zod';
import { readScriptOptions } from '../../local/script-options.js';
import { SCENE_NAMES, type SceneName } from './results.js';

export interface BenchOptions {
  /** In the order in which they are run. */
  readonly scenes: readonly SceneName[];
  readonly runs: number;
  readonly coldRuns: number;
  readonly quick: boolean;
  readonly json: string | undefined;
  readonly svg: string | undefined;
}

const HELP = `Measures the persister against what one would write or install instead, on one store, with the same snapshots.

Usage: npm run bench -- [options]

  --scene NAME  only this one; may be given several times: ${SCENE_NAMES.join(', ')}
  --runs N      runs of each contender in each scene (default 9, from fresh processes 5)
  --quick       3 runs, fewer distances, nothing above 800 snapshots
  --json FILE   writes everything that was measured
  --svg FILE    draws wall time against the number of snapshots; needs the scene growth
  -h, --help    show this help

Environment: REDIS_SERVER_BIN (a redis-server; else one on the PATH, else the one that npm start uses).

Examples:

  npm run bench -- --quick
  npm run bench -- --scene warm --scene function --runs 5
`;

const RUNS = { full: { runs: 9, coldRuns: 5 }, quick: { runs: 3, coldRuns: 3 } };

/** Reads the command line of the benchmark: see {@link readScriptOptions}. */
export function readOptions(): BenchOptions {
  const { scene, runs, quick, json, svg } = readScriptOptions({
    help: HELP,
    options: FLAGS,
    schema: ValuesSchema,
  });
  const defaults = quick ? RUNS.quick : RUNS.full;
  return {
    scenes: SCENE_NAMES.filter((name) => scene === undefined || scene.includes(name)),
    runs: runs ?? defaults.runs,
    coldRuns: runs ?? defaults.coldRuns,
    quick,
    json,
    svg,
  };
}

const FLAGS = {
  scene: { type: 'string', multiple: true },
  runs: { type: 'string' },
  quick: { type: 'boolean', default: false },
  json: { type: 'string' },
  svg: { type: 'string' },
} as const;

const ValuesSchema = z
  .object({
    scene: z.array(z.enum(SCENE_NAMES)).optional(),
    runs: z.coerce.number().int().min(1).max(1_000).optional(),
    quick: z.boolean(),
    json: z.string().min(1).optional(),
    svg: z.string().min(1).optional(),
  })
  .refine(({ scene, svg }) => svg === undefined || scene === undefined || scene.includes('growth'), {
    error: '--svg needs the scene growth',
  });
