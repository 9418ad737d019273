import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createDeadline, type Deadline } from '../../lib/limits/deadline.js';
import { StoreError } from '../../lib/persister/upstash/error.js';
import { type CollectDeps, collect } from '../../lib/runs/collect.js';
import type { InputReport } from '../../lib/runs/report.js';
import type { AssessRequest, Collection, Source } from '../../lib/runs/source.js';
import { createFakeClock, type FakeClock } from '../support/fake-clock.js';
import { makeSnapshot } from '../support/snapshots.js';

const REGION_IDS = ['mena', 'europe', 'global'];
const INPUTS: readonly InputReport[] = [
  { input: 'usgs', status: 'ok', events: 3, skipped: 0, durationMs: 12 },
];
const NO_STORE: CollectDeps['store'] = { memories: async () => new Map(), snapshots: async () => new Map() };
const NO_WAIT = { attempts: 3, baseMs: 0, capMs: 0 };

let clock: FakeClock;
let deadline: Deadline;
beforeEach(() => {
  vi.useFakeTimers();
  clock = createFakeClock();
  deadline = createDeadline({ budgetMs: 10_000, clock });
});
afterEach(() => {
  deadline.close();
  vi.useRealTimers();
});

/** Assesses every region, unless `assess` says otherwise for one. */
function sourceWith(assess: (request: AssessRequest) => ReturnType<Collection['assess']>): Source {
  return { collect: async () => ({ inputs: INPUTS, assess }) };
}
const assessed = ({ regionId, now }: Pick<AssessRequest, 'regionId' | 'now'>) => ({
  status: 'assessed' as const,
  snapshot: makeSnapshot(regionId, { generatedAt: now }),
});

function run(deps: Partial<CollectDeps> = {}, due = false) {
  return collect(
    {
      source: sourceWith(assessed),
      store: NO_STORE,
      retry: NO_WAIT,
      random: () => 0,
      ...deps,
    },
    { regionIds: REGION_IDS, trigger: 'scheduled', deadline, due },
  );
}

const failure = (entity: string, code: string, message: string) => ({
  entity,
  status: 'failed',
  phase: 'collect',
  code,
  message,
  stored: 'no',
  attempts: 0,
  startMs: 0,
  claimMs: 0,
  commitMs: 0,
});
const allFailed = (code: string, message: string) => REGION_IDS.map((id) => failure(id, code, message));

describe('collect', () => {
  it('assesses each region with its own memory, the time of the run and its trigger', async () => {
    const requests: AssessRequest[] = [];
    const source = sourceWith((request) => {
      requests.push(request);
      return assessed(request);
    });
    const stored = new Map([
      ['mena', '{"slot":"m"}'],
      ['europe', '{'],
      ['global', JSON.stringify({ filler: 'x'.repeat(64 * 1024) })],
    ]);
    clock.advance(700);

    const memories = async () => stored;
    const { inputs, snapshots, failures } = await run({ source, store: { ...NO_STORE, memories } });

    const rest = { recalled: new Map(), now: deadline.startedAt, trigger: 'scheduled' };
    expect(requests).toEqual([
      { regionId: 'mena', memory: { slot: 'm' }, ...rest },
      { regionId: 'europe', memory: null, ...rest },
      { regionId: 'global', memory: null, ...rest },
    ]);
    expect(inputs).toEqual(INPUTS);
    expect(snapshots.map(({ region_id }) => region_id)).toEqual(REGION_IDS);
    expect(failures).toEqual([]);
  });

  it('remembers slot, id and time of each snapshot, and what its source adds', async () => {
    const memory = { note: 'of the source', slot: 'not its to say' };
    const { snapshots, memories } = await run({
      source: sourceWith((request) => ({ ...assessed(request), memory })),
    });
    const [snapshot] = snapshots;
    const at = deadline.startedAt;
    expect(memories.get(snapshot ?? {})).toEqual({
      note: 'of the source',
      slot: new Date(at - (at % 21_600_000)).toISOString(),
      unheard: {},
      snapshot_id: snapshot?.meta.snapshot_id,
      generated_at: at,
    });
  });

  describe('what a source recalls', () => {
    const past = makeSnapshot('mena', { generatedAt: 1 });
    const id = past.meta.snapshot_id;

    function recalling(snapshots: CollectDeps['store']['snapshots']) {
      const requests: AssessRequest[] = [];
      const store = { ...NO_STORE, snapshots: vi.fn(snapshots) };
      const assess = (request: AssessRequest) => {
        requests.push(request);
        return assessed(request);
      };
      const recall = ({ regionId }: { regionId: string }) => (regionId === 'global' ? [] : [id]);
      const source: Source = { collect: async () => ({ inputs: INPUTS, recall, assess }) };
      return { store, source, requests };
    }

    it('is read once for all regions, and reaches the region that it belongs to', async () => {
      const { requests, ...deps } = recalling(async () => new Map([[id, JSON.stringify(past)]]));
      await run(deps);
      expect(deps.store.snapshots.mock.calls.map(([ids]) => ids)).toEqual([[id]]);
      expect(requests.map(({ recalled }) => [...recalled])).toEqual([[[id, past]], [], []]);
    });

    it('is asked for again while that may help', async () => {
      const error = new StoreError('redis-loading', 'Redis answered LOADING', { retryable: true });
      const { requests, ...deps } = recalling(async () => new Map([[id, JSON.stringify(past)]]));
      deps.store.snapshots.mockRejectedValueOnce(error).mockRejectedValueOnce(error);
      await run(deps);
      expect(deps.store.snapshots).toHaveBeenCalledTimes(3);
      expect(requests[0]?.recalled.size).toBe(1);
    });

    it('is left out when it cannot be read', async () => {
      const error = new StoreError('store-unauthorised', 'the store answered 401', { retryable: false });
      for (const answer of [async () => new Map([[id, '{']]), () => Promise.reject(error)]) {
        const { requests, ...deps } = recalling(answer);
        const { failures } = await run(deps);
        expect(failures).toEqual([]);
        expect(requests.map(({ recalled }) => recalled.size)).toEqual([0, 0, 0]);
      }
    });

    it('is not requested when there is nothing', async () => {
      const snapshots = vi.fn(NO_STORE.snapshots);
      await run({ store: { ...NO_STORE, snapshots } });
      expect(snapshots).not.toHaveBeenCalled();
    });
  });

  it('asks the store and the source at the same time, each within its limit', async () => {
    const asked: string[] = [];
    const signals = new Set<AbortSignal>();
    let goOn = () => {};
    const bothAsked = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const ask = (who: string, signal: AbortSignal) => {
      signals.add(signal);
      if (asked.push(who) === 2) goOn();
      return bothAsked;
    };
    await run({
      store: {
        ...NO_STORE,
        memories: async (regionIds, signal) => {
          await ask(`store for ${regionIds}`, signal);
          return new Map();
        },
      },
      source: {
        collect: async ({ now, signal }) => {
          await ask(`source at ${now - deadline.startedAt}`, signal);
          return { inputs: INPUTS, assess: assessed };
        },
      },
    });
    expect(asked).toEqual(['store for mena,europe,global', 'source at 0']);
    expect([...signals]).toEqual([deadline.limit('collect').signal, deadline.limit('sources').signal]);
  });

  describe('without memories', () => {
    const timeout = new StoreError('store-timeout', 'the store did not answer in time', { retryable: true });

    it('asks for them again while that may help', async () => {
      const memories = vi.fn(NO_STORE.memories);
      memories.mockRejectedValueOnce(timeout).mockRejectedValueOnce(timeout);

      const { snapshots } = await run({ store: { ...NO_STORE, memories } });

      expect(memories).toHaveBeenCalledTimes(3);
      expect(snapshots).toHaveLength(3);
    });

    it('assesses no region, and reports the inputs that were read', async () => {
      const assess = vi.fn(assessed);
      const error = new StoreError('store-unauthorised', 'the store answered 401', { retryable: false });

      const collected = await run({
        source: sourceWith(assess),
        store: { ...NO_STORE, memories: () => Promise.reject(error) },
      });

      expect(collected).toEqual({
        inputs: INPUTS,
        snapshots: [],
        current: [],
        currentSnapshots: [],
        memories: new Map(),
        failures: allFailed(
          'store-unauthorised',
          'what the last run remembered could not be read: the store answered 401',
        ),
      });
      expect(assess).not.toHaveBeenCalled();
    });
  });

  describe('a source', () => {
    const SECRET = 'key=abc123';

    it.each<[string, Source['collect']]>([
      ['rejects', () => Promise.reject(new Error(SECRET))],
      [
        'throws',
        () => {
          throw new Error(SECRET);
        },
      ],
    ])('that %s fails every region, and its message is not told', async (_name, readInputs) => {
      const collected = await run({ source: { collect: readInputs } });
      expect(collected).toEqual({
        inputs: [],
        snapshots: [],
        current: [],
        currentSnapshots: [],
        memories: new Map(),
        failures: allFailed('source-failed', 'the source threw an error instead of reporting its inputs'),
      });
    });

    it('that never answers is given up when the collect share of the budget is used up', async () => {
      const collected = run({ source: { collect: () => new Promise(() => undefined) } });
      clock.advance(5_999);
      expect(deadline.limit('collect').signal.aborted).toBe(false);
      clock.advance(1);
      expect(await collected).toEqual({
        inputs: [],
        snapshots: [],
        current: [],
        currentSnapshots: [],
        memories: new Map(),
        failures: allFailed('collect-deadline', 'the source did not answer in time'),
      });
    });

    it('that an input keeps waiting is stopped while it can still hand over the other answers', async () => {
      const untilStopped: Source['collect'] = async ({ signal }) => {
        await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
        // Giving up the input that hangs takes some turns.
        for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
        return { inputs: INPUTS, assess: assessed };
      };
      const collected = run({ source: { collect: untilStopped } });
      clock.advance(5_700);
      const { inputs, snapshots, failures } = await collected;
      expect({ inputs, failures }).toEqual({ inputs: INPUTS, failures: [] });
      expect(snapshots).toHaveLength(3);
    });

    it('is not waited for when there was no time for it from the beginning', async () => {
      deadline.limit('collect');
      clock.advance(6_000);
      const { failures } = await run({ source: { collect: () => new Promise(() => undefined) } });
      expect(failures).toEqual(allFailed('collect-deadline', 'the source did not answer in time'));
    });

    it('that fails after it was abandoned does no harm', async () => {
      let fail = (_error: Error) => {};
      const late = new Promise<Collection>((_resolve, reject) => {
        fail = reject;
      });
      const collected = run({ source: { collect: () => late } });
      clock.advance(6_000);
      fail(new Error('too late'));
      expect((await collected).failures).toHaveLength(3);
    });

    it.each<
      [string, ReturnType<typeof failure>, (request: AssessRequest) => ReturnType<Collection['assess']>]
    >([
      [
        'cannot assess',
        failure('europe', 'no-input', 'none of the 2 inputs answered'),
        () => ({ status: 'failed', code: 'no-input', message: 'none of the 2 inputs answered' }),
      ],
      [
        'throws for',
        failure('europe', 'assess-failed', 'the source could not assess it'),
        () => {
          throw new Error(SECRET);
        },
      ],
    ])('that %s one region fails that region alone', async (_name, expected, assessEurope) => {
      const source = sourceWith((request) =>
        request.regionId === 'europe' ? assessEurope(request) : assessed(request),
      );
      const { snapshots, failures } = await run({ source });
      expect(snapshots.map(({ region_id }) => region_id)).toEqual(['mena', 'global']);
      expect(failures).toEqual([expected]);
    });
  });
});
