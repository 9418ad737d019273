import { z } from 'zod';
import { readScriptOptions } from '../../local/script-options.js';
import { checkCalm } from './support/calm.js';

const HELP = `Plays random sequences of what the world is and what the feeds tell of it, and checks that nothing unheard lowers a region.

Usage: npm run test:calm -- [options]

  --runs N    how many sequences (default 5000)
  --seed N    plays the same sequences again (default: others each time)
  -h, --help  show this help
`;

const options = readScriptOptions({
  help: HELP,
  options: { runs: { type: 'string' }, seed: { type: 'string' } },
  schema: z.object({
    runs: z.coerce.number().int().min(1).max(1_000_000).default(5_000),
    seed: z.coerce
      .number()
      .int()
      .default(Date.now() % 2 ** 31),
  }),
});

console.log(`${options.runs} sequences, seed ${options.seed}`);
const begun = performance.now();
await checkCalm(options);
console.log(`The rules hold over all of them (${Math.round(performance.now() - begun)} ms).`);
