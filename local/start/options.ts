import { parseArgs } from 'node:util';
import { z } from 'zod';
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
`;

/** @param args the command line without node and script */
export function parseOptions(args: readonly string[]): ParsedOptions {
  try {
    const { values } = parseArgs({ args: [...args], options: FLAGS });
    if (values.help) return { kind: 'help' };
    const parsed = ValuesSchema.safeParse(values);
    if (!parsed.success)
      return { kind: 'invalid', message: parsed.error.issues[0]?.message ?? 'bad options' };
    const { once, live, rtt, faults, port } = parsed.data;
    return { kind: 'run', options: { once, live, rttMs: rtt, faultsFile: faults, port } };
  } catch (error) {
    return { kind: 'invalid', message: usageFault(error) };
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

const numeric = (max: number, error: string) =>
  z.string().regex(/^\d+$/, { error }).transform(Number).pipe(z.number().max(max, { error }));

const ValuesSchema = z.object({
  once: z.boolean(),
  live: z.boolean(),
  rtt: numeric(60_000, '--rtt takes a number of milliseconds, 0 to 60000'),
  faults: z.string().min(1, { error: '--faults takes a file' }).optional(),
  port: numeric(65_535, '--port takes a number, 0 to 65535'),
});
