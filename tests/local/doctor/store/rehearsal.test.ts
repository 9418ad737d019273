import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../../lib/limits/deadline.js';
import { RETENTION_MS } from '../../../../lib/persister/record.js';
import { DEDUP_WINDOW_MS } from '../../../../lib/persister/upstash/publish.js';
import { rehearse } from '../../../../local/doctor/store/rehearsal.js';
import type { Fault } from '../../../../local/upstash/fault-rules.js';
import { NAMESPACE, type StoreHarness, startStoreHarness } from '../../../support/store-harness.js';
import { asFloats, startForeignServer } from './foreign-server.js';

let harness: StoreHarness;
beforeAll(async () => {
  harness = await startStoreHarness();
});
beforeEach(() => harness.reset());
afterAll(() => harness.close());

const check = (url = harness.gateway.url) =>
  rehearse(
    { url, token: harness.gateway.token, namespace: NAMESPACE, retentionMs: RETENTION_MS },
    systemClock,
    new AbortController().signal,
  );
const strike = (command: string, fault: Fault) => harness.setFaults([{ match: { command }, fault }]);

describe('rehearse', () => {
  it.each([
    ['a script', 'eval', 'release (EVAL)'],
    ['a script that reads', 'eval_ro', 'read (EVAL_RO)'],
  ])('reports a server that refuses %s', async (_, command, subject) => {
    for (const fault of [
      { kind: 'slot-error', error: `Command not allowed: ${command}` },
      { kind: 'refusal', error: `Command not allowed: ${command}` },
    ] as const) {
      strike(command, fault);
      expect(await check()).toContainEqual({
        status: 'fail',
        subject,
        seen: 'the store refused a command ("not allowed") (store-command-refused)',
        advice: expect.stringContaining('allow EVAL and EVAL_RO'),
      });
    }
  });

  it('reports a server on which a report cannot be stored', async () => {
    harness.setFaults([{ match: { phase: 'report' }, fault: { kind: 'status', status: 404 } }]);
    expect(await check()).toContainEqual(
      expect.objectContaining({ status: 'fail', subject: 'report', seen: expect.stringContaining('404') }),
    );
    expect(await harness.redis.keys('*')).toEqual([]);
  });

  it('reports a server that says it stored a report and did not', async () => {
    harness.setFaults([{ match: { phase: 'report' }, fault: { kind: 'evict', when: 'after' } }]);
    expect(await check()).toContainEqual(
      expect.objectContaining({ status: 'fail', subject: 'report', seen: 'absent, where found is right' }),
    );
  });

  it('finds nothing to report of a server that reads numbers as floats: all that is sent is text', async () => {
    const url = await startForeignServer(harness.gateway.url, { change: asFloats });
    expect((await check(url)).filter(({ status }) => status === 'fail')).toEqual([]);
  });

  const change = (from: string, to: string) => (argument: unknown) =>
    typeof argument === 'string' ? argument.replaceAll(from, to) : argument;
  it.each([
    ['a shorter time', change(`${RETENTION_MS}`, '86400000'), /^8639\d{4} of 7776000000 ms, /],
    ['a longer time', change(`${RETENTION_MS}`, '86400000000'), /^86399\d{6} of 7776000000 ms, /],
    ['ever', change(", 'PX', life", ''), /^-1 of 7776000000 ms, /],
    ['a shorter time as duplicates', change(`${DEDUP_WINDOW_MS}`, '60000'), /, [56]\d{4} of 900000 ms, /],
  ])('reports a server that lets keys live for %s', async (_, changed, seen) => {
    const url = await startForeignServer(harness.gateway.url, { change: (command) => command.map(changed) });
    expect(await check(url)).toContainEqual(
      expect.objectContaining({
        status: 'fail',
        subject: 'lifetimes (PTTL)',
        seen: expect.stringMatching(seen),
      }),
    );
  });
});
