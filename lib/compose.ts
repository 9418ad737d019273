import { getDeadline } from '@vercel/functions';
import type { Config } from './config.js';
import { createFeeds } from './hazards/feeds/feeds.js';
import { createGeography } from './hazards/regions/points.js';
import { summarise } from './hazards/snapshot.js';
import { createHazardSource } from './hazards/source.js';
import { allowSlowAddresses } from './limits/network.js';
import { createStore } from './persister/upstash/store.js';
import { createNotify, type Notify } from './runs/notify.js';
import { type LogEntry, logToConsole } from './runs/report.js';
import { createRunner, type Runner } from './runs/run.js';
import type { Source } from './runs/source.js';
import { traceWithRegistered } from './tracing.js';

/**
 * A runner for one call, with a store of its own: overlapping calls in one process share nothing. Where an
 * OpenTelemetry SDK has registered itself, its runs are traced.
 */
export function composeRunner(config: Config, log: (entry: LogEntry) => void = logToConsole): Runner {
  const runner = createRunner({
    store: createStore(config.store),
    environment: config.environment,
    budgetMs: budgetMs(config),
    log,
    summarise,
    ...notifyOf(config),
  });
  return {
    begin: runner.begin,
    run: (request) => traceWithRegistered().then(() => runner.run(request)),
    push: (snapshots, deadline) => traceWithRegistered().then(() => runner.push(snapshots, deadline)),
  };
}

/** Left out where no notification is configured: the runner then makes no further request to the store. */
function notifyOf({ heartbeatUrl, alertUrl }: Config): { notify?: Notify } {
  return heartbeatUrl === undefined && alertUrl === undefined
    ? {}
    : { notify: createNotify({ heartbeatUrl, alertUrl }) };
}

/** Disaster events from GDACS and USGS. */
export function composeSource({ feeds }: Config): Source {
  // For the whole process, because fetch has no such option for a single feed.
  allowSlowAddresses();
  const geography = createGeography();
  // While the memories are read; whoever needs it hears of a failure.
  setImmediate(() => void geography.load().catch(() => undefined));
  return createHazardSource({ feeds: createFeeds(feeds), geography });
}

/** The time that the platform grants this call, where it says so; else what is configured. */
function budgetMs(config: Config): number {
  const deadline = getDeadline();
  return deadline === undefined ? config.budgetMs : Math.max(0, deadline.getTime() - Date.now());
}
