import { parseArgs } from 'node:util';
import { z } from 'zod';
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

export const HELP = `Measures the persister against what one would write or install instead, on one store, with the same snapshots.

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

/**
 * @param args the command line without node and script
 * @returns null when help was asked for
 * @throws Error that says which option is wrong
 */
export function parseOptions(args: readonly string[]): BenchOptions | null {
  const { values } = parseArgs({ args: [...args], options: FLAGS });
  if (values.help) return null;
  const parsed = ValuesSchema.safeParse(values);
  if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
  const { scene, runs, quick, json, svg } = parsed.data;
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
  help: { type: 'boolean', short: 'h', default: false },
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
