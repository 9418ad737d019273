import type { Check, Finding, Group } from '../check.js';
import { checkDelete, checkDryRun, checkWithoutSecret, checkWrongSecret } from './cron-route.js';
import { checkAddress, checkHealth, checkSources, checkStatic } from './open-routes.js';
import { createAsk, type Target } from './site.js';

/** A cold function needs a moment, in ms. */
const ANSWER_MS = 8_000;
/** A run reads the feeds, which may take their time. In ms. */
const DRY_RUN_MS = 15_000;

/**
 * Checks the deployment from outside.
 *
 * @param deps.strict whether it fails when it is degraded
 * @param deps.environment what VERCEL_ENV is here; undefined when the store is not looked at from here
 */
export function deploymentGroup(
  target: Target,
  deps: { fetch: typeof globalThis.fetch; environment: string | undefined; strict: boolean },
): Group {
  const ask = createAsk(target, deps.fetch);
  const check = (subject: string, run: (signal: AbortSignal) => Promise<Finding>): Check => ({
    subject,
    limitMs: ANSWER_MS,
    run: async (signal) => [await run(signal)],
  });
  return {
    title: `deployment ${target.origin}`,
    checks: [
      { ...check('address', (signal) => checkAddress(ask, signal)), gate: true },
      check('without secret', (signal) => checkWithoutSecret(ask, signal)),
      check('wrong secret', (signal) => checkWrongSecret(ask, signal)),
      check('DELETE', (signal) => checkDelete(ask, signal)),
      {
        subject: 'dry run',
        limitMs: DRY_RUN_MS,
        run: (signal) => checkDryRun(ask, target, deps.environment, signal),
      },
      check('/api/health', (signal) => checkHealth(ask, deps.strict, signal)),
      check('/openapi.json', (signal) => checkStatic(ask, signal)),
      check('sources', (signal) => checkSources(ask, signal)),
    ],
  };
}
