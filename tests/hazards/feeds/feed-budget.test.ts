import { describe, expect, it } from 'vitest';
import { createFeedBudget } from '../../../lib/hazards/feeds/feed-budget.js';

const LIMITS = { bytes: 1_000, values: 100, rows: 10, nesting: 4 };
const bytesOf = (text: string) => new TextEncoder().encode(text);

/** Checks a text in chunks of a size. */
function check(
  text: string,
  { format = 'json' as const, chunk = 7, budget = createFeedBudget(LIMITS) } = {},
) {
  const look = budget.check(format);
  const bytes = bytesOf(text);
  for (let at = 0; at < bytes.length; at += chunk) look(bytes.subarray(at, at + chunk));
}

const rows = (count: number, row = '{}') => `{"features":[${Array(count).fill(row).join()}]}`;

describe('createFeedBudget', () => {
  it.each([1, 2, 7, 1_000])('lets through what is within all limits, in chunks of %d bytes', (chunk) => {
    expect(() => check(rows(10, '{"a":[1,2]}'), { chunk })).not.toThrow();
  });

  it.each([
    ['bytes', `["${'x'.repeat(1_000)}"]`, 'larger than 1000 bytes'],
    ['values', `[[[${Array(60).fill('[]').join()}]]]`, 'more than 100 values'],
    ['rows', rows(11), 'more than 10 rows'],
    ['nesting', '[[[[[]]]]]', 'more than 4 levels'],
  ])('refuses too many %s', (_name, text, message) => {
    for (const chunk of [1, 7, 1_000]) expect(() => check(text, { chunk })).toThrow(message);
  });

  it('does not take brackets and commas in texts for structure', () => {
    const text = JSON.stringify({ a: `"[[[[[${','.repeat(200)}\\"`, b: '\\' });
    expect(() => check(text)).not.toThrow();
  });

  it('counts the rows of each answer, and the bytes and values of all', () => {
    const budget = createFeedBudget(LIMITS);
    for (let page = 0; page < 4; page += 1) check(rows(10), { budget });
    expect(() => check(rows(10), { budget })).toThrow('more than 100 values');
  });

  it('counts the bytes of all answers', () => {
    const budget = createFeedBudget(LIMITS);
    const half = `["${'x'.repeat(500)}"]`;
    check(half, { budget });
    expect(() => check(half, { budget })).toThrow('larger than 1000 bytes');
  });

  it('stops in the first chunk that goes too far', () => {
    const look = createFeedBudget(LIMITS).check('json');
    expect(() => look(bytesOf('[[['))).not.toThrow();
    expect(() => look(bytesOf('[['))).toThrow(RangeError);
  });

  it('counts tags and attributes of XML', () => {
    const look = createFeedBudget(LIMITS).check('xml');
    expect(() => look(bytesOf('<a b="c"/>'.repeat(50)))).not.toThrow();
    expect(() => look(bytesOf('<'))).toThrow('more than 100 values');
  });
});
