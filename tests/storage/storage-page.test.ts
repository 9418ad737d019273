import { beforeAll, describe, expect, it } from 'vitest';
import { BUDGET_MS, COMMIT, PUSHED, startUsedStore } from './deployment.js';
import { examplesOf, faultsOf, lifetimeMs } from './hold-against.js';
import { type Deployment, type KeyRow, readPage } from './page.js';
import { readStore, type StoredKey } from './read-store.js';

const page = await readPage();

/** How Redis calls the types, where the page says it in words. */
const TYPES: Readonly<Record<string, string>> = { zset: 'sorted set' };

const isClaim = ({ values }: StoredKey) => values[0]?.startsWith('claim:') ?? false;
const isPushed = ({ name }: StoredKey) => PUSHED.some((id) => name.endsWith(`:${id}`));

describe('the page', () => {
  it.each(page.keys)('has an example of $name', (row) => {
    expect(examplesOf(page, row)).not.toEqual([]);
  });

  it('has no example of anything else', () => {
    const examples = page.keys.flatMap((row) => examplesOf(page, row));

    expect(examples).toHaveLength(page.examples.length);
  });
});

describe.each<Deployment>(['production', 'preview'])('what %s stores', (deployment) => {
  const namespace = page.namespace(deployment, COMMIT);
  let stored: StoredKey[] = [];
  beforeAll(async () => {
    const harness = await startUsedStore(deployment);
    stored = await readStore(harness.redis);
    await harness.close();
  }, 30_000);

  function keysOf({ pattern }: KeyRow): StoredKey[] {
    const names = page.matcher(pattern, namespace);
    return stored.filter(({ name }) => names.test(name));
  }

  it('is on the page, key by key, once', () => {
    const described = page.keys.flatMap((row) => keysOf(row).map(({ name }) => name));

    expect(described.toSorted()).toEqual(stored.map(({ name }) => name));
  });

  it('includes one claim, which lasts as long as its run may take and 15 seconds', () => {
    const claims = stored.filter(isClaim);

    expect(claims).toHaveLength(1);
    expect(claims[0]?.ttlMs).toBeGreaterThan(15_000);
    expect(claims[0]?.ttlMs).toBeLessThanOrEqual(BUDGET_MS + 15_000);
  });

  describe.each(page.keys)('$name', (row) => {
    it('is there, for every region where it has one', () => {
      const names = keysOf(row).map(({ name }) => name);

      expect(names).not.toEqual([]);
      // A history begins with the first change.
      if (!row.pattern.includes('{region}') || row.name === 'regime history') return;
      const [before = ''] = row.pattern.replace('{ns}', namespace).split('{region}');
      const regions = names.map((name) => name.slice(before.length).split(':')[0]);
      expect(new Set(regions)).toEqual(new Set(page.regions));
    });

    it('is of the type that the page says', () => {
      const types = keysOf(row).map(({ type }) => TYPES[type] ?? type);

      expect(new Set(types)).toEqual(new Set([row.type]));
    });

    it('lives as long as the page says', () => {
      const written = keysOf(row).filter((key) => !isClaim(key));
      const ages = written.map(({ ttlMs }) => lifetimeMs(row, deployment) - ttlMs);

      expect(Math.min(...ages)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...ages)).toBeLessThan(60_000);
    });

    it('holds what the examples show: the same fields, of the same kinds', () => {
      const ours = keysOf(row).filter((key) => !isClaim(key) && !isPushed(key));
      const values = ours.flatMap((key) => key.values);

      expect(values.flatMap((value) => faultsOf(page, row, value))).toEqual([]);
      const ids = values.filter((value) => !value.startsWith('{'));
      expect(ids.filter((id) => !page.matcher('{id}', '').test(id))).toEqual([]);
    });
  });
});
