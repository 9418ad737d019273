import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { keysOf, RequestPhaseSchema } from './command-traits.js';
import { type Delivery, deliverAnswer, type Plan, UNDISTURBED } from './intercept.js';
import { bytesOf, errorAnswer, type HttpAnswer } from './reply.js';
import type { Command } from './request.js';

const PositionSchema = z.int().min(1);

/** One position counted from 1, or all from `from` to `to`, both included and either left out. */
const PositionsSchema = z.union([
  PositionSchema,
  z.strictObject({ from: PositionSchema.optional(), to: PositionSchema.optional() }),
]);
export type Positions = z.infer<typeof PositionsSchema>;

/**
 * Which requests a rule is about. What is left out does not matter; `{}` is every request. `region`, `command` and
 * `phase` must hold for one and the same command of the request.
 */
export const FaultMatchSchema = z.strictObject({
  /** Its number among all requests that are authorised and well formed. */
  request: PositionsSchema.optional(),
  /** Its number among the requests for which the rest of the match holds: 1, `{"to": 3}`, `{"from": 2}`. */
  nth: PositionsSchema.optional(),
  /** A region that is a segment of one of the keys. */
  region: z.string().min(1).optional(),
  /** `path` is a command spelled out in the path. */
  route: z.enum(['/', '/pipeline', '/multi-exec', 'path']).optional(),
  /** The name of a Redis command, in any case. */
  command: z.string().min(1).optional(),
  phase: RequestPhaseSchema.optional(),
});
export type FaultMatch = z.infer<typeof FaultMatchSchema>;

export const FaultSchema = z.discriminatedUnion('kind', [
  /** Not executed; the connection is destroyed. */
  z.strictObject({ kind: z.literal('drop-before') }),
  /** Executed; the connection is destroyed instead of an answer. */
  z.strictObject({ kind: z.literal('drop-after') }),
  /** Executed and answered `ms` later, also when the client is gone by then. */
  z.strictObject({ kind: z.literal('delay'), ms: z.number().min(0) }),
  /** Neither executed nor answered; the connection stays. */
  z.strictObject({ kind: z.literal('hang') }),
  /** Another answer. Not executed, unless `executed` says so. Without a body, the status as a JSON error. */
  z.strictObject({
    kind: z.literal('status'),
    status: z.int().min(200).max(599),
    headers: z.record(z.string(), z.string()).optional(),
    body: z.string().optional(),
    executed: z.boolean().optional(),
  }),
  /** Executed; half of the body arrives. With `abrupt` the head promises the whole and the connection breaks. */
  z.strictObject({ kind: z.literal('truncate'), abrupt: z.boolean().optional() }),
  /** Executed; the answer is a 200 that is not JSON. */
  z.strictObject({ kind: z.literal('garbage') }),
  /** The command in this slot (counted from 0; without it, each command that matches) is not executed and fails. */
  z.strictObject({
    kind: z.literal('slot-error'),
    slot: z.int().min(0).optional(),
    error: z.string().min(1),
  }),
  /** Not executed; the request as a whole is answered 400 with the error, as Upstash answers some of Redis's. */
  z.strictObject({ kind: z.literal('refusal'), error: z.string().min(1) }),
  /**
   * Executed; the reads among the commands that match are answered by a replica that does not have the last write yet:
   * with the string before it, or nil. Only GET and MGET find a previous value.
   */
  z.strictObject({
    kind: z.literal('lagging-read'),
    answer: z.enum(['previous', 'nil']).default('previous'),
  }),
  /** Executed and answered; keys of the commands that match are deleted before it, or after it. */
  z.strictObject({
    kind: z.literal('evict'),
    /** A segment of the keys, such as `dedup`. Default: all keys. */
    key: z.string().min(1).optional(),
    when: z.enum(['before', 'after']).default('before'),
  }),
  /** Executed with the server's clock ahead by `ms`, or behind. Goes together with one other fault. */
  z.strictObject({ kind: z.literal('skewed-time'), ms: z.int() }),
  /** 401, not executed. */
  z.strictObject({ kind: z.literal('unauthorised') }),
]);
/** A fault as it is written: defaults may be left out. */
export type Fault = z.input<typeof FaultSchema>;
export type ParsedFault = z.output<typeof FaultSchema>;

export const FaultRuleSchema = z.strictObject({ match: FaultMatchSchema.default({}), fault: FaultSchema });
/** A rule as it is written: `match` may be left out. */
export type FaultRule = z.input<typeof FaultRuleSchema>;

/** The file that `loadFaults` reads. */
export const FaultFileSchema = z.strictObject({ rules: z.array(FaultRuleSchema) });

const GARBAGE = '<!doctype html><title>Gateway</title><p>This is not the answer of a Redis.';

/**
 * What the gateway has to do for a fault to happen.
 *
 * @param slots the commands of the request that the fault strikes
 * @param commands all commands of the request; only `evict` looks at them
 */
export function planFault(
  fault: ParsedFault,
  slots: readonly number[],
  commands: readonly Command[] = [],
): Plan {
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
    case 'refusal':
      return { execute: false, delivery: deliverAnswer(errorAnswer(400, fault.error)) };
    case 'lagging-read':
      return { ...UNDISTURBED, lagging: new Map(slots.map((slot) => [slot, fault.answer])) };
    case 'evict': {
      const keys = slots.flatMap((slot) => keysAt(commands[slot], fault.key));
      return { ...UNDISTURBED, [fault.when === 'before' ? 'evictBefore' : 'evictAfter']: keys };
    }
    case 'skewed-time':
      return { ...UNDISTURBED, skewMs: fault.ms };
    case 'unauthorised':
      return { execute: false, delivery: deliverAnswer(errorAnswer(401, 'Unauthorized')) };
  }
}

function keysAt(command: Command | undefined, segment: string | undefined): string[] {
  if (command === undefined) return [];
  return keysOf(command).filter((key) => segment === undefined || key.split(':').includes(segment));
}

function planStatus(fault: Extract<ParsedFault, { kind: 'status' }>): Plan {
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
  const body = bytesOf(answer.body);
  const half = Math.floor(body.length / 2);
  if (abrupt) return { kind: 'cut', answer, bytes: half };
  return deliverAnswer({ ...answer, body: body.subarray(0, half) });
}

function html(status: number, body: string): HttpAnswer {
  return { status, headers: { 'content-type': 'text/html; charset=utf-8' }, body };
}

/**
 * Reads fault rules from a JSON file: `{"rules": [{"match": {"phase": "commit"}, "fault": {"kind": "drop-after"}}]}`.
 *
 * @throws Error that names the file, and each place in it that is wrong
 */
export async function loadFaults(path: string): Promise<FaultRule[]> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new Error(`faults: cannot read ${path}`, { cause });
  });
  const parsed = FaultFileSchema.safeParse(parseJson(path, text));
  if (!parsed.success) throw new Error(`faults: ${path} is not valid\n${z.prettifyError(parsed.error)}`);
  return parsed.data.rules;
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error(`faults: ${path} is not JSON`, { cause });
  }
}
