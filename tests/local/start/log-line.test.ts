import { expect, it } from 'vitest';
import { renderLogLine } from '../../../local/start/report.js';

const render = (text: string, colour = false) => renderLogLine(text, { columns: 40, colour });
const entry = (level: string) =>
  JSON.stringify({ level, event: 'run', counts: { failed: 1 }, note: 'x'.repeat(30) });

it('marks what a function wrote', () => {
  expect(render('some text')).toBe('function │ some text\n');
  expect(render('[1,2]')).toBe('function │ [1,2]\n');
});

it('takes a structured line apart, and cuts one that only informs', () => {
  expect(render(entry('info'))).toBe('function │ info run counts={"failed":1}…\n');
});

it('cuts nothing without a width', () => {
  const whole = `function │ info run counts={"failed":1} note=${'x'.repeat(30)}\n`;
  expect(renderLogLine(entry('info'), { columns: undefined, colour: false })).toBe(whole);
});

it.each([
  ['warn', 33],
  ['error', 31],
])('shows a %s as a whole', (level, code) => {
  const whole = `function │ ${level} run counts={"failed":1} note=${'x'.repeat(30)}`;
  expect(render(entry(level))).toBe(`${whole}\n`);
  expect(render(entry(level), true)).toBe(`\u001b[${code}m${whole}\u001b[39m\n`);
});

it('keeps control characters away from the terminal', () => {
  expect(render('bad\u001b[2J')).not.toContain('\u001b');
  expect(render('{"level":"error","event":"bad\\u001b[2J"}')).not.toContain('\u001b');
});
