import { z } from 'zod';
import { parseJson } from '../../../lib/limits/json.js';
import { HealthAnswerSchema } from '../../../lib/web/answers.js';
import { type Finding, fail, ok, warn } from '../check.js';
import { type Ask, describeAnswer, judgeAnswer } from './site.js';

/** Whether the deployment itself answers at this address, and with its status page. */
export async function checkAddress(ask: Ask, signal: AbortSignal): Promise<Finding> {
  return judgeAnswer('address', await ask('/', { signal }), (answer) => {
    const isPage = answer.headers.get('content-type')?.startsWith('text/html') ?? false;
    if (answer.status === 200 && isPage) return ok('address', 'the status page is served');
    return warn(
      'address',
      `${describeAnswer(answer)}, and no status page`,
      'Check that this address serves this project.',
    );
  });
}

/** Whether runs store, as a monitor sees it. @param strict whether a deployment that is degraded fails */
export async function checkHealth(ask: Ask, strict: boolean, signal: AbortSignal): Promise<Finding> {
  return judgeAnswer('/api/health', await ask('/api/health', { signal }), (answer) => {
    const health = HealthAnswerSchema.safeParse(parseJson(answer.body));
    if (!health.success) {
      const advice =
        'Set the variables that it names on Vercel, then deploy again; otherwise see the log of the function.';
      return fail('/api/health', `${describeAnswer(answer)}, and no health`, advice);
    }
    return judgeHealth(health.data, strict);
  });
}

function judgeHealth(
  { status, regions, message, reasons, staleAfterMs }: z.infer<typeof HealthAnswerSchema>,
  strict: boolean,
): Finding {
  const subject = '/api/health';
  const ages = regions.flatMap(({ ageMs }) => ageMs ?? []);
  const oldest = `the oldest ${hours(Math.max(0, ...ages))} of ${hours(staleAfterMs)}`;
  if (status === 'ok') return ok(subject, `ok, ${regions.length} regions, ${oldest}`);
  if (status === 'degraded') {
    const seen = `degraded: ${reasons.map((reason) => reason.message).join('; ')}`;
    const advice = 'The next runs may fix it: see /api/runs, and the log of the function.';
    return (strict ? fail : warn)(subject, seen, advice);
  }
  if (status === 'unreachable') {
    return fail(
      subject,
      `unreachable: ${message ?? 'the store did not answer'}`,
      'The function does not reach its store: check its variables on Vercel.',
    );
  }
  if (ages.length === 0) {
    return warn(
      subject,
      'stale: nothing is stored yet',
      'Wait for the first cron, or fire a run by hand (README, "Operating it").',
    );
  }
  const without = regions.length - ages.length;
  const seen = `stale: ${oldest}${without === 0 ? '' : `, ${without} without any`}`;
  return fail(
    subject,
    seen,
    'Runs do not happen or do not store: see /api/runs, and the crons of the project on Vercel.',
  );
}

const hours = (ms: number) => `${(ms / 3_600_000).toFixed(1)} h`;

const OpenApiSchema = z.object({ openapi: z.string().startsWith('3.') });

export async function checkStatic(ask: Ask, signal: AbortSignal): Promise<Finding> {
  return judgeAnswer('/openapi.json', await ask('/openapi.json', { signal }), (answer) => {
    const document = OpenApiSchema.safeParse(parseJson(answer.body));
    if (answer.status === 200 && document.success) return ok('/openapi.json', 'is served');
    return fail(
      '/openapi.json',
      describeAnswer(answer),
      'The folder public/ is not served: check that the framework preset is "Other" and the output directory is empty.',
    );
  });
}

/** Without a folder public/, Vercel serves the whole source tree. */
const SOURCES = ['/lib/index.ts', '/package.json', '/vercel.json', '/.env', '/.env.local'];

export async function checkSources(ask: Ask, signal: AbortSignal): Promise<Finding> {
  const answers = await Promise.all(SOURCES.map((path) => ask(path, { signal })));
  const served = SOURCES.filter((_, i) => {
    const answer = answers[i];
    return answer?.kind === 'answer' && answer.status < 300;
  });
  const silent = answers.find(({ kind }) => kind === 'unreachable');
  if (served.length > 0) {
    const advice =
      'Deploy with the folder public/ in place and no other output directory; then change every secret that was in a served file.';
    return fail(
      'sources',
      `${served.join(', ')} ${served.length === 1 ? 'is' : 'are'} served to everyone`,
      advice,
    );
  }
  if (silent !== undefined) return judgeAnswer('sources', silent, describeNothing);
  return ok('sources', 'are not served, nor are package.json, vercel.json and .env');
}

const describeNothing = () => ok('sources', 'not served');
