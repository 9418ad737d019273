import { expect, it } from 'vitest';
import { asSentence, formatMs, printable, remark, truncate, wrap } from '../../../local/start/text.js';

it.each([
  [0.4, '0 ms'],
  [9_999, '9,999 ms'],
  [10_000, '10.0 s'],
  [61_250, '61.3 s'],
])('formats %d ms as %s', (ms, text) => {
  expect(formatMs(ms)).toBe(text);
});

it('truncates with an ellipsis, inside the width', () => {
  expect([truncate('abcd', 4), truncate('abcde', 4)]).toEqual(['abcd', 'abc…']);
});

it('wraps between words, and leaves longer words whole', () => {
  expect(wrap('one two three enormously four', 8)).toEqual(['one two', 'three', 'enormously', 'four']);
});

it('removes what a terminal would obey', () => {
  expect(printable('\u001b[31mred\u001b[0m\r\nnext\u0007 ')).toBe('[31mred [0m next');
});

it('indents a remark below its line', () => {
  expect(remark('aaa bbb', 10)).toEqual(['    ↳ aaa', '      bbb']);
});

it.each([
  ['timed out', 'Timed out.'],
  ['Why?', 'Why?'],
])('makes a sentence of %s', (text, sentence) => {
  expect(asSentence(text)).toBe(sentence);
});
