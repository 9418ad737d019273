/**
 * Tells how long it takes to load one module in a process that has loaded nothing else. Its argument is the module. A
 * function loads the rest of itself while it connects, so it is called once: without a secret, which it refuses.
 */
const startedAt = performance.now();
const { default: loaded } = await import(process.argv[2] ?? '');
if (typeof loaded?.fetch === 'function') {
  await loaded.fetch(new Request('http://127.0.0.1/api/cron/persist-regions'));
}
const ms = performance.now() - startedAt;
process.send?.(ms, () => process.disconnect());
