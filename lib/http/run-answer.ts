import type { IncomingMessage } from 'node:http';
import type { RunResult } from '../run.js';
import type { Answer } from './route.js';

/** Vercel's cron names itself; everything else is somebody who calls by hand. */
export function triggerOf(req: Pick<IncomingMessage, 'headers'>): 'cron' | 'manual' {
  return req.headers['user-agent']?.startsWith('vercel-cron/') === true ? 'cron' : 'manual';
}

/**
 * The full report, whatever happened; 500 when something failed, because a cron monitor looks at the status alone.
 *
 * @param withSnapshots answers with the snapshots too: a dry run has nothing else to show for itself
 */
export function runAnswer({ report, snapshots }: RunResult, withSnapshots = false): Answer {
  const status = report.counts.failed > 0 ? 500 : 200;
  return { status, body: withSnapshots ? { ...report, snapshots } : report };
}
