import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createNotify, type EndedRun, type NotifyOptions } from '../../lib/runs/notify.js';
import { listenOnLoopback } from '../../local/listen.js';
import { failed, persisted, reportAt } from '../support/run-reports.js';
import { makeSnapshot } from '../support/snapshots.js';

const AT = '2026-11-26T06:00:30.000Z';
const BEFORE = [reportAt('2026-11-26T00:00:30.000Z', { regions: [persisted('mena'), persisted('europe')] })];
const GOOD: EndedRun = { report: reportAt(AT), before: BEFORE, snapshots: [] };
const BAD: EndedRun = {
  report: reportAt(AT, { regions: [failed('mena'), failed('europe')] }),
  before: BEFORE,
  snapshots: [],
};

const servers: Server[] = [];
afterEach(() => {
  vi.useRealTimers();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

interface Heard {
  readonly method: IncomingMessage['method'];
  readonly url: IncomingMessage['url'];
  readonly body: string;
}

/** A receiver, and what it heard. Answers 200 unless `listener` answers. */
async function startReceiver(listener: RequestListener = (_, response) => response.end('OK')) {
  const heard: Heard[] = [];
  const server = createServer(async (request, response) => {
    const { method, url } = request;
    heard.push({ method, url, body: await text(request) });
    listener(request, response);
  });
  servers.push(server);
  return { url: `http://127.0.0.1:${await listenOnLoopback(server)}`, heard };
}

function tell(options: NotifyOptions, run: EndedRun, signal: AbortSignal = new AbortController().signal) {
  return createNotify(options)(run, signal);
}

describe('the heartbeat', () => {
  it('is a GET of the address when nothing failed', async () => {
    const { url, heard } = await startReceiver();

    expect(await tell({ heartbeatUrl: `${url}/ping/1?rid=2` }, GOOD)).toEqual([]);
    expect(heard).toEqual([{ method: 'GET', url: '/ping/1?rid=2', body: '' }]);
  });

  it.each(['/ping/1', '/ping/1/'])(
    'is a POST of the counts to …/fail when something did (%s)',
    async (path) => {
      const { url, heard } = await startReceiver();
      await tell({ heartbeatUrl: `${url}${path}?rid=2` }, BAD);

      expect(heard).toMatchObject([{ method: 'POST', url: '/ping/1/fail?rid=2' }]);
      expect(JSON.parse(heard[0]?.body ?? '')).toEqual({
        runId: BAD.report.runId,
        slot: '2026-11-26T06:00:00.000Z',
        counts: { persisted: 0, duplicate: 0, current: 0, inFlight: 0, failed: 2 },
      });
    },
  );

  it('is sent for scheduled runs alone', async () => {
    const { url, heard } = await startReceiver();
    for (const report of [
      reportAt(AT, { trigger: 'manual' }),
      reportAt(AT, { trigger: 'push' }),
      reportAt(AT, { dryRun: true }),
    ]) {
      await tell({ heartbeatUrl: url, alertUrl: url }, { ...GOOD, report });
    }

    expect(heard).toEqual([]);
  });
});

describe('the alert', () => {
  const shifted = (regionId: 'mena' | 'latam') => ({
    ...makeSnapshot(regionId),
    regime: {
      label: 'emergency',
      previous_label: 'watch',
      transitioned_at: 1,
      transition_driver: '<!channel>',
    },
    meta: { snapshot_id: 'a-1', trigger_reason: 'regime_shift' },
  });

  it('is one POST of JSON, with a text for Slack, one for Discord, and the facts', async () => {
    const { url, heard } = await startReceiver();
    expect(await tell({ alertUrl: `${url}/hook` }, BAD)).toEqual([]);

    expect(heard).toMatchObject([{ method: 'POST', url: '/hook' }]);
    const content = 'region-persister (production)\nNot stored: mena, europe (commit, store-http-500)';
    expect(JSON.parse(heard[0]?.body ?? '')).toEqual({
      text: content,
      content,
      allowed_mentions: { parse: [] },
      environment: 'production',
      runId: BAD.report.runId,
      trigger: 'cron',
      slot: '2026-11-26T06:00:00.000Z',
      startedAt: AT,
      counts: BAD.report.counts,
      changes: [
        { kind: 'regions-failing', phase: 'commit', code: 'store-http-500', regionIds: ['mena', 'europe'] },
      ],
    });
  });

  it('is not sent when nothing changed', async () => {
    const { url, heard } = await startReceiver();
    await tell({ alertUrl: url }, GOOD);
    await tell({ alertUrl: url }, { ...BAD, before: [BAD.report, ...BEFORE] });

    expect(heard).toEqual([]);
  });

  it('reports a regime that moved in a stored snapshot, and no other', async () => {
    const { url, heard } = await startReceiver();
    const before = [{ ...BAD.report, regions: [failed('latam')] }];
    const report = reportAt(AT, { regions: [persisted('mena'), failed('latam')] });
    await tell({ alertUrl: url }, { report, before, snapshots: [shifted('mena'), shifted('latam')] });

    const { content, changes } = JSON.parse(heard[0]?.body ?? '');
    expect(content).toBe('region-persister (production)\nmena: watch → emergency');
    expect(changes).toEqual([{ kind: 'regime', regionId: 'mena', from: 'watch', to: 'emergency' }]);
  });

  it('reports a regime that moved in a snapshot that may be stored: the next run would find nothing new', async () => {
    const { url, heard } = await startReceiver();
    const unheard = { ...failed('mena'), stored: 'unknown' } as const;
    const report = reportAt(AT, { regions: [unheard] });
    await tell({ alertUrl: url }, { report, before: [{ ...report }], snapshots: [shifted('mena')] });

    const { changes } = JSON.parse(heard[0]?.body ?? '');
    expect(changes).toEqual([{ kind: 'regime', regionId: 'mena', from: 'watch', to: 'emergency' }]);
  });

  it('tells of regions that fail in a second slot, and of those of which nothing is known any more', async () => {
    const { url, heard } = await startReceiver();
    const before = [reportAt('2026-11-26T00:00:30.000Z', { regions: [failed('mena')] })];
    const regime = {
      label: 'unknown',
      previous_label: 'normal',
      transitioned_at: 1,
      transition_driver: 'not-heard',
    };
    const meta = { snapshot_id: 'a-1', trigger_reason: 'regime_shift' };
    const snapshots = [{ region_id: 'latam', meta, regime }];
    const report = reportAt(AT, { regions: [failed('mena'), persisted('latam')] });
    await tell({ alertUrl: url }, { report, before, snapshots });

    expect(
      JSON.parse(heard[0]?.body ?? '')
        .content.split('\n')
        .slice(1),
    ).toEqual([
      'Not stored in two slots in a row: mena (commit, store-http-500)',
      'Unknown, because inputs are missing: latam',
    ]);
  });

  it.each([
    ['2026-11-25T18:00:30.000Z', 'in the slot of 2026-11-26 00:00 UTC'],
    ['2026-11-25T12:00:30.000Z', 'in 2 slots, from 2026-11-25 18:00 UTC to 2026-11-26 00:00 UTC'],
  ])('tells of the slots that were missed since %s', async (last, slots) => {
    const { url, heard } = await startReceiver();
    await tell({ alertUrl: url }, { ...GOOD, before: [reportAt(last)] });

    const { content } = JSON.parse(heard[0]?.body ?? '');
    expect(content).toBe(`region-persister (production)\nStored again: no run left a report ${slots}`);
  });

  it('mentions nobody in Slack and stays short enough for Discord', async () => {
    const { url, heard } = await startReceiver();
    const regions = Array.from({ length: 300 }, (_, i) => failed(`region-${i}`, '<!channel>&'));
    await tell({ alertUrl: url }, { ...BAD, report: reportAt(AT, { regions }) });

    const body = JSON.parse(heard[0]?.body ?? '');
    expect(body.text).toContain('&lt;!channel&gt;&amp;');
    expect([...body.content]).toHaveLength(2_000);
  });
});

describe('a receiver that cannot be reached', () => {
  async function reasons(options: NotifyOptions, signal?: AbortSignal) {
    const entries = await tell(options, BAD, signal);
    return entries.map(({ level, event, receiver, reason }) => ({ level, event, receiver, reason }));
  }
  const NOT_TOLD = { level: 'warn', event: 'not-told', receiver: 'alert' };

  it.each([404, 500])('answers %i', async (status) => {
    const { url } = await startReceiver((_, response) => response.writeHead(status).end());

    expect(await reasons({ alertUrl: url })).toEqual([{ ...NOT_TOLD, reason: `it answered ${status}` }]);
  });

  it('redirects, and is not followed', async () => {
    const elsewhere = await startReceiver();
    const { url } = await startReceiver((_, response) =>
      response.writeHead(302, { location: elsewhere.url }).end(),
    );

    expect(await reasons({ alertUrl: url })).toEqual([{ ...NOT_TOLD, reason: 'it answered 302' }]);
    expect(elsewhere.heard).toEqual([]);
  });

  it('does not answer before the run has to, and holds up no other', async () => {
    const { url, heard } = await startReceiver(() => undefined);
    const other = await startReceiver();
    const runIsOver = new AbortController();
    const told = reasons({ alertUrl: url, heartbeatUrl: other.url }, runIsOver.signal);
    await expect.poll(() => heard.length + other.heard.length).toBe(2);
    runIsOver.abort();

    expect(await told).toContainEqual({ ...NOT_TOLD, reason: 'it did not answer in time' });
  });

  it('is given up after 2 seconds, however long the run may still take', async () => {
    const { url, heard } = await startReceiver(() => undefined);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    let given: unknown;
    void reasons({ alertUrl: url }).then((entries) => {
      given = entries;
    });
    await expect.poll(() => heard.length).toBe(1);

    vi.advanceTimersByTime(1_999);
    expect(given).toBeUndefined();
    vi.advanceTimersByTime(1);
    await expect.poll(() => given).toEqual([{ ...NOT_TOLD, reason: 'it did not answer in time' }]);
  });

  it('is not there, and its address stays out of the log', async () => {
    const server = createServer();
    const url = `http://127.0.0.1:${await listenOnLoopback(server)}/secret-path`;
    server.close();
    await once(server, 'close');

    const entries = await tell({ alertUrl: url, heartbeatUrl: url }, BAD);
    expect(entries).toHaveLength(2);
    expect(JSON.stringify(entries)).not.toContain('secret-path');
  });

  it('never ends its answer', async () => {
    const { url } = await startReceiver((_, response) => response.write('x'.repeat(100_000)));

    expect(await reasons({ alertUrl: url })).toEqual([]);
  });
});
