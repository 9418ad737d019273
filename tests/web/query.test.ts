import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { NO_QUERY, parseQuery } from '../../lib/web/request.js';

const schema = z
  .object({
    limit: z.string().regex(/^\d+$/, { error: 'must be a number' }).optional(),
    'dry-run': z.enum(['true', 'false'], { error: 'must be true or false' }).optional(),
    from: z.string().optional(),
  })
  .transform((query) => ({ limit: Number(query.limit ?? 50), dryRun: query['dry-run'] === 'true' }));

const parse = (query: string, segment?: string) => parseQuery(new URLSearchParams(query), schema, segment);

/** What is wrong, by parameter. */
function faultsOf(query: string, segment?: string): Record<string, string> {
  const answer = parse(query, segment);
  if (!('problem' in answer)) return {};
  expect(answer.problem).toMatchObject({
    status: 400,
    code: 'bad-request',
    detail: 'the query is not valid',
  });
  return Object.fromEntries((answer.problem.errors ?? []).map(({ at, message }) => [at, message]));
}

describe('parseQuery', () => {
  it('returns what the schema makes of the parameters', () => {
    expect(parse('limit=7&dry-run=true')).toEqual({ value: { limit: 7, dryRun: true } });
    expect(parse('')).toEqual({ value: { limit: 50, dryRun: false } });
  });

  it.each(['x-vercel-protection-bypass=a', 'x-vercel-x=', 'x-vercel-x=1&x-vercel-x=2'])(
    'ignores the parameters of the platform: %s',
    (query) => {
      expect(parse(query)).toEqual({ value: { limit: 50, dryRun: false } });
      expect(parseQuery(new URLSearchParams(query), NO_QUERY)).toEqual({ value: null });
    },
  );

  it('ignores the name of the dynamic segment where there is one, however often it is given', () => {
    for (const query of ['id=mena', 'id=', 'id=mena&id=x']) expect(faultsOf(query, 'id')).toEqual({});
    expect(faultsOf('id=mena')).toHaveProperty('id');
  });

  it.each([
    ['dry_run', 'dry-run'],
    ['dryrun', 'dry-run'],
    ['dryRun', 'dry-run'],
    ['DRY-RUN', 'dry-run'],
    ['dry run', 'dry-run'],
    ['dry-runs', 'dry-run'],
    ['limt', 'limit'],
    ['Limit', 'limit'],
    ['limits', 'limit'],
    ['form', 'from'],
  ])('refuses %s, and asks whether %s was meant', (given, meant) => {
    const query = new URLSearchParams({ [given]: 'true' }).toString();
    expect(faultsOf(query)).toEqual({
      [given]: `is not a parameter of this route. Did you mean ${meant}?`,
    });
  });

  it.each([
    'force',
    'dryxyz',
    'vercel',
    'x-vercel',
    'f',
    'xy',
    'limitations',
    '__proto__',
    'constructor',
    'toString',
    '',
  ])('refuses %j, and lists the parameters', (given) => {
    const query = new URLSearchParams([[given, 'true']]).toString();
    expect(Object.entries(faultsOf(query))).toEqual([
      [given, 'is not a parameter of this route. It takes limit, dry-run, from'],
    ]);
  });

  it('says so where a route takes none', () => {
    const answer = parseQuery(new URLSearchParams('fresh=1'), NO_QUERY);
    expect(answer).toMatchObject({
      problem: { errors: [{ at: 'fresh', message: 'is not a parameter of this route. It takes none' }] },
    });
  });

  it('refuses a parameter that is repeated, even with the same value', () => {
    expect(faultsOf('limit=1&limit=1')).toEqual({ limit: 'may be given only once' });
    expect(faultsOf('limit=1&limit=')).toEqual({ limit: 'may be given only once' });
  });

  it.each(['dry-run=', 'dry-run', '&dry-run&'])('refuses one that is empty: %s', (query) => {
    expect(faultsOf(query)).toEqual({ 'dry-run': 'must not be empty' });
  });

  it.each(['limit=%', 'limit=%zz', 'limit=%E0%A4%A', 'limit=%00'])(
    'refuses a value whose encoding is broken: %s',
    (query) => {
      expect(faultsOf(query)).toEqual({ limit: 'must be a number' });
    },
  );

  it.each(['%=1', '%zz=1', '%E0%A4%A=1'])('refuses a name whose encoding is broken: %s', (query) => {
    expect(Object.values(faultsOf(query))).toEqual([
      expect.stringContaining('is not a parameter of this route'),
    ]);
  });

  it('names every fault at once', () => {
    expect(faultsOf('limit=x&dry_run=true&from=&dry-run=true&dry-run=true')).toEqual({
      limit: 'must be a number',
      dry_run: expect.stringContaining('Did you mean dry-run?'),
      from: 'must not be empty',
      'dry-run': 'may be given only once',
    });
  });

  it('repeats no values, at most 64 characters of a name, and at most 20 faults', () => {
    const many = Array.from({ length: 100 }, (_, i): [string, string] => [`${i}`.repeat(100), 'secret']);
    const answer = parse(new URLSearchParams(many).toString());
    const errors = 'problem' in answer ? answer.problem.errors : [];
    expect(errors).toHaveLength(20);
    expect(errors?.every(({ at }) => at.length === 64)).toBe(true);
    expect(JSON.stringify(answer)).not.toContain('secret');
  });
});
