import { z } from 'zod';
import type { Clock } from '../../../lib/limits/deadline.js';
import { type StoreClient, slotValue } from '../../../lib/persister/upstash/client.js';
import { StoreError } from '../../../lib/persister/upstash/error.js';
import { formatMs } from '../../start/text.js';
import { type Finding, fail, ok, warn } from '../check.js';
import { storeFailure } from './advice.js';

/** Clocks that are set over the network differ by less. In ms. */
const NEAR_MS = 10_000;
/** A snapshot may be dated this far ahead, in ms: beyond it, what one clock writes is refused by the other. */
const MOST_MS = 5 * 60_000;

/** What Redis answers to TIME: seconds and microseconds. */
const TimeSchema = z
  .tuple([z.coerce.number().int(), z.coerce.number().int()])
  .transform(([s, us]) => s * 1_000 + us / 1_000);

/** Compares the server's clock with ours: lifetimes depend on the one, the times of snapshots on the other. */
export async function checkClock(
  client: Pick<StoreClient, 'pipeline'>,
  clock: Clock,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  try {
    const askedAt = clock.now();
    const [slot] = await client.pipeline((pipeline) => pipeline.time(), signal);
    const answeredAt = clock.now();
    const serverAt = slotValue(slot, TimeSchema);
    // It read its clock at some moment between the two, so this much of the difference is certain.
    const ahead = Math.max(0, serverAt - answeredAt) - Math.max(0, askedAt - serverAt);
    return [judge(ahead)];
  } catch (error) {
    if (error instanceof StoreError) return [storeFailure('clock (TIME)', error)];
    throw error;
  }
}

/** @param aheadMs negative when the server's clock is behind */
function judge(aheadMs: number): Finding {
  const subject = 'clock (TIME)';
  const offMs = Math.abs(aheadMs);
  if (offMs <= NEAR_MS) return ok(subject, 'the server and this machine agree on the time');
  const seen = `the server's clock is ${formatMs(offMs)} ${aheadMs > 0 ? 'ahead of' : 'behind'} this machine's`;
  const advice =
    'Correct the clock that is wrong. If runs do not happen on this machine, compare the server with a clock that you trust.';
  return offMs > MOST_MS ? fail(subject, seen, advice) : warn(subject, seen, advice);
}
