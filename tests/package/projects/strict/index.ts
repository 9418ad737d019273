import { createPersister } from 'region-persister';
import * as hazards from 'region-persister/hazards';
import { createRunner, type Source } from 'region-persister/runs';
import { createRoutes } from 'region-persister/web';

const persister = createPersister({ namespace: 'warehouses:', url: 'http://127.0.0.1:1', token: 'none' });

/** What became of each entity: the outcomes are a union that narrows on `status`. */
export async function store(stock: number): Promise<readonly string[]> {
  const outcomes = await persister.persist([{ entity: 'hamburg', value: { stock } }], { budgetMs: 10_000 });
  return outcomes.map((outcome) => (outcome.status === 'failed' ? outcome.message : outcome.status));
}

/** Reads need no cast, and say that there may be nothing. */
export async function readAll(): Promise<readonly string[]> {
  const latest = await persister.latest('hamburg');
  const ids: string[] = latest === null ? [] : [latest.id];
  const page = await persister.history('hamburg', {});
  for (const record of page.records) ids.push(record.id);
  return ids;
}

export const routes: (request: Request) => Promise<Response> = createRoutes({ env: {} }).fetch;
export const everything: readonly unknown[] = [hazards, createRunner];
export type OwnSource = Source;
