// node .ci/check.mjs
// Everything about the code that can be checked without running it. The checks run side by side, as many as there are
// processors; each prints a line when it ends. None stops another: all failures are reported, and the exit code is 1
// when there was one.
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** The longest first: they decide how long the whole takes. */
const CHECKS = [
  { name: 'types', command: ['tsc'] },
  { name: 'types of the page', command: ['tsc', '-p', 'tests/page'] },
  { name: 'unused code', command: ['knip'] },
  { name: 'format, lint, imports', command: ['biome', 'check', '--colors=off', '.'] },
];

if (process.argv.length > 2) {
  console.log(`Usage: npm run check\n\nRuns ${CHECKS.map(({ name }) => name).join(', ')}. Takes no options.`);
  process.exit(/^(-h|--help)$/.test(process.argv[2]) ? 0 : 2);
}
const startedAt = performance.now();
const results = [];
const waiting = [...CHECKS];
console.log(`Checking ${CHECKS.map(({ name }) => name).join(' · ')}`);
await Promise.all(Array.from({ length: availableParallelism() }, work));

const failed = results.filter(({ ok }) => !ok).map(({ name }) => name);
const verdict = failed.length === 0 ? 'All checks passed' : `Failed: ${failed.join(', ')}`;
console.log(`${verdict} (${secondsSince(startedAt)})`);
process.exitCode = failed.length === 0 ? 0 : 1;

async function work() {
  for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
    results.push({ name: check.name, ok: await run(check) });
  }
}

/** Runs one check and prints how it ended and what it wrote. */
async function run({ name, command: [tool, ...args] }) {
  const from = performance.now();
  const child = spawn(`node_modules/.bin/${tool}`, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise((resolve) => {
    child.once('error', (error) => resolve({ ok: false, note: `${error.message}\n` }));
    child.once('close', (code) => resolve({ ok: code === 0, note: '' }));
  });
  const [out, err, { ok, note }] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  console.log(`${ok ? '✓' : '✗'} ${name} (${secondsSince(from)})\n${note}${out}${err}`.trimEnd());
  return ok;
}

function secondsSince(from) {
  return `${((performance.now() - from) / 1000).toFixed(1)} s`;
}
