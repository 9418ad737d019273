import { expect, it } from 'vitest';
import type { LogEntry } from '../../lib/runs/report.js';
import { createHandler } from '../../lib/web/route.js';
import { createRunRoute } from '../../lib/web/routes.js';
import { createRefusalLog } from '../../lib/web/write.js';
import { createFakeClock } from '../support/fake-clock.js';

const SECRET = 'cron-secret-7f3a';
const URL_OF_RUN = 'http://127.0.0.1/api/cron/persist-regions';

const request = (headers: Record<string, string> = {}) => new Request(URL_OF_RUN, { headers });

function unreachable(): never {
  throw new Error('a call that is refused gets no further');
}

/** Calls the cron route, and returns what it logged. */
async function refuse(
  headers: Record<string, string>,
  env: Record<string, string> = { CRON_SECRET: SECRET },
) {
  const log: LogEntry[] = [];
  const route = createRunRoute({
    composeRunner: unreachable,
    composeSource: unreachable,
    log: (entry) => log.push(entry),
  });
  const { status } = await createHandler(route, { env })(request(headers));
  expect(status).toBe(401);
  return log;
}

it.each<[Record<string, string>, string, Record<string, string>?]>([
  [{}, 'the header Authorization is missing'],
  [{ authorization: SECRET }, 'the header Authorization does not begin with "Bearer "'],
  [
    { authorization: 'Bearer other-7f3b' },
    'the header Authorization carries a secret other than CRON_SECRET',
  ],
  [{ authorization: 'Bearer other-7f3b, Bearer other-7f3b' }, 'the header Authorization came more than once'],
  [{ authorization: 'Bearer other-7f3b' }, 'CRON_SECRET is not set on this deployment', {}],
])('says of %j: %s', async (headers, why, env) => {
  const log = await refuse({ 'user-agent': 'vercel-cron/1.0', ...headers }, env);
  expect(log).toEqual([{ level: 'warn', event: 'cron-refused', caller: 'cron', why, calls: 1 }]);
  expect(JSON.stringify(log)).not.toContain('7f3');
});

it('logs at most one a minute, with the number of calls since', () => {
  const clock = createFakeClock();
  const log: LogEntry[] = [];
  const refused = createRefusalLog((entry) => log.push(entry), clock);

  for (let i = 0; i < 5; i += 1) refused(request(), 'why');
  clock.advance(59_999);
  refused(request(), 'why');
  expect(log.map(({ calls }) => calls)).toEqual([1]);

  clock.advance(1);
  refused(request(), 'why');
  expect(log.map(({ calls, caller }) => [calls, caller])).toEqual([
    [1, 'manual'],
    [6, 'manual'],
  ]);
});
