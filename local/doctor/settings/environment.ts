import { type Config, type ConfigFault, type Env, parseConfig, readVariable } from '../../../lib/config.js';
import { FEED_VARIABLES } from '../../../lib/hazards/feeds/feeds.js';
import { type Check, type Finding, fail, type Group, ok, warn } from '../check.js';
import { isLoopback } from '../options.js';
import { isHeaderSafe } from '../redact.js';

/** What every variable of the project is called. */
const NAMES = [
  'CRON_SECRET',
  'UPSTASH_REDIS_REST_URL',
  'UPSTASH_REDIS_REST_TOKEN',
  'KV_REST_API_URL',
  'KV_REST_API_TOKEN',
  'READ_TOKEN',
  'HEARTBEAT_URL',
  'ALERT_WEBHOOK_URL',
  'KEY_NAMESPACE',
  'RUN_BUDGET_MS',
  ...FEED_VARIABLES,
  'VERCEL',
  'VERCEL_ENV',
  'VERCEL_GIT_COMMIT_SHA',
] as const;

/** Fewer characters can be guessed; Vercel's documentation asks for as many. */
const MIN_SECRET_LENGTH = 16;

/** Whether any variable of a database is set. Without one, a deployment is only checked from outside. */
export function namesStore(env: Env): boolean {
  return NAMES.slice(1, 5).some((name) => readVariable(env, name) !== undefined);
}

/** Checks the variables alone, without a request. */
export function environmentGroup(env: Env): Group {
  return {
    title: 'environment',
    checks: [
      check('variables', () => variables(env)),
      check('CRON_SECRET', () => secret(env, 'CRON_SECRET')),
      check('READ_TOKEN', () => readToken(env)),
      check('store', () => storeVariables(env)),
    ],
  };
}

function check(subject: string, run: () => readonly Finding[]): Check {
  return { subject, limitMs: 1_000, run };
}

function variables(env: Env): readonly Finding[] {
  const result = parseConfig(env);
  if (!result.ok)
    return result.faults.map(({ variable, message }) => fail(variable, message, adviceFor(variable)));
  const set = NAMES.filter((name) => readVariable(env, name) !== undefined);
  return [ok('variables', `all valid; set are ${set.join(', ')}`)];
}

function adviceFor(variable: ConfigFault['variable']): string {
  if (variable === 'CRON_SECRET')
    return 'Make one with "openssl rand -hex 32" and set it on Vercel and here.';
  if (variable === 'VERCEL_ENV') {
    return 'If the deployment has it and these variables do not ("vercel env pull" leaves it out), add --environment production, preview or development.';
  }
  if (variable === 'VERCEL_GIT_COMMIT_SHA') {
    return 'If the deployment has it and these variables do not, set VERCEL_GIT_COMMIT_SHA to the commit of the preview.';
  }
  if (/^(UPSTASH|KV)_/.test(variable)) {
    return 'Connect the database to the project (Vercel, Storage), or copy its REST URL and token from console.upstash.com. "vercel env pull" leaves sensitive values empty.';
  }
  return 'Correct it, or leave it out; .env.example describes each variable.';
}

function secret(env: Env, name: 'CRON_SECRET' | 'READ_TOKEN'): readonly Finding[] {
  const value = readVariable(env, name);
  // A missing CRON_SECRET is reported with the variables.
  if (value === undefined) return [];
  const advice = 'Make another with "openssl rand -hex 32".';
  if (!isHeaderSafe(value)) {
    return [
      fail(
        name,
        'has characters that cannot be sent unchanged in a header: every call would be refused',
        advice,
      ),
    ];
  }
  if (value.length < MIN_SECRET_LENGTH) {
    return [warn(name, `has fewer than ${MIN_SECRET_LENGTH} characters: it can be guessed`, advice)];
  }
  return [ok(name, `${MIN_SECRET_LENGTH} characters or more, all of which can be sent in a header`)];
}

function readToken(env: Env): readonly Finding[] {
  const value = readVariable(env, 'READ_TOKEN');
  if (value === undefined) return [ok('READ_TOKEN', 'is not set: reads are open')];
  if (value === readVariable(env, 'CRON_SECRET')) {
    const seen = 'is the same as CRON_SECRET: everyone who may read may start runs';
    return [warn('READ_TOKEN', seen, 'Make another with "openssl rand -hex 32".')];
  }
  return secret(env, 'READ_TOKEN');
}

/**
 * The store has two pairs of names. Each name is looked up separately, so they can be mixed, which is never intended.
 */
function storeVariables(env: Env): readonly Finding[] {
  const [url, token, kvUrl, kvToken] = NAMES.slice(1, 5).map((name) => readVariable(env, name));
  const used = url ?? kvUrl;
  const findings: Finding[] = [];
  const differ = (a: string | undefined, b: string | undefined) =>
    a !== undefined && b !== undefined && a !== b;
  if (differ(url, kvUrl) || differ(token, kvToken)) {
    const seen = 'UPSTASH_REDIS_REST_… and KV_REST_API_… name different databases; the first is used';
    findings.push(warn('store', seen, 'Remove the pair that you do not use.'));
  }
  if (
    (url === undefined) !== (token === undefined) &&
    used !== undefined &&
    (token ?? kvToken) !== undefined
  ) {
    const seen = 'the URL is from one pair of variables and the token from the other';
    findings.push(warn('store', seen, 'Set both of UPSTASH_REDIS_REST_… or both of KV_REST_API_….'));
  }
  if (used !== undefined && URL.canParse(used) && used.startsWith('http:') && !isLoopback(used)) {
    findings.push(warn('store', 'its URL is http: the token can be read in transit', 'Use the https URL.'));
  }
  return findings;
}

const PARTS = {
  store: [
    'UPSTASH_REDIS_REST_URL',
    'UPSTASH_REDIS_REST_TOKEN',
    'KV_REST_API_URL',
    'KV_REST_API_TOKEN',
    'KEY_NAMESPACE',
    'VERCEL',
    'VERCEL_ENV',
    'VERCEL_GIT_COMMIT_SHA',
  ],
  feeds: FEED_VARIABLES,
  budgetMs: ['RUN_BUDGET_MS'],
} as const;

/** Stand in for required variables that do not matter here. */
const STAND_INS: Env = {
  CRON_SECRET: 'any',
  UPSTASH_REDIS_REST_URL: 'https://any.invalid',
  UPSTASH_REDIS_REST_TOKEN: 'any',
};

/**
 * One part of the configuration, even if the rest is wrong: a bad RUN_BUDGET_MS should not prevent a check of the
 * store.
 *
 * @returns null when a variable of this part is missing or wrong
 */
export function partialConfig<P extends keyof typeof PARTS>(env: Env, part: P): Config[P] | null {
  const own = Object.fromEntries(PARTS[part].map((name) => [name, env[name]]));
  const result = parseConfig({ ...STAND_INS, ...own });
  return result.ok ? result.config[part] : null;
}
