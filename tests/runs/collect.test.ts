import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createDeadline, type Deadline } from '../../lib/limits/deadline.js';
import { StoreError } from '../../lib/persister/upstash/error.js';
import { type CollectDeps, collect } from '../../lib/runs/collect.js';
import type { InputReport } from '../../lib/runs/report.js';
import type { SnapshotHead } from '../../lib/runs/snapshot.js';
import type { AssessRequest, Collection, Source } from '../../lib/runs/source.js';
import { createFakeClock, type FakeClock } from '../support/fake-clock.js';
import { makeSnapshot } from '../support/snapshots.js';

const REGION_IDS = ['mena', 'europe', 'global'];
const INPUTS: readonly InputReport[] = [
  { input: 'usgs', status: 'ok', events: 3, skipped: 0, durationMs: 12 },
];
const NO_HEADS: ReadonlyMap<string, string> = new Map();
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

function headOf(id: string): SnapshotHead {
  return { id, generated_at: 1, hash: 'f00', regime: null, pressure_score: null };
}

/** Assesses every region, unless `assess` says otherwise for one. */
function sourceWith(assess: (request: AssessRequest) => ReturnType<Collection['assess']>): Source {
  return { collect: async () => ({ inputs: INPUTS, assess }) };
}
const assessed = ({ regionId, now }: Pick<AssessRequest, 'regionId' | 'now'>) => ({
  status: 'assessed' as const,
  snapshot: makeSnapshot(regionId, { generatedAt: now }),
});

function run(deps: Partial<CollectDeps> = {}) {
  return collect(
    {
      source: sourceWith(assessed),
      store: { heads: async () => NO_HEADS },
      retry: NO_WAIT,
      random: () => 0,
      ...deps,
    },
    { regionIds: REGION_IDS, trigger: 'scheduled', deadline },
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
  it('assesses each region with its own head, the time of the run and its trigger', async () => {
    const requests: AssessRequest[] = [];
    const source = sourceWith((request) => {
      requests.push(request);
      return assessed(request);
    });
    const heads = [headOf('m-1'), null, headOf('g-1')];
    const stored = new Map([
      ['mena', JSON.stringify(heads[0])],
      ['europe', '{'],
      ['global', JSON.stringify(heads[2])],
    ]);
    clock.advance(700);

    const { inputs, snapshots, failures } = await run({ source, store: { heads: async () => stored } });

    const now = deadline.startedAt;
    expect(requests).toEqual([
      { regionId: 'mena', previousHead: heads[0], now, trigger: 'scheduled' },
      { regionId: 'europe', previousHead: null, now, trigger: 'scheduled' },
      { regionId: 'global', previousHead: heads[2], now, trigger: 'scheduled' },
    ]);
    expect(inputs).toEqual(INPUTS);
    expect(snapshots.map(({ region_id }) => region_id)).toEqual(REGION_IDS);
    expect(failures).toEqual([]);
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
        heads: async (regionIds, signal) => {
          await ask(`store for ${regionIds}`, signal);
          return NO_HEADS;
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

  describe('without heads', () => {
    const timeout = new StoreError('store-timeout', 'the store did not answer in time', { retryable: true });

    it('asks for them again while that may help', async () => {
      const heads = vi.fn(async () => NO_HEADS);
      heads.mockRejectedValueOnce(timeout).mockRejectedValueOnce(timeout);

      const { snapshots } = await run({ store: { heads } });

      expect(heads).toHaveBeenCalledTimes(3);
      expect(snapshots).toHaveLength(3);
    });

    it('assesses no region, and reports the inputs that were read', async () => {
      const assess = vi.fn(assessed);
      const error = new StoreError('store-unauthorised', 'the store answered 401', { retryable: false });

      const collected = await run({
        source: sourceWith(assess),
        store: { heads: () => Promise.reject(error) },
      });

      expect(collected).toEqual({
        inputs: INPUTS,
        snapshots: [],
        failures: allFailed(
          'store-unauthorised',
          'the previous snapshots could not be read: the store answered 401',
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
        failures: allFailed('source-failed', 'the source threw instead of reporting its inputs'),
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
        failures: allFailed('collect-deadline', 'the source did not answer in time'),
      });
    });

    it('that an input keeps waiting is told to stop while it can still hand over what the others answered', async () => {
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

    it('that fails after it was given up harms nobody', async () => {
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
