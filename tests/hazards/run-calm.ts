import { parseArgs } from 'node:util';
import { z } from 'zod';
import { checkCalm } from './support/calm.js';

/** `npm run test:calm -- --runs 5000 [--seed 1]`: what tests/hazards/calm.test.ts does, for as many sequences as wanted. */
const { values } = parseArgs({ options: { runs: { type: 'string' }, seed: { type: 'string' } } });
const options = z
  .object({
    runs: z.coerce.number().int().min(1).max(1_000_000).default(5_000),
    seed: z.coerce
      .number()
      .int()
      .default(Date.now() % 2 ** 31),
  })
  .parse(values);

console.log(`${options.runs} sequences, seed ${options.seed}`);
const begun = performance.now();
await checkCalm(options);
console.log(`The rules hold over all of them (${Math.round(performance.now() - begun)} ms).`);
