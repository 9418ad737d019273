import { describe, expect, it } from 'vitest';
import { type Check, fail, ok, runGroup } from '../../../local/doctor/check.js';

const NEVER = new AbortController().signal;
const hangs = () => new Promise<never>(() => undefined);

function run(checks: readonly Check[], signal = NEVER) {
  return runGroup({ title: 'group', checks }, signal);
}

describe('runGroup', () => {
  it('gives the findings in order', async () => {
    const checks = ['a', 'b'].map((subject) => ({
      subject,
      limitMs: 1_000,
      run: () => [ok(subject, 'fine')],
    }));
    expect(await run(checks)).toEqual([ok('a', 'fine'), ok('b', 'fine')]);
  });

  it('ends a check that does not listen to its signal, and goes on', async () => {
    const findings = await run([
      { subject: 'hangs', limitMs: 5, run: hangs },
      { subject: 'next', limitMs: 1_000, run: () => [ok('next', 'fine')] },
    ]);
    expect(findings).toMatchObject([
      { status: 'fail', subject: 'hangs', seen: 'no answer within 0.005 s' },
      { status: 'ok', subject: 'next' },
    ]);
  });

  it('lets a check that listens say itself why it ended', async () => {
    const findings = await run([
      {
        subject: 'listens',
        limitMs: 5,
        run: (signal) =>
          new Promise((resolve) => {
            signal.addEventListener('abort', () => resolve([fail('listens', 'given up', 'Wait.')]));
          }),
      },
    ]);
    expect(findings).toMatchObject([{ seen: 'given up' }]);
  });

  it('does not begin a check when the time of all is up', async () => {
    let asked = 0;
    const check = { subject: 'late', limitMs: 1_000, run: () => [ok('late', String(++asked))] };
    expect(await run([check], AbortSignal.abort())).toMatchObject([{ status: 'fail', subject: 'late' }]);
    expect(asked).toBe(0);
  });

  it('does not ask what a failed gate makes pointless', async () => {
    const gate = {
      subject: 'gate',
      limitMs: 1_000,
      gate: true,
      run: () => [fail('gate', 'shut', 'Open it.')],
    };
    const next = { subject: 'next', limitMs: 1_000, run: () => [ok('next', 'fine')] };
    expect(await run([gate, next])).toMatchObject([
      { status: 'fail' },
      { status: 'skipped', subject: 'next', seen: 'not asked, because of gate' },
    ]);
  });

  it('reports a check that breaks off by the name of its error alone', async () => {
    const check = {
      subject: 'broken',
      limitMs: 1_000,
      run: () => Promise.reject(new TypeError('with a s3cret in it')),
    };
    const findings = await run([check]);
    expect(findings).toMatchObject([{ status: 'fail', seen: 'the check itself broke off with TypeError' }]);
    expect(JSON.stringify(findings)).not.toContain('s3cret');
  });
});
