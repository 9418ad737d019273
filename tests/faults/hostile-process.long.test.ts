import { execFile } from 'node:child_process';
import type { RequestListener, ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import { DEFAULT_BUDGET_MS } from '../../lib/config.js';
import { REGION_IDS } from '../../lib/hazards/regions/regions.js';
import { AssessedSnapshotSchema } from '../../lib/hazards/snapshot.js';
import { RunReportSchema } from '../../lib/runs/report.js';
import { gdacsRow } from '../hazards/support/rows.js';
import { featureCollection, serve } from '../hazards/support/serve.js';
import { type Stage, startStage } from './suite/stage.js';

const MOST_MS = 20_000;
const MOST_KB = 600_000;
const PrintedSchema = z.object({
  status: z.int(),
  report: RunReportSchema,
  tookMs: z.number(),
  maxRssKb: z.number(),
});

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
beforeEach(() => stage.clear());
afterAll(() => stage.close());

/** An answer to a request for a type of GDACS, the RSS feed or USGS. */
type Answer = (response: ServerResponse, url: URL) => void;

function gzipped(text: string | Buffer): Answer {
  const body = gzipSync(text);
  return (response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end(body);
}
const endless: Answer = (response) => {
  const chunk = Buffer.alloc(1_000_000, ' ');
  const pump = () => {
    while (!response.destroyed && response.write(chunk));
    if (!response.destroyed) response.once('drain', pump);
  };
  pump();
};
const drip: Answer = (response) => {
  const timer = setInterval(() => response.write(' '), 200);
  response.on('close', () => clearInterval(timer));
};
const inCircles: Answer = (response, url) =>
  void response.writeHead(302, { location: url.href.replace('http://localhost', '') }).end();

/** A row of GDACS, an hour old. */
const recent = (fields: Readonly<Record<string, unknown>>) => {
  const at = new Date(Date.now() - 3_600_000).toISOString().slice(0, 19);
  return gdacsRow({ fromdate: at, todate: at, datemodified: at, ...fields });
};
const isGreen = (url: URL) => url.searchParams.get('alertlevel') === 'Green';

/** One thing that is true, about a red storm in the Philippines, and then something else. */
const redAndThen =
  (other: Answer): Answer =>
  (response, url) => {
    if (isGreen(url)) other(response, url);
    else response.end(JSON.stringify(featureCollection([recent({ alertlevel: 'Red' })])));
  };

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
const ENTITIES = NAMES.slice(1).map((name, i) => `<!ENTITY ${name} "${`&${NAMES[i]};`.repeat(50)}">`);
const LAUGHS = `<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "${'ha'.repeat(100)}">${ENTITIES.join('')}]><rss><channel><item><title>&g;</title></item></channel></rss>`;

const rowsText = (row: string, count: number) =>
  `{"type":"FeatureCollection","features":[${Array(count).fill(row).join()}]}`;
/** Rows of nothing, which take ten times their length in memory, and a thousand times what they weigh as gzip. */
const BOMB = gzipped(rowsText('{}', 2_600_000));
const XML_BOMB = gzipped(`<rss><channel>${'<item/>'.repeat(1_100_000)}</channel></rss>`);

/** A full page of rows that cannot be read, and on which as much is to be parsed as is let through on five. */
const heavyPage: Answer = (response, url) => {
  const first = 100 * Number(url.searchParams.get('pageNumber'));
  const filling = Array(290).fill([]);
  const rows = Array.from({ length: 100 }, (_, i) => {
    const eventtype = url.searchParams.get('eventlist');
    return recent({ eventtype, eventid: first + i, alertlevel: 'Purple', filling });
  });
  response.end(JSON.stringify(featureCollection(rows)));
};

interface Hostility {
  readonly name: string;
  /** Of the call. Default: what a deployment has. */
  readonly budgetMs?: number;
  /** By type of GDACS, and for the other two. */
  readonly answers: Readonly<Record<string, Answer>>;
}

const HOSTILITIES: readonly Hostility[] = [
  {
    name: 'each in its own way',
    // Some never end: the call takes the time that its feeds have.
    budgetMs: 18_000,
    answers: {
      EQ: gzipped(Buffer.alloc(200_000_000, ' ')),
      TC: redAndThen(endless),
      FL: gzipped('['.repeat(8_000_000)),
      DR: drip,
      VO: inCircles,
      WF: gzipped(`{"type":"FeatureCollection","features":[{"a":"${'x'.repeat(200_000_000)}"}]}`),
      rss: (response) => void response.end(LAUGHS),
      usgs: endless,
    },
  },
  {
    name: 'with gzip bombs on every page',
    answers: {
      EQ: BOMB,
      TC: redAndThen(BOMB),
      FL: BOMB,
      DR: BOMB,
      VO: BOMB,
      WF: BOMB,
      rss: XML_BOMB,
      usgs: BOMB,
    },
  },
  {
    name: 'with as much as is let through, and nothing in it',
    answers: {
      EQ: heavyPage,
      TC: redAndThen(heavyPage),
      FL: heavyPage,
      DR: heavyPage,
      VO: heavyPage,
      WF: heavyPage,
      rss: (response) => void response.end(`<rss><channel>${'<item/>'.repeat(150_000)}</channel></rss>`),
      usgs: (response) => void response.end(rowsText(`{"a":[${Array(70).fill('[]').join()}]}`, 1_999)),
    },
  },
];

/** One call of the cron function, with feeds that answer like this. */
async function callAgainst({ answers, budgetMs = DEFAULT_BUDGET_MS }: Hostility) {
  const listener: RequestListener = (request, response) => {
    const url = new URL(request.url ?? '', 'http://localhost');
    const answer = answers[url.searchParams.get('eventlist') ?? url.pathname.slice(1)];
    if (answer === undefined) throw new Error(`no answer to ${url}`);
    answer(response, url);
  };
  await using served = await serve(listener);
  const { origin } = new URL(served.url);
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', fileURLToPath(new URL('hostile/run.ts', import.meta.url))],
    {
      timeout: 50_000,
      env: {
        PATH: process.env.PATH,
        UPSTASH_REDIS_REST_URL: stage.gateway.url,
        UPSTASH_REDIS_REST_TOKEN: stage.gateway.token,
        KEY_NAMESPACE: stage.namespace,
        CRON_SECRET: 'cron-secret-7f3a',
        RUN_BUDGET_MS: `${budgetMs}`,
        GDACS_URL: `${origin}/gdacs`,
        GDACS_RSS_URL: `${origin}/rss`,
        USGS_URL: `${origin}/usgs`,
      },
    },
  );
  return { ...PrintedSchema.parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')), log: stderr };
}

async function storedOf(region: string) {
  const id = await stage.redis.get(stage.keys.latest(region));
  const payload = await stage.redis.get(stage.keys.snapshotById(id ?? ''));
  return AssessedSnapshotSchema.parse(JSON.parse(payload ?? ''));
}

it.each(HOSTILITIES)(
  'a call of the cron function whose feeds are all hostile, $name, ends in time, within its memory, and stores what it heard',
  async (hostility) => {
    const { status, report, tookMs, maxRssKb, log } = await callAgainst(hostility);

    const { durationMs, budgetMs } = report;
    console.log(
      `${tookMs} ms, ${durationMs} of them of a budget of ${budgetMs} ms; ${Math.round(maxRssKb / 1_000)} MB`,
    );
    // The call also loads its modules.
    expect(tookMs).toBeLessThan(MOST_MS);
    expect(durationMs).toBeLessThan(budgetMs);
    expect(maxRssKb).toBeLessThan(MOST_KB);
    // All 8 are stored, and what is stored says how little was heard.
    expect(report.regions.map((region) => [region.regionId, region.status])).toEqual(
      REGION_IDS.map((id) => [id, 'persisted']),
    );
    expect(status).toBe(200);
    expect(report.inputs.map((input) => [input.input, input.status])).toEqual([
      ['gdacs-eq', 'failed'],
      ['gdacs-tc', 'incomplete'],
      ['gdacs-fl', 'failed'],
      ['gdacs-dr', 'failed'],
      ['gdacs-vo', 'failed'],
      ['gdacs-wf', 'failed'],
      ['usgs', 'failed'],
    ]);
    for (const { message } of report.inputs) expect(message).toMatch(/\w/);
    for (const region of REGION_IDS) {
      const isHit = region === 'east-asia' || region === 'global';
      expect(await storedOf(region)).toMatchObject({
        regime: { label: isHit ? 'emergency' : 'unknown' },
        pressure: { score: isHit ? 1 : null },
        meta: { snapshot_confidence: 0, incomplete_inputs: ['gdacs-tc'] },
      });
    }
    expect(log).toContain('"level":"warn"');
  },
  60_000,
);
