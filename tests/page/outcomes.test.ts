import { describe, expect, it } from 'vitest';
import { countedOutcomes, outcomeNotes, repeatedRequests, viewOutcome } from '../../public/app/outcomes.js';
import { inputsText } from '../../public/app/run-list.js';
import { readRuns } from '../../public/app/runs.js';
import { runsOf } from './support/reports.js';

function regionOf(fields: object) {
  const [run] = readRuns({ runs: [{ runId: 'r', startedAt: '2026-08-03T14:20:31Z', regions: [fields] }] });
  const region = run?.regions[0];
  if (region === undefined) throw new Error('the region was not read');
  return region;
}

describe('repeatedRequests', () => {
  it.each([
    ['persisted', 2, null],
    ['persisted', 4, { took: 4, usual: 2 }],
    ['duplicate', 2, null],
    ['duplicate', 3, { took: 3, usual: 2 }],
    ['in-flight', 5, { took: 5, usual: 1 }],
    ['failed', 5, null],
  ])('%s after %d requests: %j', (status, attempts, expected) => {
    expect(repeatedRequests(regionOf({ status, attempts }))).toEqual(expected);
  });
});

describe('outcomeNotes', () => {
  it('has nothing to add to an undisturbed region', () => {
    expect(outcomeNotes(regionOf({ status: 'persisted', attempts: 2 }))).toEqual([]);
  });

  it('says where and why a region failed, and whether it may be stored', () => {
    const failure = {
      status: 'failed',
      phase: 'commit',
      code: 'store-timeout',
      message: 'timed out',
      attempts: 6,
    };
    expect(outcomeNotes(regionOf({ ...failure, stored: 'unknown' }))).toEqual([
      'in commit: store-timeout',
      'timed out',
      'may be stored: the store did not answer',
      '6 requests',
    ]);
    expect(outcomeNotes(regionOf({ ...failure, stored: 'no' }))).toContain('not stored');
  });

  it('says until when another writer holds a region', () => {
    const notes = outcomeNotes(regionOf({ status: 'in-flight', attempts: 1, retryAfterMs: 31_000 }));
    expect(notes).toEqual(['held by another writer for at most 31 s']);
  });
});

describe('countedOutcomes', () => {
  const none = { persisted: 0, duplicate: 0, current: 0, inFlight: 0, failed: 0 };

  it.each([
    [{ duplicate: 1 }, ['1 duplicate']],
    [{ duplicate: 8 }, ['8 duplicates']],
    [{ persisted: 2, current: 5, failed: 1 }, ['2 persisted', '5 current', '1 failed']],
    [{}, []],
  ])('of %j are %j', (counts, texts) => {
    expect(countedOutcomes({ ...none, ...counts }).map(({ text }) => text)).toEqual(texts);
  });
});

describe('inputsText', () => {
  const textOf = (inputs: Readonly<Record<string, string>>) =>
    inputsText(runsOf([{ at: 0, inputs }])[0]?.inputs ?? []);

  it('names what failed and what was incomplete, and nothing when all answered', () => {
    expect(textOf({ usgs: 'ok' })).toBeNull();
    expect(textOf({ usgs: 'failed', 'gdacs-fl': 'incomplete' })).toBe(
      '! USGS failed, GDACS floods incomplete',
    );
  });

  it('counts many instead of naming them', () => {
    expect(textOf({ a: 'failed', b: 'failed', c: 'failed', d: 'failed' })).toBe('! 4 inputs failed');
  });
});

describe('viewOutcome', () => {
  it('keeps the word of an outcome that it does not know', () => {
    expect(viewOutcome('skipped')).toMatchObject({ key: 'other', word: 'skipped' });
  });
});

describe('readRuns', () => {
  it('reads the slot, and knows it where an old report does not say', () => {
    const startedAt = '2026-11-26T07:00:12Z';
    const runs = readRuns({
      runs: [
        { runId: 'a', startedAt, slot: '2026-11-26T00:00:00Z' },
        { runId: 'b', startedAt },
      ],
    });
    expect(runs.map(({ slot }) => new Date(slot).getUTCHours())).toEqual([0, 6]);
  });

  it('leaves out an entry without a run id or a time', () => {
    expect(readRuns({ runs: [null, {}, { runId: 'r' }, { runId: 'r', startedAt: 'yesterday' }] })).toEqual(
      [],
    );
  });
});
