import { z } from 'zod';
import { parseJson } from '../../lib/limits/json.js';
import { createPaint, printable, type Style, truncate } from './text.js';

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
