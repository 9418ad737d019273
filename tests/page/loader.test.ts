import { describe, expect, it } from 'vitest';
import { changesBetween } from '../../public/app/changes.js';
import { createLoader, NO_DATA } from '../../public/app/loader.js';
import { regionOfEvent, select } from '../../public/app/page-state.js';

const NOW = Date.UTC(2026, 7, 3, 14, 20);
const ORIGIN = 'https://status.example';
const HISTORY = /^\/api\/regions\/mena\/history\?from=(\d+)&limit=200$/;

type Answer = { data: unknown } | { status: number };

function head(id: string, label = 'alert') {
  const regime = { label, previousLabel: null, transitionedAt: null, transitionDriver: null };
  return { id, generatedAt: NOW - 1000, regime, pressureScore: 0.5 };
}

/** The API of a store with one region; answers can be changed, and every call is written down. */
function fakeApi() {
  const calls: string[] = [];
  const answers = new Map<string, Answer>([
    ['/api/regions', { data: { regions: [{ regionId: 'mena', label: 'MENA', head: head('s1') }] } }],
    [
      '/api/regions/mena',
      { data: { meta: { snapshot_id: 's1' }, evidence: [{ id: 'e1', summary: 'Flood' }] } },
    ],
    ['history', { data: { entries: [{ id: 's1', generatedAt: 2, pressureScore: 0.5 }], next: null } }],
    ['/api/runs', { data: { runs: [{ runId: 'r1', startedAt: '2026-08-03T14:00:00Z' }] } }],
    ['/api/health', { data: { status: 'ok', regions: [] } }],
  ]);
  const api = {
    async get(path: string) {
      calls.push(path);
      const answer = answers.get(HISTORY.test(path) ? 'history' : path) ?? { status: 404 };
      if ('data' in answer) return { ok: true as const, data: answer.data };
      const problem = { status: answer.status, title: `answered ${answer.status}`, detail: null };
      return { ok: false as const, problem, body: undefined };
    },
  };
  const loader = createLoader({ api, origin: ORIGIN, now: () => NOW });
  return { loader, answers, calls };
}

describe('createLoader', () => {
  it('reads all there is', async () => {
    const { loader, calls } = fakeApi();
    const data = await loader.load(NO_DATA);
    expect(data).toMatchObject({ readAt: NOW, unauthorised: false, health: { status: 'ok' } });
    expect(data.regions.get('mena')?.snapshot.data?.id).toBe('s1');
    expect(data.regions.get('mena')?.trend.data?.points).toHaveLength(1);
    expect(data.runs.data?.[0]?.runId).toBe('r1');
    expect(calls).toHaveLength(5);
  });

  it('asks for history from a whole hour on, so that shared caches can answer', async () => {
    const { loader, calls } = fakeApi();
    await loader.load(NO_DATA);
    const from = Number(calls.flatMap((call) => HISTORY.exec(call)?.[1] ?? [])[0]);
    expect(from % 3_600_000).toBe(0);
    expect(NOW - from).toBeGreaterThanOrEqual(30 * 86_400_000);
  });

  it('makes three requests when nothing has changed', async () => {
    const { loader, calls } = fakeApi();
    const before = await loader.load(NO_DATA);
    calls.length = 0;
    const after = await loader.load(before);
    expect(calls.toSorted()).toEqual(['/api/health', '/api/regions', '/api/runs']);
    expect(after.regions.get('mena')?.snapshot).toBe(before.regions.get('mena')?.snapshot);
  });

  it('reads the pushes only on request, and keeps them', async () => {
    const { loader, answers, calls } = fakeApi();
    answers.set('/api/runs?trigger=push', {
      data: { runs: [{ runId: 'p1', startedAt: '2026-08-03T14:00:00Z' }] },
    });
    const before = await loader.load(NO_DATA);
    expect([calls.includes('/api/runs?trigger=push'), before.pushes.data]).toEqual([false, null]);
    const opened = await loader.load(before, { pushes: true });
    expect((await loader.load(opened)).pushes.data?.[0]?.runId).toBe('p1');
  });

  it('reads a region again when its head has moved, and no other', async () => {
    const { loader, answers, calls } = fakeApi();
    const before = await loader.load(NO_DATA);
    answers.set('/api/regions', {
      data: { regions: [{ regionId: 'mena', label: 'MENA', head: head('s2') }] },
    });
    calls.length = 0;
    await loader.load(before);
    expect(calls).toHaveLength(5);
  });

  it('asks for no snapshot of a region that has none', async () => {
    const { loader, answers, calls } = fakeApi();
    answers.set('/api/regions', { data: { regions: [{ regionId: 'mena', label: 'MENA', head: null }] } });
    expect((await loader.load(NO_DATA)).regions.size).toBe(0);
    expect(calls).toHaveLength(3);
  });

  it('keeps what it had when the store cannot be reached, and says since when that is', async () => {
    const { loader, answers } = fakeApi();
    const before = { ...(await loader.load(NO_DATA)), readAt: NOW - 60_000 };
    answers.set('/api/regions', { status: 503 });
    answers.set('/api/runs', { status: 503 });
    const after = await loader.load(before);
    expect(after.heads).toEqual({
      data: before.heads.data,
      problem: expect.objectContaining({ status: 503 }),
    });
    expect(after.regions.get('mena')?.snapshot.data?.id).toBe('s1');
    expect(after.readAt).toBe(NOW - 60_000);
  });

  it('keeps one unreadable snapshot to its region, and tries it again', async () => {
    const { loader, answers } = fakeApi();
    answers.set('/api/regions/mena', { status: 502 });
    const broken = await loader.load(NO_DATA);
    expect(broken.heads.problem).toBeNull();
    expect(broken.regions.get('mena')).toMatchObject({
      snapshot: { problem: { status: 502 } },
      trend: { problem: null },
    });
    answers.set('/api/regions/mena', { data: { meta: { snapshot_id: 's1' } } });
    expect((await loader.load(broken)).regions.get('mena')?.snapshot.problem).toBeNull();
  });

  it('asks for a token where the API does', async () => {
    const { loader, answers, calls } = fakeApi();
    answers.set('/api/regions', { status: 401 });
    expect(await loader.load(NO_DATA)).toMatchObject({ unauthorised: true, readAt: null });
    expect(calls).toHaveLength(3);
  });

  it('follows the pages of a history, oldest first in the end', async () => {
    const { loader, answers } = fakeApi();
    const page = (at: number, next: string | null) => ({
      data: { entries: [{ id: `s${at}`, generatedAt: at }], next },
    });
    answers.set('history', page(9, '/api/regions/mena/history?cursor=2'));
    answers.set('/api/regions/mena/history?cursor=2', page(8, null));
    const trend = (await loader.load(NO_DATA)).regions.get('mena')?.trend.data;
    expect(trend).toMatchObject({ complete: true, points: [{ at: 8 }, { at: 9 }] });
  });

  it('follows no more than five pages, and says so', async () => {
    const { loader, answers, calls } = fakeApi();
    const endless = {
      data: { entries: [{ id: 's', generatedAt: 1 }], next: '/api/regions/mena/history?cursor=1' },
    };
    answers.set('history', endless);
    answers.set('/api/regions/mena/history?cursor=1', endless);
    const trend = (await loader.load(NO_DATA)).regions.get('mena')?.trend.data;
    expect(trend).toMatchObject({ complete: false });
    expect(calls.filter((call) => call.includes('history'))).toHaveLength(5);
  });

  it('sends no request to where a link leads away', async () => {
    const { loader, answers, calls } = fakeApi();
    answers.set('history', { data: { entries: [], next: 'https://elsewhere.example/api/regions' } });
    await loader.load(NO_DATA);
    expect(calls.filter((call) => call.includes('elsewhere'))).toEqual([]);
  });
});

describe('changesBetween', () => {
  it('says nothing at first, and nothing in quiet times', async () => {
    const { loader } = fakeApi();
    const first = await loader.load(NO_DATA);
    expect(changesBetween(NO_DATA, first, NOW)).toEqual([]);
    expect(changesBetween(first, await loader.load(first), NOW)).toEqual([]);
  });

  it('says which region moved where', async () => {
    const { loader, answers } = fakeApi();
    const before = await loader.load(NO_DATA);
    const regions = [{ regionId: 'mena', label: 'MENA', head: head('s2', 'emergency') }];
    answers.set('/api/regions', { data: { regions } });
    expect(changesBetween(before, await loader.load(before), NOW)).toEqual(['MENA is now emergency.']);
  });

  it('says once that something is wrong, and once that it is over', async () => {
    const { loader, answers } = fakeApi();
    const well = await loader.load(NO_DATA);
    const regions = answers.get('/api/regions');
    answers.set('/api/regions', { status: 503 });
    const ill = await loader.load(well);
    expect(changesBetween(well, ill, NOW)).toEqual(['answered 503.']);
    expect(changesBetween(ill, await loader.load(ill), NOW)).toEqual([]);
    if (regions !== undefined) answers.set('/api/regions', regions);
    expect(changesBetween(ill, await loader.load(ill), NOW)).toEqual([
      'The service is well.',
      'The page is up to date again.',
    ]);
  });
});

describe('select', () => {
  it('keeps what the reader chose while it is there', async () => {
    const data = await fakeApi().loader.load(NO_DATA);
    expect(select(data, { region: 'mena', run: 'r1' })).toEqual({
      selectedRegion: 'mena',
      selectedRun: 'r1',
    });
    expect(select(data, { region: 'gone', run: 'gone' })).toEqual({
      selectedRegion: 'mena',
      selectedRun: 'r1',
    });
  });

  it('chooses nothing where there is nothing', () => {
    expect(select(NO_DATA, { region: null, run: null })).toEqual({ selectedRegion: null, selectedRun: null });
  });
});

describe('regionOfEvent', () => {
  it('finds the region whose evidence an event is', async () => {
    const data = await fakeApi().loader.load(NO_DATA);
    expect([regionOfEvent(data, 'e1', null), regionOfEvent(data, 'e2', 'mena')]).toEqual(['mena', null]);
  });

  it('stays with the region that is shown, and prefers the others to global', async () => {
    const data = await fakeApi().loader.load(NO_DATA);
    const mena = data.regions.get('mena');
    if (mena === undefined) throw new Error('no data');
    const regions = new Map([
      ['global', mena],
      ['mena', mena],
    ]);
    expect(regionOfEvent({ ...data, regions }, 'e1', 'global')).toBe('global');
    expect(regionOfEvent({ ...data, regions }, 'e1', 'europe')).toBe('mena');
  });
});
