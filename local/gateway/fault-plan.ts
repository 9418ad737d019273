import type { Fault } from './fault-rules.js';
import { errorAnswer, type HttpAnswer } from './http-answer.js';
import { type Delivery, deliverAnswer, type Plan } from './intercept.js';

const GARBAGE = '<!doctype html><title>Gateway</title><p>This is not the answer of a Redis.';

/**
 * What the gateway has to do for a fault to happen.
 *
 * @param slots the commands of the request that a slot error strikes
 */
export function planFault(fault: Fault, slots: readonly number[]): Plan {
  switch (fault.kind) {
    case 'drop-before':
      return { execute: false, delivery: { kind: 'drop' } };
    case 'drop-after':
      return { execute: true, deliver: () => ({ kind: 'drop' }) };
    case 'delay':
      return { execute: true, delayMs: fault.ms, deliver: deliverAnswer };
    case 'hang':
      return { execute: false, delivery: { kind: 'hold' } };
    case 'status':
      return planStatus(fault);
    case 'truncate':
      return { execute: true, deliver: (answer) => truncate(answer, fault.abrupt ?? false) };
    case 'garbage':
      return { execute: true, deliver: () => deliverAnswer(html(200, GARBAGE)) };
    case 'slot-error':
      return {
        execute: true,
        slotErrors: new Map(slots.map((slot) => [slot, fault.error])),
        deliver: deliverAnswer,
      };
    case 'unauthorised':
      return { execute: false, delivery: deliverAnswer(errorAnswer(401, 'Unauthorized')) };
  }
}

function planStatus(fault: Extract<Fault, { kind: 'status' }>): Plan {
  const { headers, body } = errorAnswer(fault.status, `ERR injected status ${fault.status}`);
  const given = Object.entries(fault.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]);
  const delivery = deliverAnswer({
    status: fault.status,
    headers: { ...headers, ...Object.fromEntries(given) },
    body: fault.body ?? body,
  });
  return fault.executed ? { execute: true, deliver: () => delivery } : { execute: false, delivery };
}

/** Cut inside the JSON: what is left never parses. */
function truncate(answer: HttpAnswer, abrupt: boolean): Delivery {
  const half = Math.floor(answer.body.length / 2);
  if (abrupt) return { kind: 'cut', answer, bytes: half };
  return deliverAnswer({ ...answer, body: answer.body.slice(0, half) });
}

function html(status: number, body: string): HttpAnswer {
  return { status, headers: { 'content-type': 'text/html; charset=utf-8' }, body };
}
