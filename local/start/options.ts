import { parseArgs } from 'node:util';
import { usageFault } from '../command.js';

/** What `npm start` was asked to do. */
export interface StartOptions {
  readonly once: boolean;
  readonly live: boolean;
  /** ms */
  readonly rttMs: number;
  readonly faultsFile: string | undefined;
  readonly port: number;
}

export type ParsedOptions =
  | { readonly kind: 'run'; readonly options: StartOptions }
  | { readonly kind: 'help' }
  | { readonly kind: 'invalid'; readonly message: string };

export const HELP = `Runs the whole system on this machine, fires its cron once, and shows what happened.

Usage: npm start -- [options]

  --once         stop after the run; exit with 0 if nothing failed, else with 1
  --live         read the real feeds of GDACS and USGS instead of samples
  --rtt MS       delay each request to Redis by this much (default 100)
  --faults FILE  inject the faults of this JSON file, and list what they did
  --port N       serve the status page and the API on this port (default 3000, 0 for a free one)
  -h, --help     show this help

Environment:

  REDIS_URL      use this Redis instead of the one in this process
  NO_COLOR       write without colours

Environment or .env: CRON_SECRET, READ_TOKEN, KEY_NAMESPACE, RUN_BUDGET_MS, VERCEL_ENV,
VERCEL_GIT_COMMIT_SHA, and with --live the addresses of feeds. The environment takes precedence.

Examples:

  npm start -- --once --rtt 20
  npm start -- --faults examples/faults.json
`;

/**
 * Does without zod, which takes longer to load than everything else that `--help` needs.
 *
 * @param args the command line without node and script
 */
export function parseOptions(args: readonly string[]): ParsedOptions {
  try {
    const { values } = parseArgs({ args: [...args], options: FLAGS });
    if (values.help) return { kind: 'help' };
    const { once, live, rtt, faults, port } = values;
    const rttMs = numberUpTo(MAX_RTT_MS, rtt);
    if (rttMs === null) return invalid(`--rtt takes a number of milliseconds, 0 to ${MAX_RTT_MS}`);
    if (faults === '') return invalid('--faults takes a file');
    const portNumber = numberUpTo(MAX_PORT, port);
    if (portNumber === null) return invalid(`--port takes a number, 0 to ${MAX_PORT}`);
    return { kind: 'run', options: { once, live, rttMs, faultsFile: faults, port: portNumber } };
  } catch (error) {
    return invalid(usageFault(error));
  }
}

const FLAGS = {
  once: { type: 'boolean', default: false },
  live: { type: 'boolean', default: false },
  rtt: { type: 'string', default: '100' },
  faults: { type: 'string' },
  port: { type: 'string', default: '3000' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

const MAX_RTT_MS = 60_000;
const MAX_PORT = 65_535;

function numberUpTo(max: number, text: string): number | null {
  return /^\d+$/.test(text) && Number(text) <= max ? Number(text) : null;
}

function invalid(message: string): ParsedOptions {
  return { kind: 'invalid', message };
}
