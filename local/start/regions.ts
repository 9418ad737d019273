import type { RegionReport, RunReport } from '../../lib/runs/report.js';
import { asSentence, formatMs, type Paint, remark, type Style, truncate, widest } from './text.js';

/** One line and one bar for each region, all bars on one time axis; notes stand below the line. */
export function renderRegions({ regions, durationMs }: RunReport, columns: number, paint: Paint): string[] {
  if (regions.length === 0) return [];
  const endMs = Math.max(
    durationMs,
    ...regions.map((region) => region.startMs + region.claimMs + region.commitMs),
  );
  const idWidth = widest(['region', ...regions.map(({ regionId }) => regionId)]);
  const room = columns - idWidth - STATUS_WIDTH - 3 * GAP.length - GAP.length;
  const noteWidth = Math.min(widest(['snapshot', ...regions.map(noteOf)]), room - MIN_BAR_WIDTH);
  const barWidth = Math.min(room - noteWidth, MAX_BAR_WIDTH);

  const line = (id: string, status: string, note: string, bar: string) =>
    GAP + [id.padEnd(idWidth), status, truncate(note, noteWidth).padEnd(noteWidth), bar].join(GAP);
  const head = line('region', 'outcome'.padEnd(STATUS_WIDTH), 'snapshot', drawAxis(endMs, barWidth));
  const rows = regions.flatMap((region, index) => [
    line(
      region.regionId,
      paint(STYLES[region.status], region.status.padEnd(STATUS_WIDTH)),
      noteOf(region),
      drawBar(region, endMs, barWidth, paint),
    ),
    ...remarkBelow(region, regions[index + 1], columns),
  ]);
  return [paint('dim', head), ...rows, paint('dim', LEGEND.padStart(head.length))];
}

const GAP = '  ';
const STATUS_WIDTH = 'persisted'.length;
const MIN_BAR_WIDTH = 12;
const MAX_BAR_WIDTH = 48;

const STYLES: Readonly<Record<RegionReport['status'], Style>> = {
  persisted: 'green',
  duplicate: 'cyan',
  current: 'cyan',
  'in-flight': 'yellow',
  failed: 'red',
};

function noteOf(region: RegionReport): string {
  switch (region.status) {
    case 'persisted':
      return region.snapshotId;
    case 'duplicate':
      return `of ${region.duplicateOf}`;
    case 'current':
      return region.snapshotId;
    case 'in-flight':
      return `retry after ${formatMs(region.retryAfterMs)}`;
    case 'failed':
      return `${region.phase}: ${region.code}`;
  }
}

/** Adjacent lines with the same notes show them once, below the last. */
function remarkBelow(region: RegionReport, next: RegionReport | undefined, columns: number): string[] {
  const text = remarkOn(region);
  return text === '' || (next !== undefined && remarkOn(next) === text) ? [] : remark(text, columns);
}

function remarkOn(region: RegionReport): string {
  const sentences = region.status === 'failed' ? [asSentence(region.message), STORED[region.stored]] : [];
  if (region.attempts > USUAL_ATTEMPTS[region.status]) sentences.push(`Requests sent: ${region.attempts}.`);
  return sentences.join(' ');
}

const STORED = {
  no: 'Nothing is stored.',
  unknown: 'It may be stored: the store did not answer.',
} as const;

/** Requests of a region that nothing disturbs: claim and commit, or claim and a check that the duplicate is there. */
const USUAL_ATTEMPTS: Readonly<Record<RegionReport['status'], number>> = {
  persisted: 2,
  duplicate: 2,
  current: 0,
  'in-flight': Number.POSITIVE_INFINITY,
  failed: 0,
};

/** When a region waited, claimed and committed, in ms from the start of the run. */
export interface Span {
  readonly startMs: number;
  readonly claimMs: number;
  readonly commitMs: number;
}

export const LEGEND = '· before  ▒ claim  █ commit';

/** Draws a span as a bar, at least one character wide if it took any time. */
export function drawBar(span: Span, endMs: number, width: number, paint: Paint): string {
  const at = (ms: number) => (endMs > 0 ? Math.round((ms / endMs) * width) : 0);
  const start = at(span.startMs);
  const middle = at(span.startMs + span.claimMs);
  const end = at(span.startMs + span.claimMs + span.commitMs);
  const commit = Math.max(end - middle, span.commitMs > 0 ? 1 : 0);
  const claim = Math.max(middle - start, span.claimMs > 0 ? 1 : 0);
  if (claim + commit === 0) return '';
  // What was widened to one character at the very end must not stick out.
  const before = Math.max(0, Math.min(start, width - claim - commit));
  return (
    paint('dim', '·'.repeat(before)) + paint('yellow', '▒'.repeat(claim)) + paint('green', '█'.repeat(commit))
  );
}

/** The ends of the axis that all bars share. */
export function drawAxis(endMs: number, width: number): string {
  const end = formatMs(endMs);
  return `0${end.padStart(width - 1)}`;
}
