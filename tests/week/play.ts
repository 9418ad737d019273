import { vi } from 'vitest';
import { z } from 'zod';
import { createRoutes, type LogEntry } from '../../lib/web/index.js';
import type { FaultRule } from '../../local/upstash/fault-rules.js';
import { callHandler, type Reply } from '../support/serve-handler.js';
import { NAMESPACE, startStoreHarness } from '../support/store-harness.js';
import { startFeeds } from './feeds.js';
import { type Look, lookAt } from './look.js';
import { startReceiver, type Told } from './receiver.js';
import { CALLS, type Fate, HOUR_MS, incidentAt, looksAfter, MONDAY } from './script.js';

/** One call of the scheduler, and what was to be seen of it from outside. */
export interface Played {
  readonly at: number;
  readonly fate: Fate;
  /** The answer; null for a call that got none. */
  readonly answer: { readonly status: number; readonly counts: Counts | null } | null;
  readonly told: readonly Told[];
  /** What the function logged as a warning or an error. */
  readonly log: readonly LogEntry[];
  /** What the page and `/api/health` say five minutes later, and at moments of the script before the next call. */
  readonly looks: readonly [Look, ...Look[]];
  /** How many claims were left behind, and the longest that one of them lasts in ms. */
  readonly claims: { readonly left: number; readonly longestMs: number };
}

const CountsSchema = z.object({
  persisted: z.int(),
  duplicate: z.int(),
  current: z.int(),
  inFlight: z.int(),
  failed: z.int(),
});
export type Counts = z.infer<typeof CountsSchema>;

const SECRET = 'cron-secret-7f3a';
const LOOK_AFTER_MS = 5 * 60_000;

/** What a function that was killed after its claims no longer asks of the store. */
const NO_MORE: readonly FaultRule[] = (['commit', 'settle', 'report'] as const).map((phase) => ({
  match: { phase },
  fault: { kind: 'drop-before' },
}));

/** Asks a route at a moment of the week. */
export type Get = (path: string) => Promise<Reply>;

/**
 * Plays the week: every call as Vercel's scheduler makes it, over a real store, with real receivers. `Date` is the
 * clock of the script; what waits, waits in real time.
 *
 * @param watch called at each look, for somebody who wants to see more of that moment
 */
export async function playWeek(
  watch: (time: number, get: Get) => Promise<void> = async () => undefined,
): Promise<readonly Played[]> {
  vi.useFakeTimers({ toFake: ['Date'], now: MONDAY });
  // The shortest backoff that the jitter may draw.
  const random = vi.spyOn(Math, 'random').mockReturnValue(0);
  const [harness, feeds, receiver] = await Promise.all([startStoreHarness(), startFeeds(), startReceiver()]);
  const log: LogEntry[] = [];
  const env = {
    VERCEL_ENV: 'production',
    UPSTASH_REDIS_REST_URL: harness.gateway.url,
    UPSTASH_REDIS_REST_TOKEN: harness.gateway.token,
    KEY_NAMESPACE: NAMESPACE,
    CRON_SECRET: SECRET,
  };
  const source = feeds.source;
  /** Of a new process: an hour after the last call, the platform has ended the one before. */
  const wake = () =>
    createRoutes({ env: { ...env, ...receiver.env }, source, log: (entry) => log.push(entry) });
  let routes = wake();
  /** A function that is dead tells nobody. */
  const killed = createRoutes({ env, source, log: () => undefined });

  const played: Played[] = [];
  try {
    for (const at of CALLS) played.push(await play(at));
  } finally {
    await Promise.all([harness.close(), feeds.close(), receiver.close()]);
    random.mockRestore();
    vi.useRealTimers();
  }
  return played;

  async function play(at: number): Promise<Played> {
    await enter(at);
    routes = wake();
    const fate = incidentAt(at)?.fate ?? 'runs';
    const reply = await call(fate);
    const claims = await claimsLeft();
    const told = receiver.take();
    const entries = log.splice(0).filter(({ level }) => level !== 'info');
    const looks: [Look, ...Look[]] = [await lookThen(at + LOOK_AFTER_MS)];
    await passAnHour();
    for (const time of looksAfter(at)) looks.push(await lookThen(time));
    return { at, fate, answer: answerIn(reply), told, log: entries, looks, claims };
  }

  async function lookThen(time: number): Promise<Look> {
    await enter(time);
    const get: Get = (path) => callHandler(routes.fetch, { path });
    await watch(time, get);
    return lookAt(get, time);
  }

  /** Sets all clocks, that of the store included, and lets happen what is to happen then. */
  async function enter(time: number): Promise<void> {
    vi.setSystemTime(time);
    const incident = incidentAt(time);
    const [seconds] = z
      .tuple([z.coerce.number()], z.unknown())
      .parse(await harness.redis.sendCommand(['TIME']));
    feeds.set(incident?.world);
    harness.setFaults([
      { fault: { kind: 'skewed-time', ms: time - seconds * 1000 } },
      ...(incident?.store ?? []),
      ...(incident?.fate === 'killed' ? NO_MORE : []),
    ]);
  }

  async function call(fate: Fate): Promise<Reply | null> {
    if (fate === 'not-called') return null;
    const secret = fate === 'wrong-secret' ? 'the-old-secret' : SECRET;
    const { fetch } = fate === 'killed' ? killed : routes;
    const reply = await callHandler(fetch, {
      path: '/api/cron/persist-regions',
      headers: { 'user-agent': 'vercel-cron/1.0', authorization: `Bearer ${secret}` },
    });
    return fate === 'killed' ? null : reply;
  }

  async function claimsLeft(): Promise<Played['claims']> {
    const lives: number[] = [];
    for (const key of await harness.redis.keys(`${NAMESPACE}dedup:*`)) {
      if ((await harness.redis.get(key))?.startsWith('claim:')) lives.push(await harness.redis.pTTL(key));
    }
    return { left: lives.length, longestMs: Math.max(0, ...lives) };
  }

  /** Claims and markers live for minutes; a real Redis, whose clock is not that of the script, would keep them. */
  async function passAnHour(): Promise<void> {
    const dedup = await harness.redis.keys(`${NAMESPACE}dedup:*`);
    for (const key of dedup) {
      if ((await harness.redis.pTTL(key)) > HOUR_MS) throw new Error(`${key} outlives the hour`);
      await harness.redis.del(key);
    }
  }
}

const AnsweredSchema = z.object({ counts: CountsSchema.nullable().catch(null) });

function answerIn(reply: Reply | null): Played['answer'] {
  if (reply === null) return null;
  return { status: reply.status, counts: AnsweredSchema.parse(JSON.parse(reply.text)).counts };
}
