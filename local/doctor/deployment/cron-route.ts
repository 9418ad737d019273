import { z } from 'zod';
import { REGION_IDS } from '../../../lib/hazards/regions/regions.js';
import { parseJson } from '../../../lib/limits/json.js';
import { RunReportSchema } from '../../../lib/runs/report.js';
import { formatMs } from '../../start/text.js';
import { type Finding, fail, ok, skipped, warn } from '../check.js';
import { isHeaderSafe } from '../redact.js';
import { CRON_PATH } from '../settings/vercel-json.js';
import { type Answer, type Ask, describeAnswer, judgeAnswer, type Target } from './site.js';

const NOT_OURS = 'Check that this address serves this project: deploy it, or correct --url.';
const OPEN =
  'Anyone can start runs: deploy the code of this project as it is, and check who calls the route.';

/** Callers without the secret are refused. */
export async function checkWithoutSecret(ask: Ask, signal: AbortSignal): Promise<Finding> {
  return judgeLocked('without secret', await ask(CRON_PATH, { signal }));
}

export async function checkWrongSecret(ask: Ask, signal: AbortSignal): Promise<Finding> {
  return judgeLocked(
    'wrong secret',
    await ask(CRON_PATH, { signal, secret: `not-it-${crypto.randomUUID()}` }),
  );
}

function judgeLocked(subject: string, answer: Answer): Finding {
  return judgeAnswer(subject, answer, (given) => {
    const { status, problem } = given;
    if (status === 401 && problem?.detail.startsWith('CRON_SECRET is not set')) {
      return fail(
        subject,
        'answers 401: CRON_SECRET is not set there',
        'Set it on Vercel for this environment, then deploy again.',
      );
    }
    if (status === 401 && problem?.code === 'unauthorised') return ok(subject, 'answers 401');
    if (RunReportSchema.safeParse(parseJson(given.body)).success)
      return fail(subject, `answers ${status} with a run`, OPEN);
    return fail(subject, `${describeAnswer(given)}, where 401 is right`, NOT_OURS);
  });
}

/** A method that the route does not have is refused with the list of those that it has. */
export async function checkDelete(ask: Ask, signal: AbortSignal): Promise<Finding> {
  return judgeAnswer('DELETE', await ask(CRON_PATH, { signal, method: 'DELETE' }), (answer) => {
    const allow = answer.headers.get('allow') ?? '';
    if (answer.status === 405 && /\bGET\b/.test(allow)) return ok('DELETE', 'answers 405 with Allow');
    const seen = `${describeAnswer(answer)}${answer.status === 405 ? ' without Allow' : ', where 405 is right'}`;
    return fail('DELETE', seen, NOT_OURS);
  });
}

const DrySchema = RunReportSchema.extend({ snapshots: z.array(z.object({ region_id: z.string() })) });
type Dry = z.infer<typeof DrySchema>;

/**
 * A whole run, except that nothing is written.
 *
 * @param environment what VERCEL_ENV is here; undefined when the store is not looked at from here
 */
export async function checkDryRun(
  ask: Ask,
  { cronSecret }: Target,
  environment: string | undefined,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const subject = 'dry run';
  if (cronSecret === undefined) return [skipped(subject, 'not asked: CRON_SECRET is not set here')];
  if (!isHeaderSafe(cronSecret))
    return [skipped(subject, 'not asked: CRON_SECRET cannot be sent in a header')];
  const answer = await ask(`${CRON_PATH}?dry-run=true`, { signal, secret: cronSecret });
  const dry = answer.kind === 'answer' ? DrySchema.safeParse(parseJson(answer.body)).data : undefined;
  if (dry !== undefined) return [judgeDryRun(dry), ...compareEnvironments(dry.environment, environment)];
  return [
    judgeAnswer(subject, answer, (given) =>
      fail(subject, `${describeAnswer(given)}, and no report`, adviceFor(given.status, given.problem?.code)),
    ),
  ];
}

function judgeDryRun({ snapshots, regions, durationMs, inputs, dryRun }: Dry): Finding {
  if (!dryRun) return fail('dry run', 'was a real one', NOT_OURS);
  const missing = REGION_IDS.filter((id) => !snapshots.some((snapshot) => snapshot.region_id === id));
  const answered = inputs.filter(({ status }) => status === 'ok').length;
  const seen = `${snapshots.length} snapshots, ${answered} of ${inputs.length} inputs, ${formatMs(durationMs)}`;
  const silent = inputs.filter(({ status }) => status === 'failed').map(({ input }) => input);
  if (missing.length === 0 && silent.length === 0) return ok('dry run', seen);
  if (missing.length === 0) {
    const advice =
      'A run continues without them, with less confidence. If it persists, check whether a feed is down or has moved.';
    return warn('dry run', `${seen}; no answer of ${silent.join(', ')}`, advice);
  }
  const failed = regions.find((region) => region.status === 'failed');
  const why = failed === undefined ? '' : ` (${failed.code}: ${failed.message})`;
  return fail(
    'dry run',
    `${seen}; none of ${missing.join(', ')}${why}`,
    'See store and feeds above, and the log of the function.',
  );
}

function compareEnvironments(there: string, here: string | undefined): Finding[] {
  if (here === undefined || here === there) return [];
  const seen = `the deployment is ${there}, the variables here are ${here}: the store above is not (only) its own`;
  return [warn('environment', seen, `Take the deployment's: vercel env pull --environment=${there}`)];
}

function adviceFor(status: number, code: string | undefined): string {
  if (status === 401)
    return 'The CRON_SECRET here differs from that of the deployment. A changed variable takes effect with the next deployment.';
  if (code === 'misconfigured')
    return 'Set these variables on Vercel for this environment, then deploy again.';
  if (status === 504) return 'The function was killed at its maxDuration: see its log, and RUN_BUDGET_MS.';
  return 'See the log of the function on Vercel.';
}
