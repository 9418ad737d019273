import { createPersister } from 'region-persister';
import { isAuthorised } from 'region-persister/web';

/** Seconds. The budget below stays under it. */
export const maxDuration = 60;

/** Called by Vercel's cron, which sends CRON_SECRET as a bearer token. */
export async function GET(request: Request): Promise<Response> {
  if (!isAuthorised(request, process.env.CRON_SECRET)) return new Response(null, { status: 401 });
  // Made here and not above, because `next build` loads this file without the variables of the store.
  const persister = createPersister({ namespace: 'warehouses:' });
  const outcomes = await persister.persist(await readStock(), { budgetMs: 50_000 });
  const isStored = outcomes.every(({ status }) => status === 'persisted' || status === 'duplicate');
  return Response.json({ outcomes }, { status: isStored ? 200 : 500 });
}

/** Yours: one entry for each thing whose state you keep. */
async function readStock() {
  return [
    { entity: 'hamburg', value: { stock: 1_200 } },
    { entity: 'rotterdam', value: { stock: 15 } },
  ];
}
