import { expect, it } from 'vitest';
import { matchesGlob } from '../../../local/vercel/patterns.js';

it.each([
  ['api/**/*.ts', 'api/health.ts', true],
  ['api/**/*.ts', 'api/regions/[id]/history.ts', true],
  ['api/*.ts', 'api/regions/index.ts', false],
  ['api/**', 'api/regions/index.ts', true],
  ['api/regions/[id].ts', 'api/regions/[id].ts', true],
  ['api/regions/[id].ts', 'api/regions/i.ts', false],
  ['api/{cron,run}/?.{js,ts}', 'api/cron/a.ts', true],
  ['api/{cron,run}/?.{js,ts}', 'api/cron/ab.ts', false],
  ['api/a.ts', 'api/abts', false],
])('%s on %s: %s', (pattern, path, matches) => {
  expect(matchesGlob(pattern, path)).toBe(matches);
});
