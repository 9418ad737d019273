import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../../lib/limits/deadline.js';
import { createStoreClient } from '../../../../lib/persister/upstash/client.js';
import { checkClock } from '../../../../local/doctor/store/clock.js';
import { type StoreHarness, startStoreHarness } from '../../../support/store-harness.js';

let harness: StoreHarness;
beforeAll(async () => {
  harness = await startStoreHarness();
});
beforeEach(() => harness.reset());
afterAll(() => harness.close());

describe('checkClock', () => {
  it.each([
    [4 * 60_000, 'warn', /^the server's clock is (239|240)\.\d s behind this machine's$/],
    [-6 * 60_000, 'fail', /^the server's clock is \d+.\d s ahead of this machine's$/],
    [5_000, 'ok', /agree on the time/],
  ])('compares the clock of the server with one that is %i ms ahead', async (aheadMs, status, seen) => {
    const client = createStoreClient(harness.gateway);
    const clock = { ...systemClock, now: () => systemClock.now() + aheadMs };
    expect(await checkClock(client, clock, new AbortController().signal)).toEqual([
      expect.objectContaining({ status, subject: 'clock (TIME)', seen: expect.stringMatching(seen) }),
    ]);
  });

  it('reports a server whose clock is wrong', async () => {
    harness.setFaults([{ fault: { kind: 'skewed-time', ms: -86_400_000 } }]);
    const client = createStoreClient(harness.gateway);
    expect(await checkClock(client, systemClock, new AbortController().signal)).toMatchObject([
      { status: 'fail', seen: expect.stringMatching(/^the server's clock is 86(399|400)\.\d s behind/) },
    ]);
  });
});
