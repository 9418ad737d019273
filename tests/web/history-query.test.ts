import { describe, expect, it } from 'vitest';
import { HistoryQuerySchema, parseCursor } from '../../lib/web/read.js';

const CURSOR = '1790000000000-0123456789ab';

/** What is wrong, by parameter. */
function faultsOf(query: Record<string, unknown>): Record<string, string> {
  const issues = HistoryQuerySchema.safeParse(query).error?.issues ?? [];
  return Object.fromEntries(issues.map(({ path, message }) => [path.join('.'), message]));
}

describe('the query of a history', () => {
  it('asks for the newest 50 when it is empty', () => {
    expect(HistoryQuerySchema.parse({})).toEqual({
      from: null,
      to: null,
      limit: 50,
      cursor: null,
    });
  });

  it('reads every parameter', () => {
    expect(HistoryQuerySchema.parse({ from: '10', to: '20', limit: '200' })).toEqual({
      from: 10,
      to: 20,
      limit: 200,
      cursor: null,
    });
    expect(HistoryQuerySchema.parse({ cursor: CURSOR }).cursor).toBe(CURSOR);
  });

  it('takes a moment for a range', () => {
    expect(HistoryQuerySchema.safeParse({ from: '10', to: '10' }).success).toBe(true);
  });

  it.each(['0', '201', '-1', '1.5', '1e2', '', ' 5', 'all', '9999999999'])('refuses limit=%s', (limit) => {
    expect(faultsOf({ limit })).toEqual({ limit: 'must be a whole number from 1 to 200' });
  });

  it('names every fault at once, by its parameter', () => {
    expect(faultsOf({ from: 'yesterday', to: '', limit: '0', cursor: 'x' })).toEqual({
      from: expect.stringContaining('ISO 8601'),
      to: expect.stringContaining('ISO 8601'),
      limit: expect.stringContaining('1 to 200'),
      cursor: expect.stringContaining('next link'),
    });
  });

  it('names its parameters, so that every other one is refused', () => {
    expect(Object.keys(HistoryQuerySchema.in.shape)).toEqual(['from', 'to', 'limit', 'cursor']);
  });

  it('refuses a from later than to, and a to beside a cursor', () => {
    expect(faultsOf({ from: '20', to: '10' })).toEqual({ from: 'must not be later than to' });
    expect(faultsOf({ to: '20', cursor: CURSOR })).toEqual({ to: 'must not be given together with cursor' });
  });
});

describe('a cursor', () => {
  it('is passed on as it came', () => {
    expect(parseCursor(CURSOR)).toBe(CURSOR);
  });

  it.each(['', '1790000000000', '-0123456789ab', 'x-0123456789ab', '1-0123456789AB', '1-0123', `${CURSOR}0`])(
    'is not %j',
    (text) => {
      expect(parseCursor(text)).toBeNull();
    },
  );
});
