import { z } from 'zod';
import type { Config } from '../../../lib/config.js';
import { REGION_IDS } from '../../../lib/hazards/regions/regions.js';
import { createSend, type StoreClient, slotValue } from '../../../lib/persister/upstash/client.js';
import { StoreError } from '../../../lib/persister/upstash/error.js';
import { createKeys } from '../../../lib/persister/upstash/keys.js';
import { createTransport } from '../../../lib/persister/upstash/transport.js';
import { type Finding, ok, warn } from '../check.js';
import { storeFailure } from './advice.js';

const SUBJECT = 'eviction';
const ADVICE =
  "Switch eviction off (the database's page at console.upstash.com, or maxmemory-policy noeviction) and give it more room: it drops snapshots, and the keys that keep content from being stored twice.";

/**
 * Looks for signs that the database drops keys before their time is up: its settings and counts, where it reveals them,
 * and missing snapshots that `latest` names.
 */
export async function checkEviction(
  store: Pick<Config['store'], 'url' | 'token' | 'namespace'>,
  client: Pick<StoreClient, 'pipeline'>,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  try {
    const { policy, evicted } = await readServer(store, signal);
    const gone = await countGone(client, store.namespace, signal);
    return [judge({ policy, evicted, gone })];
  } catch (error) {
    if (error instanceof StoreError) return [storeFailure(SUBJECT, error)];
    throw error;
  }
}

interface Signs {
  readonly policy: string | undefined;
  readonly evicted: number | undefined;
  readonly gone: number;
}

function judge({ policy, evicted, gone }: Signs): Finding {
  if (gone > 0) {
    const seen = `${gone} of the latest snapshots disappeared early, although latest still names them`;
    return warn(SUBJECT, seen, ADVICE);
  }
  if (evicted !== undefined && evicted > 0) return warn(SUBJECT, `${evicted} keys were evicted`, ADVICE);
  if (policy !== undefined && policy !== 'noeviction') {
    return warn(SUBJECT, `the policy is ${policy}: keys are dropped when the database is full`, ADVICE);
  }
  if (policy === 'noeviction') return ok(SUBJECT, 'the policy is noeviction');
  return ok(SUBJECT, 'no sign of it (the server does not reveal its policy)');
}

const SlotsSchema = z.array(z.object({ result: z.unknown() }).partial());
const PolicySchema = z.tuple([z.literal('maxmemory-policy'), z.string().regex(/^[a-z-]{1,40}$/)]);

/** What the server reports of itself. Hosted databases refuse some or all of these commands, which is not a fault. */
async function readServer(
  store: Pick<Config['store'], 'url' | 'token'>,
  signal: AbortSignal,
): Promise<Omit<Signs, 'gone'>> {
  const send = createSend({ ...store, transport: createTransport() });
  const commands = [['INFO'], ['CONFIG', 'GET', 'maxmemory-policy']];
  const reply = await send(['pipeline'], commands, signal).catch((error: unknown) => {
    if (error instanceof StoreError && !error.retryable) return [];
    throw error;
  });
  const slots = SlotsSchema.safeParse(reply);
  const [info, config] = slots.success ? slots.data : [];
  const text = String(info?.result ?? '');
  const evicted = /^evicted_keys:(\d+)/m.exec(text)?.[1];
  const policy = PolicySchema.safeParse(config?.result);
  return {
    policy: policy.success ? policy.data[1] : /^maxmemory_policy:([a-z-]{1,40})\s*$/m.exec(text)?.[1],
    evicted: evicted === undefined ? undefined : Number(evicted),
  };
}

/** A snapshot lives as long as the `latest` that names it, so a missing one was dropped. */
async function countGone(
  client: Pick<StoreClient, 'pipeline'>,
  namespace: string,
  signal: AbortSignal,
): Promise<number> {
  const keys = createKeys(namespace);
  const [slot] = await client.pipeline((pipeline) => pipeline.mget(REGION_IDS.map(keys.latest)), signal);
  const ids = slotValue(slot, z.array(z.string().nullable())).filter((id) => id !== null);
  if (ids.length === 0) return 0;
  const slots = await client.pipeline((pipeline) => {
    for (const id of ids) pipeline.exists(keys.snapshotById(id));
  }, signal);
  return slots.filter((one) => slotValue(one, z.int()) === 0).length;
}
