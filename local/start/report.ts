import { z } from 'zod';
import { parseJson } from '../../lib/limits/json.js';
import type { InputReport, RunReport } from '../../lib/runs/report.js';
import type { ReadAnswer } from '../cron.js';
import { renderRegions } from './regions.js';
import {
  createPaint,
  formatMs,
  type Paint,
  plural,
  printable,
  remark,
  type Style,
  truncate,
  widest,
} from './text.js';

export interface RenderOptions {
  /** Width of the terminal in characters; less than 72 is taken as 72. */
  readonly columns: number;
  readonly colour: boolean;
  /** How long the caller waited for the report, in ms. */
  readonly callerMs: number;
}

const MIN_COLUMNS = 72;

/**
 * Draws a run report for a terminal: the regions as a waterfall, the inputs, the totals.
 *
 * @returns lines, each ended by a line feed
 */
export function renderReport(report: RunReport, options: RenderOptions): string {
  const paint = createPaint(options.colour);
  const columns = Math.max(MIN_COLUMNS, options.columns);
  const blocks = [
    [renderHead(report, paint)],
    renderRegions(report, columns, paint),
    renderInputs(report.inputs, columns, paint),
    renderTotals(report, options.callerMs, paint),
  ];
  const lines = blocks.filter((block) => block.length > 0).map((block) => `${block.join('\n')}\n`);
  return lines.join('\n').replace(/ +$/gm, '');
}

function renderHead({ runId, trigger, environment, startedAt, dryRun }: RunReport, paint: Paint): string {
  const facts = [trigger, environment, `${startedAt.slice(11, 19)} UTC`];
  if (dryRun) facts.push('dry run, nothing was written');
  return `${paint('bold', `Run ${runId}`)}  ${paint('dim', facts.join(' · '))}`;
}

function renderInputs(inputs: readonly InputReport[], columns: number, paint: Paint): string[] {
  if (inputs.length === 0) return [];
  const nameWidth = widest(['input', ...inputs.map(({ input }) => input)]);
  const head = `  ${'input'.padEnd(nameWidth)}  outcome     events       time`;
  const rows = inputs.flatMap(({ input, status, events, durationMs, message }) => {
    const outcome = paint(status === 'ok' ? 'green' : 'red', status.padEnd(6));
    const numbers = `${String(events).padStart(6)}  ${formatMs(durationMs).padStart(9)}`;
    const row = `  ${input.padEnd(nameWidth)}  ${outcome}      ${numbers}`;
    return [row, ...(message === undefined ? [] : remark(message, columns))];
  });
  return [paint('dim', head), ...rows];
}

function renderTotals(report: RunReport, callerMs: number, paint: Paint) {
  const { counts, durationMs, budgetMs, redis } = report;
  const { persisted, duplicate, current, inFlight, failed } = counts;
  const unchanged = `${duplicate} duplicate, ${current === 0 ? '' : `${current} current, `}`;
  const totals = `${persisted} persisted, ${unchanged}${inFlight} in flight, ${failed} failed`;
  return [
    `  ${paint('bold', 'total')}  ${paint(failed === 0 ? 'green' : 'red', totals)}`,
    `  ${paint('bold', 'redis')}  ${plural(redis.requests, 'request')}, ${plural(redis.commands, 'command')}`,
    `  ${paint('bold', 'time')}   ${formatMs(durationMs)} of a budget of ${formatMs(budgetMs)}; the caller waited ${formatMs(callerMs)}`,
    ...(isReportMissing(report) ? [`  ${paint('red', NOT_LISTED)}`] : []),
  ];
}

const NOT_LISTED = 'This report could not be stored: /api/runs does not list it.';

/** Neither a dry run nor an idle tick, which asked no feed because nothing was due, stores its report. */
function isReportMissing({ reportStored, dryRun, counts, regions, inputs }: RunReport): boolean {
  const isIdle = inputs.length === 0 && counts.current === regions.length;
  return !reportStored && !dryRun && !isIdle;
}

/** Explains why a cron call returned no report. */
export function renderRefusal(status: number, answer: Exclude<ReadAnswer, { kind: 'report' }>): string {
  const lines =
    answer.kind === 'problem'
      ? [`The endpoint answered ${status}: ${answer.title}`, ...answer.details]
      : [`The endpoint answered ${status}, without a run report:`, answer.excerpt || '(nothing)'];
  return `${lines.map(printable).join('\n  ')}\n`;
}

/**
 * One line of a function's log, for a terminal. A structured line is written as text. One of level `info` is cut to the
 * width, where there is one.
 */
export function renderLogLine(
  text: string,
  options: { columns: number | undefined; colour: boolean },
): string {
  const paint = createPaint(options.colour);
  const entry = EntrySchema.safeParse(parseJson(text));
  if (!entry.success) return `${PREFIX}${printable(text)}\n`;
  const { level, event, ...fields } = entry.data;
  const told = Object.entries(fields).map(([name, value]) => `${name}=${plain(value)}`);
  const line = `${PREFIX}${printable([level, event, ...told].join(' '))}`;
  const style = STYLES[level];
  return style === undefined
    ? `${paint('dim', truncate(line, options.columns ?? Number.POSITIVE_INFINITY))}\n`
    : `${paint(style, line)}\n`;
}

const PREFIX = 'function │ ';
const STYLES: Readonly<Record<string, Style>> = { warn: 'yellow', error: 'red' };

const EntrySchema = z.looseObject({ level: z.string(), event: z.string() });

function plain(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
