import { parseArgs } from 'node:util';
import { usageFault } from '../command.js';
import { isHeaderSafe } from './redact.js';

const ENVIRONMENTS = ['production', 'preview', 'development'] as const;
export type Environment = (typeof ENVIRONMENTS)[number];

/** Which setup is to be checked. */
export interface DoctorOptions {
  /** Starts a stack on this machine and checks that. */
  readonly local: boolean;
  /** A file of environment variables, read instead of the environment. */
  readonly envFile: string | undefined;
  /** What VERCEL_ENV is to be, whatever the variables say: "vercel env pull" writes none. */
  readonly environment: Environment | undefined;
  /** Origin of a deployment. */
  readonly url: string | undefined;
  /** Passes Vercel's Deployment Protection. */
  readonly bypass: string | undefined;
  readonly json: boolean;
  /** Whether a deployment that is degraded counts as a failure. */
  readonly strict: boolean;
}

export type ParsedDoctorOptions =
  | { readonly kind: 'run'; readonly options: DoctorOptions }
  | { readonly kind: 'help' }
  | { readonly kind: 'invalid'; readonly message: string };

export const HELP = `Checks a setup and says what is wrong and what to do.

Usage: npm run doctor -- [options]

  (nothing)        checks the environment variables of this shell, and what they lead to
  --local          starts everything on this machine, checks that, and ends it again
  --vars FILE      reads the variables from a file instead, such as one of "vercel env pull"
  --environment E  checks as production, preview or development: "vercel env pull" writes no VERCEL_ENV,
                   and it decides which keys are used
  --url URL        also checks a deployment: https://your-site
  --bypass SECRET  passes Vercel's Deployment Protection; better set VERCEL_AUTOMATION_BYPASS_SECRET,
                   which leaves no trace in the shell's history
  --strict         fails on a deployment that is degraded, too
  --json           prints JSON
  -h, --help       shows this help

Examples:

  npm run doctor -- --local
  npm run doctor -- --vars .env.local --environment production --url https://your-site

Exit code: 0 nothing failed, 1 something failed, 2 the command line is wrong.
Environment: the project's own variables (see .env.example), VERCEL_AUTOMATION_BYPASS_SECRET, NO_COLOR.
`;

/** @param args the command line without node and script */
export function parseDoctorOptions(args: readonly string[]): ParsedDoctorOptions {
  const values = readFlags(args);
  if ('message' in values) return { kind: 'invalid', message: values.message };
  const { local, vars: envFile, url, bypass, json, strict, help } = values;
  const environment = ENVIRONMENTS.find((name) => name === values.environment);
  if (help) return { kind: 'help' };
  const message = faultOf({ local, envFile, environment: values.environment, url, bypass });
  if (message !== undefined) return { kind: 'invalid', message };
  const origin = url === undefined ? undefined : new URL(url).origin;
  return { kind: 'run', options: { local, envFile, environment, url: origin, bypass, json, strict } };
}

/** Whether a host is this machine, where a secret may be sent without TLS. */
export function isLoopback(url: string): boolean {
  const { hostname } = new URL(url);
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

const FLAGS = {
  local: { type: 'boolean', default: false },
  vars: { type: 'string' },
  environment: { type: 'string' },
  url: { type: 'string' },
  bypass: { type: 'string' },
  json: { type: 'boolean', default: false },
  strict: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

function readFlags(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: FLAGS }).values;
  } catch (error) {
    return { message: usageFault(error) };
  }
}

/** Never quotes the value: it may be a secret in the wrong place. */
function faultOf(
  given: Pick<DoctorOptions, 'local' | 'envFile' | 'url' | 'bypass'> & { environment: string | undefined },
): string | undefined {
  const { local, envFile, environment, url, bypass } = given;
  if (local && [url, envFile, environment].some((value) => value !== undefined)) {
    return '--local makes a setup of its own: leave out --url, --vars and --environment';
  }
  if (envFile === '') return '--vars takes a file';
  if (environment !== undefined && !ENVIRONMENTS.some((name) => name === environment)) {
    return `--environment takes one of ${ENVIRONMENTS.join(', ')}`;
  }
  if (bypass !== undefined && !isHeaderSafe(bypass))
    return '--bypass takes a secret of visible ASCII characters';
  return url === undefined ? undefined : faultOfUrl(url);
}

function faultOfUrl(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    return '--url takes an address such as https://your-site';
  if (url.username !== '' || url.password !== '') return '--url takes an address without a user or password';
  if (url.protocol === 'http:' && !isLoopback(text))
    return '--url takes https: over http the secret would be readable';
  return undefined;
}
