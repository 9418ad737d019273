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
      `${gateway.url}, its REST API in front of it${rttMs > 0 ? `, ${rttMs} ms away (--rtt)` : ''}`,
    ],
    ['Feeds', feeds === null ? 'GDACS and USGS' : 'samples (--live reads GDACS and USGS)'],
    ['Functions', `${functions.url}, the routes of api/ and the status page`],
  ];
  const lines = rows.map(([name = '', text]) => `  ${paint('dim', name.padEnd(9))}  ${text}`);
  return `${[paint('bold', 'region-persister on this machine'), ...lines].join('\n')}\n`;
}

const REDIS_TEXTS = {
  embedded: 'in this process, empty at each start (REDIS_URL puts yours in its place)',
  server: 'a redis-server of our own, empty at each start',
  external: 'yours, by REDIS_URL',
} as const;

/** What a person can do next. */
export function sayHowToGoOn(stack: Stack, cronPath: string, colour: boolean): string {
  const paint = createPaint(colour);
  const secret = stack.secretIsThrowaway ? stack.cronSecret : '$CRON_SECRET';
  const about = stack.secretIsThrowaway
    ? 'The secret was made for this start and ends with it, as does the token below.\n  '
    : '';
  const end = stack.redis.kind === 'external' ? 'ends all.' : 'ends all, and what was stored is gone.';
  return `${paint('bold', 'Status page')}
  ${stack.functions.url}/

${paint('bold', 'Fire the cron again')}
  curl -H 'Authorization: Bearer ${secret}' ${stack.functions.url}${cronPath}

  ${about}Within 15 minutes the same events are only duplicates.

${paint('bold', 'Persist entities of your own')}
  UPSTASH_REDIS_REST_URL=${stack.gateway.url} UPSTASH_REDIS_REST_TOKEN=${stack.gateway.token} npx tsx examples/persist-your-own.ts

Ctrl-C ${end}
`;
}
