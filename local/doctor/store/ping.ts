import { z } from 'zod';
import type { Clock } from '../../../lib/limits/deadline.js';
import { readSlot, type StoreClient, slotValue } from '../../../lib/persister/upstash/client.js';
import { StoreError } from '../../../lib/persister/upstash/error.js';
import { formatMs } from '../../start/text.js';
import { type Finding, fail, ok, warn } from '../check.js';
import { storeFailure } from './advice.js';

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
    'A run waits for three to four round trips: put the function near the database ("regions" in vercel.json). This was measured from here, and applies to the function only if it runs near here.',
  );
}

/** An error that needs no key to be made. */
const FAILING_SCRIPT = "return redis.error_reply('ERR as asked')";

/** Whether a pipeline answers slot by slot, in order, and one command's error is that command's alone. */
export async function checkPipeline(
  client: Pick<StoreClient, 'pipeline'>,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  try {
    const [first, failing, third] = await client.pipeline((pipeline) => {
      pipeline.ping(['first']).evalRo(FAILING_SCRIPT, [], []).ping(['third']);
    }, signal);
    const inOrder =
      readSlot(first, z.string()) === 'first' &&
      failing?.ok === false &&
      readSlot(third, z.string()) === 'third';
    if (inOrder) return [ok('pipeline', 'slots in order, and an error affects only its own')];
    const advice =
      'Regions that share a request would get the outcome of others: something between here and the store changes answers.';
    return [fail('pipeline', 'slots out of order, or an error affects others', advice)];
  } catch (error) {
    if (error instanceof StoreError) return [storeFailure('pipeline', error)];
    throw error;
  }
}
