/** Tells how long it takes to load one module in a process that has loaded nothing else. Its argument is the module. */
const startedAt = performance.now();
await import(process.argv[2] ?? '');
const ms = performance.now() - startedAt;
process.send?.(ms, () => process.disconnect());
