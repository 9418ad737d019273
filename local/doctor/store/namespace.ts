import { z } from 'zod';
import { type Env, readVariable } from '../../../lib/config.js';
import { REGION_IDS } from '../../../lib/hazards/regions/regions.js';
import { type StoreClient, slotValue } from '../../../lib/persister/upstash/client.js';
import { StoreError } from '../../../lib/persister/upstash/error.js';
import { createKeys } from '../../../lib/persister/upstash/keys.js';
import { type Finding, ok, warn } from '../check.js';
import { storeFailure } from './advice.js';

/** Which keys are used, by which rule, and what they hold. */
export async function checkNamespace(
  client: Pick<StoreClient, 'pipeline'>,
  namespace: string,
  env: Env,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  return [judgeRule(namespace, env), await countRegions(client, namespace, signal)];
}

function judgeRule(namespace: string, env: Env): Finding {
  const environment = readVariable(env, 'VERCEL_ENV');
  const name = namespace === '' ? 'none' : `"${namespace}"`;
  const isGiven = readVariable(env, 'KEY_NAMESPACE') !== undefined;
  if (environment === 'preview' && isGiven) {
    const advice =
      'Unless you want that, do not set KEY_NAMESPACE on previews: each commit then has its own keys.';
    return warn('namespace', `${name} by KEY_NAMESPACE: all previews share their keys`, advice);
  }
  if (isGiven) return ok('namespace', `${name} by KEY_NAMESPACE`);
  if (environment === undefined) {
    // Of a file by "vercel env pull" as well as of this machine.
    return ok(
      'namespace',
      `${name}, as VERCEL_ENV is not set (add --environment production to check its keys)`,
    );
  }
  return ok('namespace', `${name}, as VERCEL_ENV is ${environment}`);
}

async function countRegions(
  client: Pick<StoreClient, 'pipeline'>,
  namespace: string,
  signal: AbortSignal,
): Promise<Finding> {
  try {
    const keys = createKeys(namespace);
    const [slot] = await client.pipeline((pipeline) => pipeline.mget(REGION_IDS.map(keys.latest)), signal);
    const stored = slotValue(slot, z.array(z.string().nullable())).filter((id) => id !== null).length;
    const seen = `${stored} of ${REGION_IDS.length} have a latest snapshot in this namespace`;
    if (stored === REGION_IDS.length) return ok('regions', seen);
    const advice =
      stored === 0
        ? 'No run has stored anything here yet: start one by hand (README, "Operating it"). If there was one, it used another namespace or another database.'
        : 'Start a run by hand (README, "Operating it"): its report says why the others are not stored.';
    return warn('regions', seen, advice);
  } catch (error) {
    if (error instanceof StoreError) return storeFailure('regions', error);
    throw error;
  }
}
