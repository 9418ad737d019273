import { expect, it } from 'vitest';
import { createRequestLog } from '../../../local/upstash/request-log.js';

it('remembers the latest requests, and counts all', () => {
  let now = 0;
  const log = createRequestLog({ capacity: 2, clock: { monotonic: () => (now += 10) } });
  for (const route of ['/', '/pipeline', '/multi-exec'] as const) log.open(route);
  expect(log.requests().map(({ route, receivedAt }) => [route, receivedAt])).toEqual([
    ['/pipeline', 20],
    ['/multi-exec', 30],
  ]);
  expect(log.stats().requests).toBe(3);
});
