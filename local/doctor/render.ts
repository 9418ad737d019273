import {
  createPaint,
  formatMs,
  type Paint,
  plural,
  printable,
  type Style,
  widest,
  wrap,
} from '../start/text.js';
import type { Finding } from './check.js';

export interface GroupFindings {
  readonly title: string;
  readonly findings: readonly Finding[];
}

export interface RenderOptions {
  /** Width of the terminal in characters; less than 72 is taken as 72. */
  readonly columns: number;
  readonly colour: boolean;
}

const MARKS: Readonly<Record<Finding['status'], readonly [string, Style]>> = {
  ok: ['ok', 'green'],
  warn: ['warn', 'yellow'],
  fail: ['FAIL', 'red'],
  skipped: ['–', 'dim'],
};
const MARK_WIDTH = 4;
const MIN_COLUMNS = 72;

/** A group for a person: a line for each check, below it what to do. */
export function renderGroup({ title, findings }: GroupFindings, { columns, colour }: RenderOptions): string {
  const paint = createPaint(colour);
  const width = widest(findings.map(({ subject }) => subject));
  const lines = findings.flatMap((finding) =>
    renderFinding(finding, width, Math.max(MIN_COLUMNS, columns), paint),
  );
  return `${[paint('bold', title), ...lines].join('\n')}\n\n`;
}

function renderFinding(finding: Finding, width: number, columns: number, paint: Paint): string[] {
  const [mark, style] = MARKS[finding.status];
  const indent = ' '.repeat(2 + MARK_WIDTH + 2);
  const below = indent + ' '.repeat(width + 2);
  const seen = wrap(printable(finding.seen), columns - below.length);
  const head = `  ${paint(style, mark.padEnd(MARK_WIDTH))}  ${finding.subject.padEnd(width)}  ${seen[0] ?? ''}`;
  const advice = 'advice' in finding ? wrap(finding.advice, columns - indent.length - 2) : [];
  return [
    head,
    ...seen.slice(1).map((line) => below + line),
    ...advice.map((line, i) => `${indent}${i === 0 ? '→' : ' '} ${line}`),
  ];
}

/** @param durationMs of the whole */
export function renderSummary(groups: readonly GroupFindings[], durationMs: number, colour: boolean): string {
  const { ok, warn, fail, skipped } = countFindings(groups);
  const notAsked = skipped === 0 ? '' : `, ${skipped} not asked`;
  const text = `${ok} ok, ${plural(warn, 'warning')}, ${fail} failed${notAsked}, in ${formatMs(durationMs)}`;
  return `${createPaint(colour)(fail > 0 ? 'red' : warn > 0 ? 'yellow' : 'green', text)}\n`;
}

/** The same for a program. */
export function renderJson(groups: readonly GroupFindings[]): string {
  const counts = countFindings(groups);
  return `${JSON.stringify({ passed: counts.fail === 0, counts, groups }, null, 2)}\n`;
}

/** How many findings there are of each status. */
export function countFindings(groups: readonly GroupFindings[]): Record<Finding['status'], number> {
  const counts = { ok: 0, warn: 0, fail: 0, skipped: 0 };
  for (const { status } of groups.flatMap(({ findings }) => findings)) counts[status] += 1;
  return counts;
}
