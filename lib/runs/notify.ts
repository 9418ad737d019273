import { withTimeout } from '../limits/deadline.js';
import { type Fields, isFields } from '../persister/record.js';
import { type Change, changesOf, type Shift } from './changes.js';
import type { LogEntry, RunReport } from './report.js';
import { HeadRegimeSchema } from './snapshot.js';

export interface NotifyOptions {
  /** Called after each scheduled run: `GET` when nothing failed, `POST <url>/fail` when something did. */
  readonly heartbeatUrl?: string | undefined;
  /** Gets one `POST` of JSON when something changed since the run before. */
  readonly alertUrl?: string | undefined;
  /** Default: the global fetch. */
  readonly fetch?: typeof globalThis.fetch;
}

/** A run that has ended, and what is known of those before it. */
export interface EndedRun {
  readonly report: RunReport;
  /** The stored reports before it, newest first; null when the request to the store failed. */
  readonly before: readonly RunReport[] | null;
  readonly snapshots: readonly Fields[];
}

/**
 * Sends the notifications. Never throws: what could not be delivered is logged, and changes no outcome.
 *
 * @param signal fires when the run has to answer
 * @returns entries for the log
 */
export type Notify = (run: EndedRun, signal: AbortSignal) => Promise<readonly LogEntry[]>;

/** The most that sending may take, in ms: the caller is waiting. */
const MOST_MS = 2_000;

/**
 * Makes the notifications of runs: a heartbeat, in the convention of healthchecks.io
 * (https://healthchecks.io/docs/http_api/), and an alert that Slack and Discord show as it is.
 *
 * @returns a function to be called once a report is stored; it sends nothing for dry runs and pushes
 */
export function createNotify({ heartbeatUrl, alertUrl, fetch = globalThis.fetch }: NotifyOptions): Notify {
  return async (run, signal) => {
    const { report } = run;
    if (report.dryRun || report.trigger === 'push') return [];
    // Not AbortSignal.any over AbortSignal.timeout: Node 20 collects that timer as garbage, and it never fires.
    const told = await withTimeout({ signal, timeoutMs: MOST_MS }, (limit) =>
      Promise.all([
        heartbeatUrl === undefined || report.trigger !== 'cron'
          ? null
          : send('heartbeat', heartbeat(heartbeatUrl, report), limit),
        alertUrl === undefined ? null : send('alert', alert(alertUrl, run), limit),
      ]),
    );
    return told.flatMap((fault) =>
      fault === null ? [] : { level: 'warn', event: 'not-told', runId: report.runId, ...fault },
    );

    async function send(receiver: string, message: Message | null, limit: AbortSignal) {
      if (message === null) return null;
      const { url, ...init } = message;
      try {
        // A redirect would send the message somewhere that nobody has allowed.
        const response = await fetch(url, { ...init, redirect: 'manual', signal: limit });
        await response.body?.cancel();
        return response.ok ? null : { receiver, reason: `it answered ${response.status}` };
      } catch {
        // Not the error itself: it may quote the address, which is a secret.
        return { receiver, reason: limit.aborted ? 'it did not answer in time' : 'it could not be reached' };
      }
    }
  };
}

interface Message {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

function heartbeat(url: string, { counts, slot, runId }: RunReport): Message {
  if (counts.failed === 0) return { url, method: 'GET' };
  const failUrl = new URL(url);
  failUrl.pathname = `${failUrl.pathname.replace(/\/$/, '')}/fail`;
  return post(failUrl.href, { runId, slot, counts });
}

function post(url: string, body: object): Message {
  return { url, method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

function alert(url: string, { report, before, snapshots }: EndedRun): Message | null {
  const changes = changesOf({ report, before, shifts: shiftsOf(report, snapshots) });
  if (changes.length === 0) return null;
  const { environment, runId, trigger, slot, startedAt, counts } = report;
  const text = [`region-persister (${environment})`, ...changes.map(sentenceOf)].join('\n');
  const facts = { environment, runId, trigger, slot, startedAt, counts, changes };
  return post(url, {
    text: forSlack(text),
    content: cut(text),
    allowed_mentions: { parse: [] },
    ...facts,
  });
}

/** Discord refuses more. */
const MOST_CHARACTERS = 2_000;

function cut(text: string): string {
  return text.length <= MOST_CHARACTERS ? text : `${text.slice(0, MOST_CHARACTERS - 1)}…`;
}

/** Slack reads `<…>` as a link or a mention. Source: "Formatting text for app surfaces", its documentation. */
function forSlack(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function sentenceOf(change: Change): string {
  switch (change.kind) {
    case 'regions-failing':
      return `Not stored: ${change.regionIds.join(', ')} (${change.phase}, ${change.code})`;
    case 'regions-stuck':
      return `Not stored in two slots in a row: ${change.regionIds.join(', ')} (${change.phase}, ${change.code})`;
    case 'regions-unknown':
      return `Unknown, because inputs are missing: ${change.regionIds.join(', ')}`;
    case 'regions-recovered':
      return `Stored again: ${change.regionIds.join(', ')}`;
    case 'inputs-missing':
      return `No full answer in two slots in a row: ${change.inputs.join(', ')}`;
    case 'inputs-heard':
      return `Answering in full again: ${change.inputs.join(', ')}`;
    case 'slot-caught-up':
      return `Stored late: the first call of the ${change.slot.slice(11, 16)} UTC slot left no report`;
    case 'slots-missed': {
      const { from, to, slots } = change;
      return slots === 1
        ? `Stored again: no run left a report in the slot of ${minuteOf(from)}`
        : `Stored again: no run left a report in ${slots} slots, from ${minuteOf(from)} to ${minuteOf(to)}`;
    }
    case 'regime':
      return `${change.regionId}: ${change.from} → ${change.to}`;
  }
}

/** @param time ISO @returns `2026-11-26 06:00 UTC` */
function minuteOf(time: string): string {
  return `${time.slice(0, 16).replace('T', ' ')} UTC`;
}

/** Only for regions that were stored: the others are tried again, and reported then. */
function shiftsOf({ regions }: RunReport, snapshots: readonly Fields[]): Shift[] {
  const stored = new Set(regions.filter(mayBeStored).map(({ regionId }) => regionId));
  return snapshots.flatMap(({ region_id, regime, meta }) => {
    const regionId = String(region_id);
    const { data } = HeadRegimeSchema.safeParse(regime);
    const isShift = isFields(meta) && meta.trigger_reason === 'regime_shift';
    if (!isShift || !stored.has(regionId) || data === undefined || data.previous_label === null) return [];
    return [{ regionId, from: data.previous_label, to: data.label }];
  });
}

/** Where the answer to the commit was lost it counts as stored: reported twice is better than never. */
function mayBeStored(region: RunReport['regions'][number]): boolean {
  return region.status === 'persisted' || (region.status === 'failed' && region.stored === 'unknown');
}
