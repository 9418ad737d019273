import { type Env, readVariable } from '../../lib/config.js';
import { type Clock, systemClock } from '../../lib/limits/deadline.js';
import { type CommandDeps, describeError } from '../command.js';
import { PROJECT_ROOT } from '../stack.js';
import { type Group, runGroup, skipped } from './check.js';
import { deploymentGroup } from './deployment/deployment-group.js';
import { feedsGroup } from './feeds.js';
import { type DoctorOptions, HELP, parseDoctorOptions } from './options.js';
import { createRedactor } from './redact.js';
import { countFindings, type GroupFindings, renderGroup, renderJson, renderSummary } from './render.js';
import { environmentGroup, namesStore, partialConfig } from './settings/environment.js';
import { vercelJsonGroup } from './settings/vercel-json.js';
import { openSetup, type Setup } from './setup.js';
import { storeGroup } from './store/store-group.js';

export interface DoctorDeps extends CommandDeps {
  /** The folder that holds vercel.json. Default: this project. */
  readonly root?: string;
  readonly clock?: Clock;
  readonly fetch?: typeof globalThis.fetch;
}

/** All checks together end after this, in ms. What is started for --local comes on top. */
const LIMIT_MS = 30_000;

/**
 * `npm run doctor`: checks a setup from the inside (variables, store, feeds), from the outside (a deployment), or both.
 *
 * @param args the command line without node and script
 * @returns the exit code: 0 nothing failed, 1 something failed, 2 the command line is wrong, 130 interrupted
 */
export async function runDoctor(args: readonly string[], deps: DoctorDeps): Promise<number> {
  const { terminal, interrupted } = deps;
  const parsed = parseDoctorOptions(args);
  if (parsed.kind === 'help') {
    terminal.write(HELP);
    return 0;
  }
  if (parsed.kind === 'invalid') {
    terminal.writeError(`${parsed.message}\nAll options: npm run doctor -- --help\n`);
    return 2;
  }
  try {
    return await examine(parsed.options, deps);
  } catch (error) {
    if (interrupted.aborted) return 130;
    terminal.writeError(`${describeError(error)}\n`);
    return 1;
  }
}

async function examine(options: DoctorOptions, deps: DoctorDeps): Promise<number> {
  const { terminal, interrupted, clock = systemClock } = deps;
  if (options.local && !options.json) terminal.write('Starting everything on this machine …\n\n');
  const setup = await openSetup(options, deps.env, interrupted);
  const timeUp = new AbortController();
  const timer = setTimeout(() => timeUp.abort(), LIMIT_MS);
  const begun = clock.monotonic();
  try {
    const signal = AbortSignal.any([interrupted, timeUp.signal]);
    const groups = await askAll(groupsOf(setup, { ...deps, strict: options.strict }), {
      signal,
      redact: createRedactor({ ...deps.env, ...setup.env }, setup.target?.bypass),
      show: (group) => {
        if (!options.json && !interrupted.aborted) terminal.write(renderGroup(group, terminal));
      },
    });
    if (interrupted.aborted) return 130;
    const durationMs = clock.monotonic() - begun;
    terminal.write(options.json ? renderJson(groups) : renderSummary(groups, durationMs, terminal.colour));
    return countFindings(groups).fail === 0 ? 0 : 1;
  } finally {
    clearTimeout(timer);
    await setup.close();
  }
}

async function askAll(
  groups: readonly Group[],
  options: {
    signal: AbortSignal;
    redact: ReturnType<typeof createRedactor>;
    show: (group: GroupFindings) => void;
  },
): Promise<readonly GroupFindings[]> {
  const done: GroupFindings[] = [];
  for (const group of groups) {
    const findings = (await runGroup(group, options.signal)).map(options.redact);
    done.push({ title: group.title, findings });
    options.show({ title: group.title, findings });
  }
  return done;
}

/** With an address and no store, only the outside is checked, and variables missing here are not a fault. */
function groupsOf({ env, target }: Setup, deps: DoctorDeps & { strict: boolean }): readonly Group[] {
  const { fetch = globalThis.fetch, root = PROJECT_ROOT, strict } = deps;
  const vercelJson = vercelJsonGroup(root, env);
  if (target !== null && !namesStore(env)) {
    const why = 'no variables of a store are set here: checked from the outside only';
    return [
      notAsked('environment', why),
      vercelJson,
      notAsked('store', why),
      notAsked('feeds', why),
      deploymentGroup(target, { fetch, environment: undefined, strict }),
    ];
  }
  const environment = readVariable(env, 'VERCEL_ENV') ?? 'development';
  return [
    environmentGroup(env),
    vercelJson,
    ...insideGroups(env, deps),
    target === null
      ? notAsked('deployment', 'no address was given: --url https://your-site')
      : deploymentGroup(target, { fetch, environment, strict }),
  ];
}

function insideGroups(
  env: Env,
  { clock = systemClock, fetch = globalThis.fetch }: DoctorDeps,
): readonly Group[] {
  const store = partialConfig(env, 'store');
  const feeds = partialConfig(env, 'feeds');
  const why = 'its variables are not valid, see above';
  return [
    store === null ? notAsked('store', why) : storeGroup(store, { env, clock }),
    feeds === null ? notAsked('feeds', why) : feedsGroup(feeds, { clock, fetch }),
  ];
}

function notAsked(title: string, why: string): Group {
  return { title, checks: [{ subject: title, limitMs: 1_000, run: () => [skipped(title, why)] }] };
}
