import { type Config, type Env, parseConfig } from '../../../lib/config.js';

const PARTS = {
  store: [
    'UPSTASH_REDIS_REST_URL',
    'UPSTASH_REDIS_REST_TOKEN',
    'KV_REST_API_URL',
    'KV_REST_API_TOKEN',
    'KEY_NAMESPACE',
    'VERCEL_ENV',
    'VERCEL_GIT_COMMIT_SHA',
  ],
  feeds: ['GDACS_URL', 'USGS_URL'],
  budgetMs: ['RUN_BUDGET_MS'],
} as const;

/** Stands for what is required and of no interest here. */
const STAND_INS: Env = {
  CRON_SECRET: 'any',
  UPSTASH_REDIS_REST_URL: 'https://any.invalid',
  UPSTASH_REDIS_REST_TOKEN: 'any',
};

/**
 * One part of the configuration, whatever is wrong with the rest: a bad RUN_BUDGET_MS is no reason not to look at the
 * store.
 *
 * @returns null when a variable of this part is missing or wrong
 */
export function partialConfig<P extends keyof typeof PARTS>(env: Env, part: P): Config[P] | null {
  const own = Object.fromEntries(PARTS[part].map((name) => [name, env[name]]));
  const result = parseConfig({ ...STAND_INS, ...own });
  return result.ok ? result.config[part] : null;
}
