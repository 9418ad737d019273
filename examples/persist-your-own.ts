import { createPersister } from '../lib/index.js';

// The database: UPSTASH_REDIS_REST_URL and UPSTASH_REDIS_REST_TOKEN, or the KV_ names that Vercel sets.
const persister = createPersister({ namespace: 'warehouses:' });

const outcomes = await persister.persist([
  { entity: 'hamburg', value: { stock: 1_200 } },
  { entity: 'rotterdam', value: { stock: 15 } },
]);

for (const outcome of outcomes) {
  console.log(outcome.entity, outcome.status, 'message' in outcome ? outcome.message : '');
}
if (outcomes.some(({ status }) => status === 'failed' || status === 'in-flight')) process.exit(1);
console.log('in stock:', (await persister.latest('hamburg'))?.value.stock);
