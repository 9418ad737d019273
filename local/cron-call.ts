import type { Clock } from '../lib/clock.js';
import { systemClock } from '../lib/clock.js';

export interface CronCall {
  /** The endpoint. */
  readonly url: string;
  readonly secret: string;
  /** The cron expression of the entry in vercel.json that is being fired. */
  readonly schedule: string;
  readonly signal?: AbortSignal;
}

export interface CronAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  /** Milliseconds that the caller waited, body included. */
  readonly durationMs: number;
}

/**
 * Calls an endpoint once, as Vercel's cron does: GET, its user agent, the secret as a bearer token, the schedule in a
 * header, no retry, redirects not followed.
 *
 * @throws when the endpoint cannot be reached or breaks off, or when the signal fires
 */
export async function callCron(
  { url, secret, schedule, signal }: CronCall,
  clock: Clock = systemClock,
): Promise<CronAnswer> {
  const startedAt = clock.monotonic();
  const response = await fetch(url, {
    headers: {
      'user-agent': 'vercel-cron/1.0',
      authorization: `Bearer ${secret}`,
      'x-vercel-cron-schedule': schedule,
    },
    redirect: 'manual',
    signal: signal ?? null,
  });
  const body = await response.text();
  return {
    status: response.status,
    contentType: response.headers.get('content-type') ?? '',
    body,
    durationMs: clock.monotonic() - startedAt,
  };
}
