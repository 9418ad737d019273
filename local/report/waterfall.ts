import type { Paint } from './paint.js';
import { formatMs } from './text.js';

/** When a region waited, claimed and committed, in ms from the start of the run. */
export interface Span {
  readonly startMs: number;
  readonly claimMs: number;
  readonly commitMs: number;
}

export const LEGEND = '· before  ▒ claim  █ commit';

/** Draws a span as a bar. What took any time at all gets at least one character. */
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
