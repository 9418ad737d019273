import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createDeadline, DeadlineError, type DeadlinePhase } from '../../lib/limits/deadline.js';
import { createFakeClock } from '../support/fake-clock.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const PHASES: readonly DeadlinePhase[] = ['collect', 'persist', 'settle', 'report', 'notify'];

function open(budgetMs: number) {
  const clock = createFakeClock();
  return { clock, deadline: createDeadline({ budgetMs, clock }) };
}

/** How long each phase may take from the start of the run, in ms. */
function endsOf(budgetMs: number): number[] {
  const { deadline } = open(budgetMs);
  const ends = PHASES.map((phase) => deadline.limit(phase).remainingMs());
  deadline.close();
  return ends;
}

describe('createDeadline', () => {
  it('keeps at most 4 s for settle, 3 s for the report, 2 s for telling and 1 s for the answer', () => {
    expect(endsOf(50_000)).toEqual([30_000, 40_000, 44_000, 47_000, 49_000]);
  });

  it('keeps a share of a small budget', () => {
    expect(endsOf(2_000)).toEqual([1_200, 1_400, 1_600, 1_800, 1_900]);
  });

  it.each([
    [50_000, 500],
    [2_000, 60],
  ])('stops sources before collect ends (budget %i: by %i ms)', (budgetMs, earlierMs) => {
    const { deadline } = open(budgetMs);
    const left = (phase: DeadlinePhase) => deadline.limit(phase).remainingMs();
    expect(left('collect') - left('sources')).toBe(earlierMs);
  });

  it('gives every budget phases that end in order, after at most 60 % for collect, before the budget ends', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 900_000, noNaN: true }), (budgetMs) => {
        const ends = endsOf(budgetMs);
        expect(ends.toSorted((a, b) => a - b)).toEqual(ends);
        expect(ends[0]).toBeLessThanOrEqual(budgetMs * 0.6);
        expect(ends.at(-1)).toBeLessThanOrEqual(budgetMs);
        // Below that, shares are lost in the precision of a double.
        if (budgetMs > 1e-300) expect(new Set([...ends, budgetMs]).size).toBe(6);
      }),
    );
  });

  it('measures with the monotonic clock, and dates its beginning with the wall clock', () => {
    const { clock, deadline } = open(10_000);
    clock.advance(1_000);
    clock.step(-3_600_000);
    expect(deadline.startedAt).toBe(1_790_000_000_000);
    expect(deadline.budgetMs).toBe(10_000);
    expect(deadline.elapsedMs()).toBe(1_000);
    expect(deadline.limit('collect').remainingMs()).toBe(5_000);
  });

  it('has no time left, rather than less than none, when a phase is over', () => {
    const { clock, deadline } = open(10_000);
    clock.advance(60_000);
    expect(PHASES.map((phase) => deadline.limit(phase).remainingMs())).toEqual([0, 0, 0, 0, 0]);
  });

  it('gives a limit that has fired to whoever asks for it when its time is up', () => {
    const { clock, deadline } = open(10_000);
    clock.advance(60_000);
    const { signal } = deadline.limit('persist');
    expect(signal.aborted).toBe(true);
    expect(signal.reason).toEqual(new DeadlineError('persist'));
  });

  it('gives all who ask for a phase the same limit', () => {
    const { deadline } = open(10_000);
    expect(deadline.limit('persist')).toBe(deadline.limit('persist'));
    expect(deadline.limit('persist')).not.toBe(deadline.limit('settle'));
    expect(vi.getTimerCount()).toBe(2);
  });

  it('lets any number of requests and waits listen to a signal, without a warning in the log', () => {
    const warn = vi.spyOn(process, 'emitWarning').mockReturnValue(undefined);
    onTestFinished(() => warn.mockRestore());
    const { signal } = open(10_000).deadline.limit('persist');
    for (let i = 0; i < 100; i += 1) signal.addEventListener('abort', () => undefined);
    expect(warn).not.toHaveBeenCalled();
  });

  it('fires the signal of each phase when its time is used up, and no other', () => {
    const { clock, deadline } = open(10_000);
    const fired = () => PHASES.filter((phase) => deadline.limit(phase).signal.aborted);
    expect(fired()).toEqual([]);
    clock.advance(5_999);
    expect(fired()).toEqual([]);
    clock.advance(1);
    expect(fired()).toEqual(PHASES.slice(0, 1));
    clock.advance(1_000);
    expect(fired()).toEqual(PHASES.slice(0, 2));
    clock.advance(1_000);
    expect(fired()).toEqual(PHASES.slice(0, 3));
    clock.advance(1_000);
    expect(fired()).toEqual(PHASES.slice(0, 4));
    clock.advance(500);
    expect(fired()).toEqual(PHASES);
  });

  it('counts from the start of the run, also for a limit that is asked for late', () => {
    const { clock, deadline } = open(10_000);
    clock.advance(5_000);
    const { signal } = deadline.limit('collect');
    clock.advance(1_000);
    expect(signal.aborted).toBe(true);
  });

  it('leaves no timer behind when it is closed, and its signals never fire', () => {
    const { clock, deadline } = open(10_000);
    const signals = PHASES.map((phase) => deadline.limit(phase).signal);
    expect(vi.getTimerCount()).toBe(5);
    deadline.close();
    expect(vi.getTimerCount()).toBe(0);
    clock.advance(60_000);
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, false, false, false, false]);
  });

  it('starts no timer for a limit that is asked for after it was closed', () => {
    const { deadline } = open(10_000);
    deadline.close();
    expect(deadline.limit('collect').remainingMs()).toBe(6_000);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('DeadlineError', () => {
  it('is the reason with which every signal fires, and names the phase', () => {
    const { clock, deadline } = open(10_000);
    const signals = PHASES.map((phase) => deadline.limit(phase).signal);
    clock.advance(10_000);
    expect(signals.map(({ reason }) => reason instanceof DeadlineError && reason.phase)).toEqual(PHASES);
  });
});

describe('a deadline that nobody closes', () => {
  it('keeps no process alive', async () => {
    vi.useRealTimers();
    const module = new URL('../../lib/limits/deadline.ts', import.meta.url).href;
    const program = `
      const { createDeadline } = await import(${JSON.stringify(module)});
      const deadline = createDeadline({ budgetMs: 60_000 });
      for (const phase of ['sources', 'collect', 'persist', 'settle', 'report']) deadline.limit(phase);
    `;
    const loader = createRequire(import.meta.url).resolve('tsx');
    const args = ['--import', pathToFileURL(loader).href, '--input-type=module', '--eval', program];
    // Resolves when the process has ended by itself; the limit only keeps a broken one from lasting.
    await expect(promisify(execFile)(process.execPath, args, { timeout: 10_000 })).resolves.toMatchObject({
      stderr: '',
    });
  });
});
