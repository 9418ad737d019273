import { describe, expect, it } from 'vitest';
import { ping } from '../../../../local/doctor/store/ping.js';
import { createFakeClock } from '../../../support/fake-clock.js';

/** A store so many ms away. */
function pingAt(...times: readonly number[]) {
  const clock = createFakeClock();
  const left = times.values();
  const pipeline = async () => {
    clock.advance(left.next().value ?? 0);
    return [{ ok: true, result: 'PONG' }] as const;
  };
  return ping({ pipeline }, clock, new AbortController().signal);
}

describe('ping', () => {
  it('gives the median and the worst of ten', async () => {
    expect(await pingAt(300, 10, 12, 14, 16, 18, 20, 22, 24, 26)).toEqual([
      {
        status: 'ok',
        subject: 'latency',
        seen: '10 pings: median 19 ms, worst 300 ms (the first opens the connection)',
      },
    ]);
  });

  it('says that the function should be nearer to a store that is far away', async () => {
    expect(await pingAt(...Array.from({ length: 10 }, () => 51))).toMatchObject([
      { status: 'warn', advice: expect.stringContaining('near the database') },
    ]);
  });
});
