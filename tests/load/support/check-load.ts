import { createClient } from '@redis/client';
import { REGION_IDS } from '../../../lib/hazards/regions/regions.js';
import { createKeys } from '../../../lib/persister/upstash/keys.js';
import type { Stack } from '../../../local/stack.js';
import { indexAndTrendAgree, pointersNameTheNewest } from '../../faults/suite/invariants/newest.js';
import { runsListedOnce, storedOnce } from '../../faults/suite/invariants/once.js';
import { type KeySpace, readKeySpace } from '../../faults/suite/key-space.js';
import type { LoadAnswer } from './apply-load.js';

/** Under which the functions of the load write. */
export const NAMESPACE = 'load-test:';

/**
 * Holds answers and store against what was promised.
 *
 * @returns what is wrong, in words
 */
export async function checkLoad(stack: Stack, answers: readonly LoadAnswer[]): Promise<string[]> {
  const stored = await readStored(stack);
  const pointers = [...stored.regions.values()].map((region) => region.pointers);
  return [
    ...answers.flatMap(dishonest),
    ...answers.flatMap((answer) => missing(answer, stored)),
    ...storedOnce(stored),
    ...runsListedOnce(stored),
    ...indexAndTrendAgree(stored),
    ...pointersNameTheNewest(pointers),
  ];
}

async function readStored({ redis: { url } }: Stack): Promise<KeySpace> {
  const redis = createClient({ url });
  await redis.connect();
  try {
    return await readKeySpace(redis, createKeys(NAMESPACE), REGION_IDS);
  } finally {
    redis.destroy();
  }
}

/** An answer is 200 with a report of no failure, or 500 with one of some. */
function dishonest({ status, report }: LoadAnswer): string[] {
  if (report === null) return [`${status} without a report`];
  const honest = report.counts.failed > 0 ? 500 : 200;
  return status === honest ? [] : [`${status} with ${JSON.stringify(report.counts)}`];
}

/** What an answer calls persisted or a duplicate is stored. */
function missing({ report }: LoadAnswer, { snapshots }: KeySpace): string[] {
  const named = report?.regions.flatMap((region) => {
    if (region.status === 'persisted') return region.snapshotId;
    return region.status === 'duplicate' ? region.duplicateOf : [];
  });
  return (named ?? []).filter((id) => !snapshots.has(id)).map((id) => `${id} is not stored`);
}
