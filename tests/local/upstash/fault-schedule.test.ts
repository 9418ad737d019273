import { describe, expect, it } from 'vitest';
import type { FaultRule } from '../../../local/upstash/fault-rules.js';
import { createFaultSchedule } from '../../../local/upstash/faults.js';
import type { Command, GatewayRequest } from '../../../local/upstash/request.js';

function pipeline(...commands: Command[]): GatewayRequest {
  return { route: '/pipeline', commands, base64: true, format: 'json' };
}

function claim(region: string): Command[] {
  return [
    ['SET', `dedup:${region}:00ff`, 'claim:1', 'NX', 'EX', '60'],
    ['GET', `dedup:${region}:00ff`],
  ];
}

const drop = { kind: 'drop-before' } as const;

/** Which of the requests meet a fault, by their number. */
function struck(rules: readonly FaultRule[], requests: readonly GatewayRequest[]): number[] {
  const schedule = createFaultSchedule(rules);
  return requests.flatMap((request, index) => (schedule.intercept(request) === undefined ? [] : [index + 1]));
}

describe('which requests a rule strikes', () => {
  const pings = Array.from({ length: 6 }, () => pipeline(['PING']));

  it.each<[string, FaultRule['match'], number[]]>([
    ['no match', undefined, [1, 2, 3, 4, 5, 6]],
    ['an empty match', {}, [1, 2, 3, 4, 5, 6]],
    ['a request number', { request: 3 }, [3]],
    ['a range of requests', { request: { from: 2, to: 4 } }, [2, 3, 4]],
    ['every request from one on', { request: { from: 5 } }, [5, 6]],
    ['the first few', { nth: { to: 2 } }, [1, 2]],
    ['the nth from a request on', { request: { from: 3 }, nth: 2 }, [4]],
    ['a command in another case', { command: 'ping', nth: 1 }, [1]],
    ['another command', { command: 'GET' }, []],
    ['another phase', { phase: 'commit' }, []],
    ['another region', { region: 'mena' }, []],
    ['another route', { route: '/' }, []],
    ['its route', { route: '/pipeline', nth: 1 }, [1]],
  ])('%s', (_, match, numbers) => {
    expect(struck([match === undefined ? { fault: drop } : { match, fault: drop }], pings)).toEqual(numbers);
  });

  it('counts for nth only the requests that it is about', () => {
    const requests = [
      pipeline(['PING']),
      pipeline(...claim('mena')),
      pipeline(...claim('europe')),
      pipeline(...claim('mena')),
    ];
    const match = { region: 'mena', phase: 'claim', nth: 2 } as const;
    expect(struck([{ match, fault: drop }], requests)).toEqual([4]);
  });

  it('asks region, command and phase of one and the same command', () => {
    const request = pipeline(['GET', 'dedup:mena:1'], ['SET', 'dedup:europe:1', 'x', 'NX']);
    expect(struck([{ match: { region: 'mena', command: 'SET' }, fault: drop }], [request])).toEqual([]);
    expect(struck([{ match: { region: 'europe', command: 'SET' }, fault: drop }], [request])).toEqual([1]);
  });

  it('lets the first rule win, and lets the others count on', () => {
    const schedule = createFaultSchedule([
      { match: { nth: 1 }, fault: { kind: 'drop-before' } },
      { match: { nth: { from: 1, to: 2 } }, fault: { kind: 'hang' } },
    ]);
    for (const request of pings) schedule.intercept(request);
    expect(schedule.injected).toEqual([
      { request: 1, rule: 0, kind: 'drop-before', slots: [0] },
      { request: 2, rule: 1, kind: 'hang', slots: [0] },
    ]);
  });
});

describe('a slot error', () => {
  const lane = pipeline(...claim('mena'), ...claim('europe'));
  const error = 'OOM command not allowed';

  it('strikes the commands that match', () => {
    const schedule = createFaultSchedule([
      { match: { region: 'europe' }, fault: { kind: 'slot-error', error } },
    ]);
    expect(schedule.intercept(lane)).toMatchObject({
      slotErrors: new Map([
        [2, error],
        [3, error],
      ]),
    });
  });

  it('strikes the slot it names, and no request that has no such slot', () => {
    const schedule = createFaultSchedule([{ fault: { kind: 'slot-error', slot: 3, error } }]);
    expect(schedule.intercept(pipeline(...claim('mena')))).toBeUndefined();
    expect(schedule.intercept(lane)).toMatchObject({ slotErrors: new Map([[3, error]]) });
    expect(schedule.injected).toEqual([{ request: 2, rule: 0, kind: 'slot-error', slots: [3] }]);
  });
});

describe('pending executions', () => {
  it('are settled at once when there are none', async () => {
    const schedule = createFaultSchedule([{ fault: drop }]);
    schedule.intercept(pipeline(['PING']));
    expect(schedule.pending()).toBe(0);
    await schedule.settled();
  });

  it('are settled after the last', async () => {
    const schedule = createFaultSchedule([{ fault: { kind: 'delay', ms: 1 } }]);
    const plans = [schedule.intercept(pipeline(['PING'])), schedule.intercept(pipeline(['PING']))];
    let settled = false;
    const settling = schedule.settled().then(() => {
      settled = true;
    });
    for (const [index, plan] of plans.entries()) {
      expect(schedule.pending()).toBe(2 - index);
      await Promise.resolve();
      expect(settled).toBe(false);
      if (plan?.execute) plan.onExecuted?.();
    }
    await settling;
    expect(schedule.pending()).toBe(0);
  });
});

it('refuses rules that are not valid, and names what is wrong', () => {
  const rule = { match: { nth: 0 }, fault: drop };
  expect(() => createFaultSchedule([rule])).toThrow(/fault rules:[\s\S]*nth/);
});
