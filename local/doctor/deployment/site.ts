import { z } from 'zod';
import { parseJson } from '../../../lib/limits/json.js';
import { readText } from '../../../lib/limits/network.js';
import { printable, truncate } from '../../start/text.js';
import { type Finding, fail } from '../check.js';

/** A deployment, and what opens it. */
export interface Target {
  /** `https://your-site` */
  readonly origin: string;
  /** undefined when it is not known here. */
  readonly cronSecret: string | undefined;
  /** Vercel's protection bypass for automation. */
  readonly bypass: string | undefined;
}

export type Answer =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers: Headers;
      readonly body: string;
      /** The `code` and `detail` of a problem (RFC 9457); null when it is not one. */
      readonly problem: Problem | null;
    }
  /** Vercel's Deployment Protection answered, not the deployment. */
  | { readonly kind: 'protected' }
  | { readonly kind: 'redirect'; readonly status: number; readonly host: string }
  | { readonly kind: 'unreachable'; readonly why: string };

const ProblemSchema = z.object({
  code: z.string(),
  detail: z.string().default(''),
  errors: z.array(z.object({ at: z.string(), message: z.string() })).default([]),
});
export type Problem = z.infer<typeof ProblemSchema>;

const MAX_BODY_BYTES = 4_000_000;

/** Asks a deployment; follows no redirect, as Vercel's cron does not. */
export type Ask = (
  path: string,
  options: { signal: AbortSignal; method?: string; secret?: string | undefined },
) => Promise<Answer>;

export function createAsk({ origin, bypass }: Target, fetch: typeof globalThis.fetch): Ask {
  return async (path, { signal, method = 'GET', secret }) => {
    try {
      const response = await fetch(origin + path, {
        method,
        redirect: 'manual',
        signal,
        headers: {
          'user-agent': 'region-persister doctor',
          ...(secret === undefined ? {} : { authorization: `Bearer ${secret}` }),
          ...(bypass === undefined ? {} : { 'x-vercel-protection-bypass': bypass }),
        },
      });
      return classify(response, await readText(response, MAX_BODY_BYTES));
    } catch (error) {
      return { kind: 'unreachable', why: signal.aborted ? 'no answer in time' : reasonOf(error) };
    }
  };
}

function classify(response: Response, body: string): Answer {
  const { status, headers } = response;
  const location = headers.get('location');
  const host =
    location !== null && URL.canParse(location, response.url) ? new URL(location, response.url).host : '';
  if (status >= 300 && status < 400) {
    return host === 'vercel.com' ? { kind: 'protected' } : { kind: 'redirect', status, host };
  }
  // Ours are problems, in JSON; the login page of the protection is HTML.
  const isPage = headers.get('content-type')?.startsWith('text/html') ?? false;
  if ((status === 401 || status === 403) && isPage) return { kind: 'protected' };
  const problem = ProblemSchema.safeParse(parseJson(body));
  return { kind: 'answer', status, headers, body, problem: problem.success ? problem.data : null };
}

const CauseSchema = z.object({ cause: z.object({ code: z.string().regex(/^[A-Z0-9_]{1,40}$/) }) });

/** Never the message of fetch, which may quote headers. */
function reasonOf(error: unknown): string {
  const parsed = CauseSchema.safeParse(error);
  return parsed.success ? parsed.data.cause.code : 'no connection';
}

type RealAnswer = Extract<Answer, { kind: 'answer' }>;

/** Judges the answer of the deployment itself; faults on the way to it are the same for every check. */
export function judgeAnswer(
  subject: string,
  answer: Answer,
  judge: (answer: RealAnswer) => Finding,
): Finding {
  switch (answer.kind) {
    case 'answer':
      return judge(answer);
    case 'protected':
      return fail(
        subject,
        "Vercel's Deployment Protection answers, not the deployment",
        'Set VERCEL_AUTOMATION_BYPASS_SECRET to a secret of the project (Settings, Deployment Protection, Protection Bypass for Automation). Or check the production domain, which Vercel calls.',
      );
    case 'redirect':
      return fail(
        subject,
        `is redirected (${answer.status}) to ${answer.host || 'another path'}`,
        'Give --url the address that answers without a redirect: the cron follows none, and a secret might be sent elsewhere.',
      );
    case 'unreachable':
      return fail(
        subject,
        `cannot be reached: ${answer.why}`,
        'Check the address, and that the deployment exists.',
      );
  }
}

/** The content of an unexpected answer, on one line. */
export function describeAnswer({ status, headers, problem }: RealAnswer): string {
  if (problem === null) {
    const error = headers.get('x-vercel-error');
    return error === null ? `answers ${status}` : `answers ${status} ${truncate(printable(error), 60)}`;
  }
  const parts = problem.errors.map(({ at, message }) => `${at} ${message}`);
  const text = parts.length > 0 ? parts.join('; ') : problem.detail;
  return `answers ${status} ${truncate(printable([problem.code, text].filter(Boolean).join(': ')), 300)}`;
}
