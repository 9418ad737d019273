import type { ReadAnswer } from '../cron-answer.js';
import { printable } from './text.js';

/** Says for a person why a cron call brought no report. */
export function renderRefusal(status: number, answer: Exclude<ReadAnswer, { kind: 'report' }>): string {
  const lines =
    answer.kind === 'problem'
      ? [`The endpoint answered ${status}: ${answer.title}`, ...answer.details]
      : [`The endpoint answered ${status}, and not with a run report:`, answer.excerpt || '(nothing)'];
  return `${lines.map(printable).join('\n  ')}\n`;
}
