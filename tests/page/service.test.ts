import { describe, expect, it } from 'vitest';
import { readHeads } from '../../public/app/heads.js';
import { readHealth } from '../../public/app/health.js';
import { NO_DATA } from '../../public/app/loader.js';
import { viewService } from '../../public/app/service.js';
import { HOUR, runsOf, SLOT } from './support/reports.js';

const NOW = SLOT + 90 * 60_000;
const ALL = ['mena', 'europe', 'latam'];

interface Situation {
  readonly reports?: Parameters<typeof runsOf>[0];
  readonly health?: object;
  /** Age of each region's snapshot in hours; null: never stored. */
  readonly ages?: readonly (number | null)[];
  /** Regime of each region. */
  readonly labels?: readonly string[];
  readonly now?: number;
}

/** Reasons as `/api/health` gives them. */
const failedNow = (...regionIds: readonly string[]) => ({
  status: 'degraded',
  reasons: regionIds.map((regionId) => ({
    code: 'region-failed',
    message: `${regionId} failed in the last run: store-timeout`,
    regionId,
  })),
});
const USGS_UNHEARD = {
  code: 'input-unheard',
  message: 'usgs has not answered in full in the last 2 slots',
  input: 'usgs',
  since: '2026-11-26T00:00:12Z',
};

const of = (regionIds: readonly string[], outcome: string) =>
  Object.fromEntries(ALL.map((id) => [id, regionIds.includes(id) ? outcome : 'persisted']));
const stored = (at: number) => ({ at, regions: of(ALL, 'persisted') });

function service({
  reports = [stored(SLOT)],
  health = {},
  ages = [1, 1, 1],
  labels = [],
  now = NOW,
}: Situation) {
  const regions = ALL.map((regionId, i) => {
    const age = ages[i] ?? null;
    const head =
      age === null
        ? null
        : { id: 's', generatedAt: NOW - age * HOUR, regime: { label: labels[i] ?? 'normal' } };
    return { regionId, head, ageMs: age === null ? null : age * HOUR };
  });
  const body = { status: 'ok', staleAfterMs: 8 * HOUR, reasons: [], regions, ...health };
  const data = {
    ...NO_DATA,
    heads: { data: readHeads({ regions }), problem: null },
    runs: { data: runsOf(reports), problem: null },
    health: readHealth({ ok: true, data: body }, NOW),
  };
  return viewService(data, now);
}

describe('viewService', () => {
  it('is well', () => {
    expect(service({})).toEqual({ level: 'well', headline: 'All well', advice: 'Nothing to do.', facts: [] });
  });

  it.each([
    [['mena'], 1, 'Degraded: mena failed at 06:00 UTC'],
    [['mena'], 2, 'Degraded: mena has failed twice, since 06:00 UTC'],
    [['mena', 'latam'], 3, 'Degraded: mena and latam have failed 3 times, since 06:00 UTC'],
    [ALL, 2, 'Degraded: every region has failed twice, since 06:00 UTC'],
  ])('tells that %j failed, %d times', (failed, times, headline) => {
    const reports = Array.from({ length: times }, (_, i) => ({
      at: SLOT + i * 20 * 60_000,
      regions: of(failed, 'failed:store-timeout'),
    }));
    const view = service({
      reports: [...reports.toReversed(), stored(SLOT - 6 * HOUR)],
      health: failedNow(...failed),
    });
    const facts = ['Look up store-timeout in docs/operations.md.'];
    expect(view).toMatchObject({ level: 'degraded', headline, facts });
    expect(view.advice).toBe('This can wait: the next run tries again.');
  });

  it('says the day of what began more than a day ago', () => {
    const reports = [
      { at: SLOT, regions: of(['mena'], 'failed') },
      { at: SLOT - 30 * HOUR, regions: of(['mena'], 'failed') },
    ];
    const { headline } = service({ reports, health: failedNow('mena') });
    expect(headline).toBe('Degraded: mena has failed twice, since 25 Nov 00:00 UTC');
  });

  it('leads with the most stubborn failure, and lists the others', () => {
    const reports = [
      { at: SLOT + HOUR, regions: { mena: 'failed:store-full', europe: 'failed:store-timeout' } },
      { at: SLOT, regions: { mena: 'failed', latam: 'persisted' } },
    ];
    expect(service({ reports, health: failedNow('mena', 'europe') })).toMatchObject({
      headline: 'Degraded: mena has failed twice, since 06:00 UTC',
      facts: ['Europe failed at 07:00 UTC.', 'Look up store-full and store-timeout in docs/operations.md.'],
    });
  });

  it('is as well as health says, whatever the runs tell', () => {
    const reports = [{ at: SLOT, regions: of(ALL, 'failed') }];
    expect(service({ reports }).level).toBe('well');
    expect(service({ reports, health: failedNow('latam') })).toMatchObject({
      level: 'degraded',
      headline: 'Degraded: latam failed at 06:00 UTC',
      facts: [],
    });
  });

  it('says by when to look, where a region grows too old before the next run', () => {
    const reports = [SLOT + HOUR, SLOT].map((at) => ({ at, regions: of(['mena'], 'failed:store-timeout') }));
    const situation = { reports, health: failedNow('mena'), ages: [7.25, 1, 1] };
    expect(service(situation).advice).toBe(
      'Look by 08:15 UTC: mena is too old from then on, and the next run is due at 12:00 UTC.',
    );
    const inTime = { ...situation, reports: reports.slice(1), now: SLOT + HOUR / 2 };
    expect(service(inTime).advice).toBe('This can wait: the next run tries again.');
  });

  it('does not call a grave world well', () => {
    expect(service({ labels: ['alert', 'emergency', 'watch'] })).toMatchObject({
      level: 'well',
      headline: 'The service is well',
      advice: 'Nothing to do for it. In emergency: europe.',
    });
    expect(service({ labels: ['alert', 'watch', 'alert'] }).advice).toBe(
      'Nothing to do for it. On alert: mena and latam.',
    );
  });

  it('names a failure that a retry does not fix', () => {
    const reports = [{ at: SLOT, regions: of(ALL, 'failed:store-full') }];
    expect(service({ reports, health: failedNow(...ALL) }).advice).toBe(
      'This will not go away on its own (store-full): someone has to look at it.',
    );
    const unreadable = {
      code: 'runs-unreadable',
      message: 'the stored reports of runs cannot be read',
    };
    expect(service({ health: { status: 'degraded', reasons: [unreadable] } })).toMatchObject({
      headline: 'Degraded: the stored reports of runs cannot be read',
      advice: 'This will not go away on its own (runs-unreadable): someone has to look at it.',
    });
  });

  it.each([
    ['of health, each once', { reasons: [USGS_UNHEARD] }],
    ['of the runs, where health gives none', { reasons: undefined }],
  ])('tells the silent inputs %s', (_from, health) => {
    const usgs = { usgs: 'failed' };
    const reports = [
      { ...stored(SLOT), inputs: usgs },
      { ...stored(SLOT - 6 * HOUR + 12_000), inputs: usgs },
    ];
    expect(service({ reports, health: { ...health, status: 'degraded' } })).toMatchObject({
      headline: 'Degraded: USGS has not answered in full since 00:00 UTC',
      facts: [],
    });
  });

  it('says when what an input said last no longer counts', () => {
    const health = { status: 'degraded', reasons: [{ ...USGS_UNHEARD, since: '2026-11-25T06:00:12Z' }] };
    const dead = (hours: number) => service({ health, now: NOW + (hours - 25.5) * HOUR }).advice;
    expect(dead(24)).toBe('This can wait: the next run tries again.');
    expect(dead(25)).toBe(
      'Nobody has to get up, but look at the feed today: what it said last no longer counts.',
    );
  });

  it('shows the other reasons of health, as text or as fields', () => {
    const reasons = ['the clock is off', { code: 'runs-unreadable' }];
    expect(service({ health: { status: 'degraded', reasons } })).toMatchObject({
      headline: 'Degraded: the clock is off',
      facts: ['Runs-unreadable.'],
    });
  });

  it('shows a reason about a region only where the runs do not', () => {
    const reasons = [
      { code: 'region-failed', message: 'mena failed', regionId: 'mena' },
      { code: 'region-failed', message: 'latam failed', regionId: 'latam' },
    ];
    const reports = [{ at: SLOT, regions: of(['mena'], 'failed') }];
    expect(service({ reports, health: { status: 'degraded', reasons } })).toMatchObject({
      headline: 'Degraded: mena failed at 06:00 UTC',
      facts: ['Latam failed.'],
    });
  });

  it('says that a run was missed once it can no longer come', () => {
    const reports = [stored(SLOT - 6 * HOUR)];
    expect(service({ reports, now: SLOT + 2 * HOUR - 1 }).headline).toBe('All well');
    // Health is ok for 8 hours, and so is the banner.
    expect(service({ reports, ages: [7, 6.9, 6.9], now: SLOT + 2 * HOUR })).toEqual({
      level: 'well',
      headline: 'All well so far, but a run is missing',
      advice: 'Look by 08:30 UTC: what is stored is too old from then on.',
      facts: ['No run since 00:00 UTC, although one was due at 06:00 UTC.'],
    });
    expect(service({ reports, ages: [9, 9, 9], now: SLOT + 6.5 * HOUR })).toMatchObject({
      level: 'failing',
      facts: [
        'No run since 00:00 UTC, although one was due at 06:00 UTC.',
        'Look up “Nothing is stored” in docs/operations.md.',
      ],
    });
  });

  it('tells what a slot lacks after its last call, though nothing failed', () => {
    const reports = [
      { at: SLOT + HOUR, regions: of(['mena'], 'in-flight') },
      { at: SLOT, regions: of(['mena'], 'in-flight') },
      stored(SLOT - 6 * HOUR),
    ];
    expect(service({ reports, now: SLOT + 2 * HOUR - 1 }).headline).toBe('All well');
    expect(service({ reports, ages: [6, 1, 1], now: SLOT + 2 * HOUR })).toMatchObject({
      level: 'well',
      facts: ['Mena was not stored in the slot of 06:00 UTC.'],
    });
  });

  it.each([
    [[9.5, 10, 12], 'Nothing stored for 9 h'],
    [[9.5, 1, 1], 'mena: nothing stored for 9 h'],
    [[9.5, 12, 1], 'mena and europe: nothing stored for 9 h'],
    [[null, 1, 1], 'mena: nothing stored yet'],
  ])('fails when snapshots are %j hours old', (ages, headline) => {
    expect(service({ ages, health: { status: 'stale' } })).toMatchObject({
      level: 'failing',
      headline,
      advice: 'Someone has to look at this now.',
    });
  });

  it('grows older by itself while nothing new is read', () => {
    expect(service({ ages: [7.9, 7.9, 7.9] }).level).toBe('well');
    const later = service({ ages: [7.9, 7.9, 7.9], reports: [stored(SLOT)], now: NOW + HOUR });
    expect(later.headline).toBe('Nothing stored for 8 h');
  });

  it('does not fail at the first visit, unless something has failed already', () => {
    const empty = { ages: [null, null, null], health: { status: 'stale' } };
    expect(service({ ...empty, reports: [] })).toMatchObject({
      level: 'unknown',
      headline: 'Nothing stored yet',
    });
    const health = { ...failedNow(...ALL), status: 'stale' };
    const reports = [{ at: SLOT, regions: of(ALL, 'failed:store-full') }];
    expect(service({ ...empty, health, reports })).toMatchObject({
      level: 'failing',
      headline: 'Nothing stored yet',
      facts: ['Every region failed at 06:00 UTC.', 'Look up store-full in docs/operations.md.'],
    });
  });

  it('shows the age of the data once, although health names every region', () => {
    const reasons = ALL.map((regionId) => ({
      code: 'region-stale',
      message: `${regionId} is old`,
      regionId,
    }));
    expect(service({ ages: [9, 9, 9], health: { status: 'stale', reasons } })).toMatchObject({
      headline: 'Nothing stored for 9 h',
      facts: ['Look up “Nothing is stored” in docs/operations.md.'],
    });
    const empty = ALL.map((regionId) => ({ code: 'region-empty', message: 'no snapshot', regionId }));
    const first = { reports: [], ages: [null, null, null], health: { status: 'stale', reasons: empty } };
    expect(service(first).level).toBe('unknown');
  });

  it('takes degraded for degraded, also without a reason', () => {
    expect(service({ health: { status: 'degraded' } })).toMatchObject({
      level: 'degraded',
      headline: 'Degraded',
    });
  });

  it('does not take a missing answer of health for a good one', () => {
    expect(service({ health: { status: 'splendid' } }).level).toBe('unknown');
  });
});

describe('viewService, when something does not answer,', () => {
  const problem = { status: 503, title: 'The store cannot be reached', detail: 'Timed out' };

  it('says that the store cannot be reached', () => {
    const body = { status: 'unreachable', regions: [], message: 'No answer in 3 s' };
    const health = readHealth({ ok: false, problem, body }, NOW);
    expect(viewService({ ...NO_DATA, health, heads: { data: null, problem } }, NOW)).toEqual({
      level: 'failing',
      headline: 'The store cannot be reached',
      advice: 'Someone has to look at this now.',
      facts: ['No answer in 3 s.'],
    });
  });

  it('says what the API says', () => {
    const heads = { data: null, problem: { status: 500, title: 'CRON_SECRET is missing', detail: null } };
    const health = readHealth(undefined, NOW);
    expect(viewService({ ...NO_DATA, heads, health }, NOW)).toMatchObject({
      level: 'failing',
      headline: 'CRON_SECRET is missing',
    });
  });

  it('does not know when the API cannot be reached, which may be the reader’s connection', () => {
    const heads = { data: null, problem: { status: 0, title: 'The API cannot be reached', detail: null } };
    expect(viewService({ ...NO_DATA, heads }, NOW)).toMatchObject({
      level: 'unknown',
      headline: 'Status unknown: the API cannot be reached',
    });
  });

  it('reads at first', () => {
    expect(viewService(NO_DATA, NOW)).toMatchObject({ level: 'unknown', headline: 'Reading …' });
  });

  it('shows what is public while the rest requires a token', () => {
    const heads = { data: null, problem: { status: 401, title: 'Not authorised', detail: null } };
    const ages = [{ regionId: 'mena', ageMs: HOUR }];
    const health = readHealth({ ok: true, data: { status: 'ok', regions: ages } }, NOW);
    expect(viewService({ ...NO_DATA, unauthorised: true, heads, health }, NOW).level).toBe('well');
  });
});
