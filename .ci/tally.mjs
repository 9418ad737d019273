// node .ci/tally.mjs FAILED_STEPS RESULTS…
// Adds up vitest's JSON results and prints "N passed, N failed". A step that failed without a failed test counts as
// one failure. Exits with 1 when anything failed or nothing passed.
import { existsSync, readFileSync } from 'node:fs';

const [failedSteps, ...files] = process.argv.slice(2);
// Where no runner got as far as results, the shell passes its pattern on as it is.
const results = files
  .filter((file) => existsSync(file))
  .map((file) => JSON.parse(readFileSync(file, 'utf8')));
const sum = (field) => results.reduce((total, result) => total + result[field], 0);

const passed = sum('numPassedTests');
// A step fails also when its tests do; what is counted there is not counted twice.
const failed = Math.max(sum('numFailedTests'), Number(failedSteps));
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
