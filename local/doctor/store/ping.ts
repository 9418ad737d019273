import { z } from 'zod';
import type { Clock } from '../../../lib/clock.js';
import type { StoreClient } from '../../../lib/store/client.js';
import { slotValue } from '../../../lib/store/slot-value.js';
import { StoreError } from '../../../lib/store/store-error.js';
import { formatMs } from '../../report/text.js';
import { type Finding, ok, warn } from '../finding.js';
import { storeFailure } from './store-advice.js';

const PINGS = 10;
/** Within one region of the cloud a round trip takes a few ms, across an ocean 80 and more. */
const NEAR_MS = 50;

/** How far away the store is: PINGs one after the other, each a request as a run makes them. */
export async function ping(
  client: Pick<StoreClient, 'pipeline'>,
  clock: Clock,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  try {
    const times: number[] = [];
    while (times.length < PINGS) {
      const begun = clock.monotonic();
      const [slot] = await client.pipeline((pipeline) => pipeline.ping(), signal);
      slotValue(slot, z.literal('PONG'));
      times.push(clock.monotonic() - begun);
    }
    return [judge(times.sort((a, b) => a - b))];
  } catch (error) {
    if (error instanceof StoreError) return [storeFailure('latency', error)];
    throw error;
  }
}

/** @param times ms, ascending */
function judge(times: readonly number[]): Finding {
  const middle = times.length / 2;
  const medianMs = ((times[middle - 1] ?? 0) + (times[middle] ?? 0)) / 2;
  const worstMs = times.at(-1) ?? 0;
  const seen = `${PINGS} pings: median ${formatMs(medianMs)}, worst ${formatMs(worstMs)} (the first opens the connection)`;
  if (medianMs <= NEAR_MS) return ok('latency', seen);
  return warn(
    'latency',
    seen,
    'A run waits for three to four round trips: put the function near the database ("regions" in vercel.json). This was measured from here, and counts for the function only if it runs near here.',
  );
}
