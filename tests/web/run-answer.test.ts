import { describe, expect, it } from 'vitest';
import { StoreError } from '../../lib/persister/upstash/error.js';
import type { RunReport } from '../../lib/runs/report.js';
import type { RunResult } from '../../lib/runs/run.js';
import { createOpenApiDocument } from '../../lib/web/openapi/document.js';
import { runAnswer, triggerOf } from '../../lib/web/write.js';
import { createContract } from '../support/contract.js';
import { makeSnapshot } from '../support/snapshots.js';

const contract = createContract(createOpenApiDocument('0.0.0'));

function resultOf(counts: Partial<RunReport['counts']>): RunResult {
  const report: RunReport = {
    runId: 'run-1',
    trigger: 'manual',
    environment: 'development',
    startedAt: '2026-09-21T13:33:20.000Z',
    durationMs: 640,
    budgetMs: 50_000,
    dryRun: false,
    counts: { persisted: 0, duplicate: 0, current: 0, inFlight: 0, failed: 0, ...counts },
    inputs: [],
    regions: [],
    redis: { requests: 5, commands: 9 },
    reportStored: true,
  };
  return { report, snapshots: [makeSnapshot('mena')], reportFailure: null };
}

describe('triggerOf', () => {
  it.each([
    ['vercel-cron/1.0', 'cron'],
    ['vercel-cron/2.1 (schedules)', 'cron'],
    ['vercel-cron', 'manual'],
    ['Vercel-Cron/1.0', 'manual'],
    ['curl/8.5.0', 'manual'],
    ['Mozilla/5.0 vercel-cron/1.0', 'manual'],
    ['', 'manual'],
    [undefined, 'manual'],
  ])('counts the user agent %j as %s', (userAgent, trigger) => {
    const headers = new Headers(userAgent === undefined ? {} : { 'user-agent': userAgent });
    expect(triggerOf({ headers })).toBe(trigger);
  });
});

describe('runAnswer', () => {
  it.each([{ persisted: 8 }, { duplicate: 8 }, { current: 8 }, { persisted: 5, duplicate: 3 }, {}])(
    'answers 200 with the report when nothing failed: %j',
    (counts) => {
      const result = resultOf(counts);
      expect(runAnswer(result)).toEqual({ status: 200, body: result.report });
    },
  );

  it('answers 503 with Retry-After when nothing failed and something is in flight', () => {
    const result = resultOf({ persisted: 7, inFlight: 1 });
    const effort = { attempts: 3, startMs: 0, claimMs: 1, commitMs: 0 };
    const waiting = { regionId: 'mena', status: 'in-flight' as const, retryAfterMs: 1_200, ...effort };
    const report = { ...result.report, regions: [waiting] };

    const answer = runAnswer({ ...result, report });

    expect(answer).toEqual({ status: 503, body: report, headers: { 'retry-after': '2' } });
    const reply = {
      status: 503,
      headers: { 'content-type': 'application/json' },
      text: JSON.stringify(report),
    };
    for (const operation of ['get /api/cron/persist-regions', 'post /api/snapshots'] as const) {
      expect(() => contract.check(operation, reply)).not.toThrow();
    }
  });

  it.each([{ failed: 8 }, { persisted: 7, failed: 1, inFlight: 0 }, { failed: 1, inFlight: 1 }])(
    'answers 500 with the whole report when something failed: %j',
    (counts) => {
      const result = resultOf(counts);
      expect(runAnswer(result)).toEqual({ status: 500, body: result.report });
    },
  );

  it('answers with the snapshots beside the report when asked to', () => {
    const result = resultOf({});
    expect(runAnswer(result, true)).toEqual({
      status: 200,
      body: { ...result.report, snapshots: result.snapshots },
    });
  });

  it('answers 200 even if the report could not be stored', () => {
    const reportFailure = new StoreError('store-timeout', 'no answer', { retryable: true });
    expect(runAnswer({ ...resultOf({ persisted: 8 }), reportFailure })).toMatchObject({ status: 200 });
  });
});
