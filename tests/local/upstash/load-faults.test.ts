import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadFaults } from '../../../local/upstash/fault-rules.js';
import { createFaultSchedule } from '../../../local/upstash/faults.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'faults-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function file(text: string): Promise<string> {
  const path = join(folder, 'faults.json');
  await writeFile(path, text);
  return path;
}

it('reads rules of every kind', async () => {
  const rules = [
    { match: { phase: 'claim', region: 'mena', nth: 1 }, fault: { kind: 'drop-before' } },
    { match: { phase: 'commit', nth: { to: 2 } }, fault: { kind: 'drop-after' } },
    { match: { route: '/pipeline', request: { from: 3, to: 4 } }, fault: { kind: 'delay', ms: 500 } },
    { match: { phase: 'settle' }, fault: { kind: 'hang' } },
    {
      match: { phase: 'heads' },
      fault: { kind: 'status', status: 429, headers: { 'retry-after': '1' }, body: '{}', executed: true },
    },
    { match: { phase: 'report' }, fault: { kind: 'truncate', abrupt: true } },
    { match: { command: 'LPUSH' }, fault: { kind: 'garbage' } },
    { match: {}, fault: { kind: 'slot-error', slot: 0, error: 'READONLY no' } },
    { match: { request: { from: 9 } }, fault: { kind: 'unauthorised' } },
  ];
  const loaded = await loadFaults(await file(JSON.stringify({ rules })));
  expect(loaded).toEqual(rules);
  expect(createFaultSchedule(loaded).injected).toEqual([]);
});

it.each([
  ['is not JSON', '{', /faults\.json is not JSON/],
  ['has no rules', '{}', /faults\.json is not valid[\s\S]*rules/],
  ['has an unknown kind', '{"rules":[{"fault":{"kind":"explode"}}]}', /rules\[0\]\.fault\.kind/],
  ['has a misspelt field', '{"rules":[{"fault":{"kind":"hang"},"match":{"fase":"claim"}}]}', /"fase"/],
  ['lacks a field', '{"rules":[{"fault":{"kind":"delay"}}]}', /rules\[0\]\.fault\.ms/],
])('says of a file that %s where it is wrong', async (_, text, message) => {
  await expect(loadFaults(await file(text))).rejects.toThrow(message);
});

it('says which file cannot be read', async () => {
  await expect(loadFaults(join(folder, 'none.json'))).rejects.toThrow(/cannot read .*none\.json/);
});

it('reads the example that the README names', async () => {
  const rules = await loadFaults('examples/faults.json');

  expect(rules.map(({ fault }) => fault.kind)).toEqual(['status', 'drop-after', 'delay']);
});
