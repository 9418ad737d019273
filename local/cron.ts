import { z } from 'zod';
import { type Clock, systemClock } from '../lib/limits/deadline.js';
import { parseJson } from '../lib/limits/json.js';
import { type RunReport, RunReportSchema } from '../lib/runs/report.js';

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

/** The content of the answer to a cron call. */
export type ReadAnswer =
  | { readonly kind: 'report'; readonly report: RunReport; readonly succeeded: boolean }
  | { readonly kind: 'problem'; readonly title: string; readonly details: readonly string[] }
  | { readonly kind: 'unreadable'; readonly excerpt: string };

/** Reads the answer to a cron call: a run report, a problem (RFC 9457), or neither. */
export function readCronAnswer({ status, contentType, body }: CronAnswer): ReadAnswer {
  const json = parseJson(body);
  const report = RunReportSchema.safeParse(json);
  if (report.success) {
    const succeeded = status === 200 && report.data.counts.failed === 0;
    return { kind: 'report', report: report.data, succeeded };
  }
  const problem = ProblemSchema.safeParse(json);
  if (contentType.startsWith('application/problem+json') && problem.success) {
    const { title, detail, errors } = problem.data;
    // The detail sums the errors up where there are some.
    const details =
      errors.length > 0 ? errors.map(({ at, message }) => `${at} ${message}`) : [detail ?? []].flat();
    return { kind: 'problem', title, details };
  }
  return { kind: 'unreadable', excerpt: excerptOf(body) };
}

const ProblemSchema = z.object({
  title: z.string(),
  detail: z.string().optional(),
  errors: z.array(z.object({ at: z.string(), message: z.string() })).default([]),
});

const EXCERPT_CHARACTERS = 500;

function excerptOf(body: string): string {
  const text = body.trim();
  return text.length > EXCERPT_CHARACTERS ? `${text.slice(0, EXCERPT_CHARACTERS)}…` : text;
}
