import { printable, truncate } from '../../report/text.js';
import { type Finding, fail } from '../finding.js';
import type { Answer } from './site.js';

type RealAnswer = Extract<Answer, { kind: 'answer' }>;

/** Judges what the deployment itself answered; what stands between here and it is the same for every check. */
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
        'Give --url the address that answers by itself: the cron follows no redirect, and a secret would go astray.',
      );
    case 'unreachable':
      return fail(
        subject,
        `cannot be reached: ${answer.why}`,
        'Check the address, and that the deployment is there.',
      );
  }
}

/** What an unexpected answer says for itself, on one line. */
export function describeAnswer({ status, headers, problem }: RealAnswer): string {
  if (problem === null) {
    const error = headers.get('x-vercel-error');
    return error === null ? `answers ${status}` : `answers ${status} ${truncate(printable(error), 60)}`;
  }
  const parts = problem.errors.map(({ at, message }) => `${at} ${message}`);
  const text = parts.length > 0 ? parts.join('; ') : problem.detail;
  return `answers ${status} ${truncate(printable([problem.code, text].filter(Boolean).join(': ')), 300)}`;
}
