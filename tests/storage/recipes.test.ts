import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { StoreHarness } from '../support/store-harness.js';
import { startUsedStore } from './deployment.js';
import { faultsOf, valuesIn } from './hold-against.js';
import { type Example, readPage } from './page.js';
import { ask } from './read-store.js';

const page = await readPage();
const HeadSchema = z.object({ id: z.string(), hash: z.string(), generated_at: z.number() });
const SnapshotSchema = z.looseObject({
  generated_at: z.number(),
  meta: z.looseObject({ snapshot_id: z.string() }),
});

const exampleOf = (name: string): Example => {
  const found = page.examples.find(({ command }) => command.includes(name));
  if (found === undefined) throw new Error(`the page has no example of ${name}`);
  return found;
};
const HEAD = exampleOf('snapshot-head:');
const INDEX = exampleOf('snapshot-index:');

let harness: StoreHarness;
/** What the page's examples name, and what it is called in the store. */
let names: [string, string][] = [];

beforeAll(async () => {
  harness = await startUsedStore('production');
  const [shown, found] = [HEAD.reply, await ask(harness.redis, HEAD.command)].map((reply) =>
    HeadSchema.parse(JSON.parse(reply.join('\n'))),
  );
  const index = await ask(harness.redis, INDEX.command);
  names = [...INDEX.reply.entries()].map(([i, line]) => [line, index[i] ?? '']);
  names.push([shown?.hash ?? '', found?.hash ?? '']);
}, 30_000);
afterAll(() => harness.close());

/** The text with the store's names in the place of the example's. */
function rename(text: string): string {
  return names.reduce((renamed, [shown, found]) => renamed.replaceAll(shown, found), text);
}

const isJson = ({ reply }: Example) => reply[0]?.startsWith('{') ?? false;

describe('a command of the page', () => {
  it.each(page.examples.filter((example) => !isJson(example)))(
    'answers what the page shows: $command',
    async ({ command, reply }) => {
      expect(await ask(harness.redis, rename(command))).toEqual(reply.map(rename));
    },
  );

  it.each(page.examples.filter(isJson))(
    'answers what is built as the page shows it: $command',
    async (example) => {
      const command = rename(example.command);
      const reply = await ask(harness.redis, command);

      const row = page.keys.find(({ pattern }) =>
        page.matcher(pattern, '').test(command.split(' ')[1] ?? ''),
      );
      expect(reply).not.toEqual([]);
      for (const value of valuesIn({ command, reply })) {
        expect(row && faultsOf(page, row, value)).toEqual([]);
      }
    },
  );

  it('shows every outcome that a region of a stored run has', async () => {
    const statuses = (runs: readonly string[]) =>
      new Set(
        runs
          .join('\n')
          .match(/"status": ?"[a-z-]+"/g)
          ?.map((text) => text.replace(' ', '')),
      );

    const runs = await ask(harness.redis, 'LRANGE intelligence:snapshot-runs:v1 0 -1');
    const pushes = await ask(harness.redis, 'LRANGE intelligence:snapshot-pushes:v1 0 -1');

    expect(statuses([...runs, ...pushes])).toEqual(statuses(exampleOf('snapshot-runs:').reply));
  });
});

describe('the newest snapshot', () => {
  const read = async (command: string) => JSON.parse((await ask(harness.redis, command)).join(''));

  it.each(page.regions)('of %s is what latest, head, index and trend name', async (region) => {
    const [id = ''] = await ask(harness.redis, `GET intelligence:snapshot:v1:${region}:latest`);
    const snapshot = SnapshotSchema.parse(await read(`GET intelligence:snapshot-by-id:v1:${id}`));
    const head = HeadSchema.parse(await read(`GET intelligence:snapshot-head:v1:${region}`));
    const index = await ask(
      harness.redis,
      `ZRANGE intelligence:snapshot-index:v1:${region} 0 0 REV WITHSCORES`,
    );
    const trend = await ask(
      harness.redis,
      `ZRANGE intelligence:snapshot-trend:v1:${region} 0 0 REV WITHSCORES`,
    );

    expect(snapshot).toMatchObject({ region_id: region, meta: { snapshot_id: id } });
    expect(head).toMatchObject({ id, generated_at: snapshot.generated_at, hash: contentHash(snapshot) });
    expect(index).toEqual([id, String(snapshot.generated_at)]);
    expect([JSON.parse(trend[0] ?? '').id, trend[1]]).toEqual(index);
  });

  it('has the hash and the id that the page says how to make, in the example, too', async () => {
    const shown = SnapshotSchema.parse(JSON.parse(exampleOf('snapshot-by-id:').reply.join('')));
    const { redis } = harness;
    const id = (await ask(redis, 'GET intelligence:snapshot:v1:europe:latest'))[0] ?? '';
    const found = SnapshotSchema.parse(await read(`GET intelligence:snapshot-by-id:v1:${id}`));

    for (const snapshot of [shown, found]) {
      const { generated_at: at, meta } = snapshot;
      expect(meta.snapshot_id).toBe(`${at.toString(36)}-${contentHash(snapshot).slice(0, 12)}`);
    }
  });
});

const ContentSchema = z.object({
  regime: z.looseObject({ transitioned_at: z.unknown() }).optional(),
  evidence: z.array(z.looseObject({ observed_at: z.unknown() })).optional(),
});

/** As the page describes it. */
function contentHash({ generated_at: _at, meta: _meta, ...rest }: Readonly<Record<string, unknown>>): string {
  const content = structuredClone(rest);
  const { regime, evidence } = ContentSchema.parse(content);
  if (regime !== undefined) delete regime.transitioned_at;
  for (const item of evidence ?? []) delete item.observed_at;
  return createHash('sha256')
    .update(JSON.stringify(sortKeys({ ...content, regime, evidence })))
    .digest('hex');
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, of]) => [name, sortKeys(of)]));
}
