import { z } from 'zod';
import { parseJson } from '../lib/parse-json.js';
import type { RunReport } from '../lib/report.js';
import { RunReportSchema } from '../lib/report.js';
import type { CronAnswer } from './cron-call.js';

/** What the answer to a cron call says. */
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
