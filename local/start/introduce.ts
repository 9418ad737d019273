import type { Stack } from '../stack.js';
import { createPaint } from './text.js';

/** What was started, and where it listens. */
export function introduceStack(
  { redis, gateway, feeds, functions }: Stack,
  rttMs: number,
  colour: boolean,
): string {
  const paint = createPaint(colour);
  const rows = [
    ['Redis', REDIS_TEXTS[redis.kind]],
    [
      'Upstash',
      `${gateway.url}, its REST API in front of that Redis${rttMs > 0 ? `; +${rttMs} ms (--rtt)` : ''}`,
    ],
    ['Feeds', feeds === null ? 'GDACS and USGS' : 'invented samples (--live reads GDACS and USGS)'],
    ['Functions', `${functions.url}, the routes of api/ and the status page`],
  ];
  const lines = rows.map(([name = '', text]) => `  ${paint('dim', name.padEnd(9))}  ${text}`);
  return `${[paint('bold', 'region-persister on this machine'), ...ABOUT, ...lines].join('\n')}\n`;
}

const ABOUT = [
  'A cron call reads disaster feeds, works out a snapshot for each of 8 regions, and stores all 8 in',
  'parallel, each at most once. Below is one such call, with the outcome of every region and its timing.',
];

const REDIS_TEXTS = {
  embedded: 'in this process, empty at each start (set REDIS_URL to use your own)',
  server: 'a redis-server started for this run, empty at each start',
  external: 'yours, at REDIS_URL',
} as const;

/** Where CRON_SECRET comes from: made for this start, the environment, or the `.env` file. */
export type SecretSource = 'made' | 'environment' | 'file';

/** What a person can do next. Every command works when it is pasted into a POSIX shell in this folder. */
export function sayHowToGoOn(
  stack: Stack,
  { cronPath, secretFrom, colour }: { cronPath: string; secretFrom: SecretSource; colour: boolean },
): string {
  const paint = createPaint(colour);
  const end =
    stack.redis.kind === 'external' ? 'stops it.' : 'stops everything, and deletes what was stored.';
  return `${paint('bold', 'Status page')}
  ${stack.functions.url}/

${paint('bold', 'Call the cron again')} (within 15 minutes, the same events are duplicates)
  curl -H "Authorization: Bearer ${secretFrom === 'made' ? stack.cronSecret : SECRETS[secretFrom]}" ${stack.functions.url}${cronPath}
  ${ORIGINS[secretFrom]}

${paint('bold', 'Persist entities of your own')}
  UPSTASH_REDIS_REST_URL=${stack.gateway.url} UPSTASH_REDIS_REST_TOKEN=${stack.gateway.token} npx tsx examples/persist-your-own.ts

Ctrl-C ${end}
`;
}

/** A secret that the user chose is not printed. The shell has no variable for what only `.env` has. */
const SECRETS = {
  environment: '$CRON_SECRET',
  file: '$(node --env-file=.env -p process.env.CRON_SECRET)',
} as const;

const ORIGINS: Readonly<Record<SecretSource, string>> = {
  made: 'The secret was made for this start and is valid until it ends, as is the token below.',
  environment: 'CRON_SECRET comes from the environment of npm start; a new shell needs it as well.',
  file: 'CRON_SECRET comes from .env.',
};
