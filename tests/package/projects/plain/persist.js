// Persists two entities in the store that the environment names, reads one back, and prints all of it as JSON. Closes
// nothing: that the process ends by itself is part of what is tested.
import { createPersister } from 'region-persister';

const persister = createPersister({ namespace: 'warehouses:' });
const entries = [
  { entity: 'hamburg', value: { stock: 1_200 } },
  { entity: 'rotterdam', value: { stock: 15 } },
];
const first = await persister.persist(entries, { budgetMs: 10_000 });
const second = await persister.persist(entries, { budgetMs: 10_000 });
const latest = await persister.latest('hamburg');
const history = await persister.history('hamburg');

console.log(
  JSON.stringify({
    first: first.map(({ status }) => status),
    second: second.map(({ status }) => status),
    latest: latest.value,
    history: history.records.length,
    // A timer that keeps the process alive would be listed here.
    timers: process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length,
  }),
);
