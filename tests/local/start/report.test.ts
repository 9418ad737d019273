import { describe, expect, it } from 'vitest';
import type { RegionReport, RunReport } from '../../../lib/runs/report.js';
import { renderReport } from '../../../local/start/report.js';

const timings = { attempts: 2, startMs: 100, claimMs: 100, commitMs: 200 };
const persisted: RegionReport = {
  ...timings,
  regionId: 'mena',
  status: 'persisted',
  snapshotId: 'mwrx2un5-bce6a4623cae',
};
const failed: RegionReport = {
  ...timings,
  regionId: 'europe',
  status: 'failed',
  phase: 'commit',
  code: 'timeout',
  message: 'no answer in time',
  stored: 'unknown',
};

function reportOf(regions: RegionReport[], rest: Partial<RunReport> = {}): RunReport {
  return {
    runId: 'run-1',
    trigger: 'cron',
    environment: 'development',
    startedAt: '2026-11-22T14:13:11.123Z',
    durationMs: 400,
    budgetMs: 50_000,
    dryRun: false,
    counts: { persisted: 1, duplicate: 1, current: 0, inFlight: 1, failed: 1 },
    inputs: [],
    regions,
    redis: { requests: 18, commands: 31 },
    reportStored: true,
    ...rest,
  };
}

const render = (report: RunReport, columns = 80, colour = false) =>
  renderReport(report, { columns, colour, callerMs: 412 });

describe('renderReport', () => {
  it('draws a run as a table with one bar per region', () => {
    const report = reportOf(
      [
        persisted,
        {
          ...timings,
          attempts: 1,
          commitMs: 0,
          regionId: 'latam',
          status: 'duplicate',
          duplicateOf: 'abc-1',
        },
        {
          ...timings,
          attempts: 3,
          commitMs: 0,
          regionId: 'global',
          status: 'in-flight',
          retryAfterMs: 12_000,
        },
        failed,
      ],
      {
        inputs: [
          { input: 'gdacs-eq', status: 'ok', events: 12, skipped: 0, durationMs: 35 },
          { input: 'usgs', status: 'failed', events: 0, skipped: 0, durationMs: 15_000, message: 'HTTP 503' },
        ],
      },
    );
    expect(render(report)).toBe(`Run run-1  cron · development · 14:13:11 UTC

  region  outcome    snapshot               0                             400 ms
  mena    persisted  mwrx2un5-bce6a4623cae  ·········▒▒▒▒▒▒▒▒▒██████████████████
  latam   duplicate  of abc-1               ·········▒▒▒▒▒▒▒▒▒
  global  in-flight  retry after 12.0 s     ·········▒▒▒▒▒▒▒▒▒
  europe  failed     commit: timeout        ·········▒▒▒▒▒▒▒▒▒██████████████████
    ↳ No answer in time. It may be stored: the store did not answer. Requests
      sent: 2.
                                                     · before  ▒ claim  █ commit

  input     outcome     events       time
  gdacs-eq  ok              12      35 ms
  usgs      failed           0     15.0 s
    ↳ HTTP 503

  total  1 persisted, 1 duplicate, 1 in flight, 1 failed
  redis  18 requests, 31 commands
  time   400 ms of a budget of 50.0 s; the caller waited 412 ms
`);
  });

  it.each([40, 72, 80, 100, 150])('stays inside %d columns, or 72', (columns) => {
    const longId = 'x'.repeat(128);
    const text = render(reportOf([{ ...persisted, snapshotId: longId }, failed]), columns);
    const widths = text.split('\n').map((line) => line.length);
    expect(Math.max(...widths)).toBeLessThanOrEqual(Math.max(columns, 72));
    expect(text).toContain('xxx…');
  });

  it('says once what neighbours have in common', () => {
    const text = render(
      reportOf([failed, { ...failed, regionId: 'latam' }, { ...failed, message: 'other' }]),
    );
    expect(text.match(/No answer in time/g)).toHaveLength(1);
    expect(text.match(/Other/g)).toHaveLength(1);
  });

  it('points out requests beyond the usual two', () => {
    expect(render(reportOf([persisted]))).not.toContain('Requests sent');
    expect(render(reportOf([{ ...persisted, attempts: 3 }]))).toContain('Requests sent: 3.');
  });

  it('says that a report could not be stored, and of those that are not to be it does not', () => {
    const missing = /could not be stored/;
    const idle = { counts: { persisted: 0, duplicate: 0, current: 1, inFlight: 0, failed: 0 } };
    const current: RegionReport = { ...persisted, status: 'current' };

    expect(render(reportOf([persisted], { reportStored: false }))).toMatch(missing);
    expect(render(reportOf([persisted]))).not.toMatch(missing);
    expect(render(reportOf([persisted], { reportStored: false, dryRun: true }))).not.toMatch(missing);
    expect(render(reportOf([current], { reportStored: false, ...idle }))).not.toMatch(missing);
  });

  it('names a dry run, which has no regions to show', () => {
    expect(render(reportOf([], { dryRun: true }))).not.toContain('region');
    expect(render(reportOf([], { dryRun: true }))).toContain('dry run');
  });

  it('colours outcomes only when asked to', () => {
    expect(render(reportOf([persisted]))).not.toContain('\u001b');
    expect(render(reportOf([persisted]), 80, true)).toContain('\u001b[32mpersisted\u001b[39m');
  });

  it('keeps control characters of others away from the terminal', () => {
    const text = render(reportOf([{ ...failed, message: 'bad\u001b[2Jnews' }]));
    expect(text).not.toContain('\u001b');
  });
});
