import { execFile } from 'node:child_process';
import type { RequestListener, ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { RunReportSchema } from '../../lib/runs/report.js';
import { gdacsRow } from '../hazards/support/rows.js';
import { featureCollection, serve } from '../hazards/support/serve.js';
import { startStage } from './suite/stage.js';

const BUDGET_MS = 18_000;
const MOST_MS = 20_000;
const MOST_KB = 600_000;
const PrintedSchema = z.object({ report: RunReportSchema, maxRssKb: z.number() });

const gzipped = (text: string | Buffer) => {
  const body = gzipSync(text);
  return (response: ServerResponse) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end(body);
};
function endless(response: ServerResponse): void {
  const chunk = Buffer.alloc(1_000_000, ' ');
  const pump = () => {
    while (!response.destroyed && response.write(chunk));
    if (!response.destroyed) response.once('drain', pump);
  };
  pump();
}
function drip(response: ServerResponse): void {
  const timer = setInterval(() => response.write(' '), 200);
  response.on('close', () => clearInterval(timer));
}

const LAUGHS = `<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "${'ha'.repeat(100)}">${[
  'b',
  'c',
  'd',
  'e',
  'f',
  'g',
]
  .map((name, index) => `<!ENTITY ${name} "${`&${'abcdef'[index]};`.repeat(50)}">`)
  .join('')}]><rss><channel><item><title>&g;</title></item></channel></rss>`;
const RED = () => {
  const at = new Date(Date.now() - 3_600_000).toISOString().slice(0, 19);
  return gdacsRow({ alertlevel: 'Red', fromdate: at, todate: at, datemodified: at });
};

/** One kind for each type of GDACS, and for the other two. Cyclones say one thing that is true, and then are hostile. */
const KINDS: Readonly<Record<string, (response: ServerResponse, url: URL) => void>> = {
  EQ: gzipped(Buffer.alloc(200_000_000, ' ')),
  TC: (response, url) => {
    if (url.searchParams.get('alertlevel') === 'Green') endless(response);
    else response.end(JSON.stringify(featureCollection([RED()])));
  },
  FL: gzipped('['.repeat(8_000_000)),
  DR: drip,
  VO: (response, url) =>
    void response.writeHead(302, { location: url.href.replace('http://localhost', '') }).end(),
  WF: gzipped(`{"type":"FeatureCollection","features":[{"a":"${'x'.repeat(200_000_000)}"}]}`),
  rss: (response) => void response.end(LAUGHS),
  usgs: endless,
};

it('a run whose feeds are all hostile ends in time, within its memory, and stores what it heard', async () => {
  const stage = await startStage();
  try {
    const listener: RequestListener = (request, response) => {
      const url = new URL(request.url ?? '', 'http://localhost');
      KINDS[url.searchParams.get('eventlist') ?? url.pathname.slice(1)]?.(response, url);
    };
    await using served = await serve(listener);
    const { origin } = new URL(served.url);
    const script = fileURLToPath(new URL('hostile/run.ts', import.meta.url));
    const { url, token } = stage.gateway;
    const args = ['--import', 'tsx', script, origin, url, token, stage.namespace, String(BUDGET_MS)];
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 50_000 });
    const { report, maxRssKb } = PrintedSchema.parse(JSON.parse(stdout));

    console.log(`${report.durationMs} ms, ${Math.round(maxRssKb / 1_000)} MB`);
    expect(report.durationMs).toBeLessThan(Math.min(MOST_MS, report.budgetMs));
    expect(maxRssKb).toBeLessThan(MOST_KB);
    expect(report.inputs.map(({ input, status }) => [input, status])).toEqual([
      ['gdacs-eq', 'failed'],
      ['gdacs-tc', 'incomplete'],
      ['gdacs-fl', 'failed'],
      ['gdacs-dr', 'failed'],
      ['gdacs-vo', 'failed'],
      ['gdacs-wf', 'failed'],
      ['usgs', 'failed'],
    ]);
    const label = async (region: string) => {
      const id = await stage.redis.get(stage.keys.latest(region));
      const payload = await stage.redis.get(stage.keys.snapshotById(id ?? ''));
      return z.object({ regime: z.object({ label: z.string() }) }).parse(JSON.parse(payload ?? '')).regime
        .label;
    };
    expect([await label('east-asia'), await label('europe')]).toEqual(['emergency', 'unknown']);
  } finally {
    await stage.close();
  }
}, 60_000);
