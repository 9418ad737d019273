import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { callCron, readCronAnswer } from '../../local/cron.js';
import { type Stack, startStack } from '../../local/stack.js';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ env: { KEY_NAMESPACE: 'stack-test:', RUN_BUDGET_MS: '20000' } });
});
afterAll(() => stack.close());

const fire = (secret: string) =>
  callCron({ url: `${stack.functions.url}/api/cron/persist-regions`, secret, schedule: '0 0 * * *' });

describe('startStack', () => {
  it('runs the project: every region is persisted through the gateway', async () => {
    const read = readCronAnswer(await fire(stack.cronSecret));
    expect(read).toMatchObject({
      kind: 'report',
      succeeded: true,
      report: { trigger: 'cron', budgetMs: 20_000, counts: { persisted: 8, failed: 0 } },
    });
    expect(stack.gateway.stats.requests).toBeGreaterThan(0);
  });

  it('refuses calls without the secret of this start', async () => {
    expect(stack.secretIsThrowaway).toBe(true);
    expect(await fire('another')).toMatchObject({ status: 401 });
  });

  it('takes a secret that is given', async () => {
    const other = await startStack({ live: true, env: { CRON_SECRET: 'given' } });
    expect(other).toMatchObject({ cronSecret: 'given', secretIsThrowaway: false, feeds: null });
    await other.close();
  });

  it('ends what it had started when a later part cannot be', async () => {
    const first = await startStack();
    const gatewayPort = portOf(first.gateway);
    await first.close();
    const ports = { gateway: gatewayPort, functions: portOf(stack.functions) };
    await expect(startStack({ ports })).rejects.toThrow('function server');
    const second = await startStack({ ports: { gateway: gatewayPort } });
    await second.close();
  });
});

function portOf({ url }: { url: string }): number {
  return Number(new URL(url).port);
}
