import { z } from 'zod';
import { readSlot, type StoreClient } from '../../../lib/store/client.js';
import { StoreError } from '../../../lib/store/store-error.js';
import { type Finding, fail, ok } from '../finding.js';
import { storeFailure } from './store-advice.js';

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
    if (inOrder) return [ok('pipeline', 'slots in order, an error stays in its own')];
    const advice =
      'Regions that share a request would be told the fate of others: something between here and the store changes answers.';
    return [fail('pipeline', 'slots come out of order, or an error spreads', advice)];
  } catch (error) {
    if (error instanceof StoreError) return [storeFailure('pipeline', error)];
    throw error;
  }
}
