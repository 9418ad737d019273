import { expect, it } from 'vitest';
import type { RunReport } from '../../lib/runs/report.js';
import { readCronAnswer } from '../../local/cron.js';
import { renderRefusal } from '../../local/start/report.js';

const report: RunReport = {
  runId: 'r',
  trigger: 'cron',
  environment: 'development',
  startedAt: '2026-11-22T14:13:11.123Z',
  durationMs: 1,
  budgetMs: 1,
  dryRun: false,
  counts: { persisted: 0, duplicate: 0, current: 0, inFlight: 0, failed: 0 },
  inputs: [],
  regions: [],
  redis: { requests: 0, commands: 0 },
  reportStored: true,
};

const answer = (status: number, body: unknown, contentType = 'application/json') => ({
  status,
  contentType,
  body: typeof body === 'string' ? body : JSON.stringify(body),
  durationMs: 1,
});

it.each([
  [200, 0, true],
  [200, 1, false],
  [500, 1, false],
  [500, 0, false],
])('takes a report with status %d and %d failed for success: %s', (status, failed, succeeded) => {
  const body = { ...report, counts: { ...report.counts, failed } };
  expect(readCronAnswer(answer(status, body))).toEqual({ kind: 'report', report: body, succeeded });
});

it('explains a problem by its errors, or else by its detail', () => {
  const read = (body: object) => {
    const result = readCronAnswer(answer(401, body, 'application/problem+json; charset=utf-8'));
    return result.kind === 'report' ? '' : renderRefusal(401, result);
  };
  expect(read({ title: 'Unauthorised', detail: 'Send the header' })).toBe(
    'The endpoint answered 401: Unauthorised\n  Send the header\n',
  );
  expect(read({ title: 'Misconfigured', detail: 'all', errors: [{ at: 'A', message: 'is missing' }] })).toBe(
    'The endpoint answered 401: Misconfigured\n  A is missing\n',
  );
});

it.each([
  [
    'text',
    'A server error has occurred\n\nFUNCTION_INVOCATION_FAILED\n',
    /answered 500.*\n {2}A server error has/,
  ],
  ['JSON of another kind', '{"message":"no"}', /"message":"no"/],
  ['nothing', '', /\(nothing\)/],
  ['a long text, cut', 'x'.repeat(1000), /x{500}…\n$/],
])('shows %s that is no report', (_case, body, shown) => {
  const result = readCronAnswer(answer(500, body, 'text/plain'));
  expect(result.kind).toBe('unreadable');
  expect(result.kind === 'report' ? '' : renderRefusal(500, result)).toMatch(shown);
});
