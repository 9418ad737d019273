import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasTooManyValues, jsonFault, MAX_NESTING, MAX_VALUES } from '../../lib/limits/json.js';

const arrays = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels));
const objects = (levels: number): unknown => JSON.parse(`${'{"a":'.repeat(levels)}null${'}'.repeat(levels)}`);

describe('jsonFault', () => {
  it.each<unknown>([
    null,
    true,
    0,
    '',
    '__proto__',
    [],
    {},
    { constructor: 1, prototype: { toString: null } },
  ])('finds none in %j', (value) => {
    expect(jsonFault(value)).toBeNull();
  });

  it.each([
    ['arrays', arrays],
    ['objects', objects],
  ])('takes as many levels of %s as the limit says, and not one more', (_name, nest) => {
    expect(jsonFault(nest(MAX_NESTING))).toBeNull();
    expect(jsonFault(nest(MAX_NESTING + 1))).toBe('is nested more than 64 levels deep');
  });

  it.each([
    ['arrays', arrays],
    ['objects', objects],
  ])('survives 100,000 levels of %s', (_name, nest) => {
    expect(jsonFault(nest(100_000))).toBe('is nested more than 64 levels deep');
  });

  it.each(['{"__proto__":1}', '[0,{"a":{"__proto__":null}}]', '{"a":[],"b":[{"__proto__":{}}]}'])(
    'finds the field __proto__ in %s',
    (text) => {
      expect(jsonFault(JSON.parse(text))).toBe('has a field named __proto__');
    },
  );

  it.each(['1e400', '[0,-1e400]', '{"a":{"b":1e400}}'])(
    'finds a number that JSON cannot carry in %s',
    (text) => {
      expect(jsonFault(JSON.parse(text))).toBe('has a number that JSON cannot carry');
    },
  );

  it('takes as many values as the limit says, and not one more, however they are nested', () => {
    const list = (items: number) => Array(items).fill(0);
    const nested = (items: number) => Array.from({ length: items }, () => ({ a: [{}] }));
    const most = MAX_VALUES - 1;

    for (const value of [list(most), nested(Math.floor(most / 3))]) expect(jsonFault(value)).toBeNull();
    for (const value of [list(most + 1), nested(Math.ceil(most / 3))]) {
      expect(jsonFault(value)).toBe('has more than 200000 values');
    }
  });

  it('answers for whatever JSON.parse returns, and finds no other fault in it', () => {
    const key = fc.oneof(
      { weight: 9, arbitrary: fc.string() },
      { weight: 1, arbitrary: fc.constant('__proto__') },
    );
    const value = fc.object({ key, values: [fc.string(), fc.integer(), fc.constant(null)] });
    fc.assert(
      fc.property(value, (input) => {
        const text = JSON.stringify(input);
        const keys = new Set<string>();
        JSON.parse(text, (name) => keys.add(name));
        expect(jsonFault(JSON.parse(text)) !== null).toBe(keys.has('__proto__'));
      }),
    );
  });
});

describe('hasTooManyValues', () => {
  const list = (items: number) => `[${Array(items).fill(0).join(', ')}]`;

  it('finds in a text what the value itself would be refused for', () => {
    expect(hasTooManyValues(list(MAX_VALUES + 1))).toBe(true);
    expect(jsonFault(JSON.parse(list(MAX_VALUES + 1)))).toBe('has more than 200000 values');
  });

  it('lets pass what has as many as may be stored', () => {
    expect(hasTooManyValues(list(MAX_VALUES - 1))).toBe(false);
    expect(jsonFault(JSON.parse(list(MAX_VALUES - 1)))).toBeNull();
  });

  it.each([
    ['objects in one another', `[${Array(4_000).fill(`${'{"a":'.repeat(60)}1${'}'.repeat(60)}`)}]`],
    ['lists in one another', '['.repeat(MAX_VALUES + 1)],
  ])('finds %s', (_name, json) => {
    expect(hasTooManyValues(json)).toBe(true);
  });

  it.each([
    ['commas', ','],
    ['commas behind quotes', '\\",'],
    ['commas behind backslashes', '\\\\,'],
  ])('does not count %s inside a string', (_name, text) => {
    const json = `["${text.repeat(2 * MAX_VALUES + 2)}","${text}"]`;

    expect(JSON.parse(json)).toHaveLength(2);
    expect(hasTooManyValues(json)).toBe(false);
  });
});
