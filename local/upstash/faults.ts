import { z } from 'zod';
import { phaseOf, touchesRegion } from './command-traits.js';
import { isRead, type Replica } from './execute.js';
import {
  type Fault,
  type FaultMatch,
  type FaultRule,
  FaultRuleSchema,
  type Positions,
  planFault,
} from './fault-rules.js';
import { type Intercept, type Plan, UNDISTURBED } from './intercept.js';
import { type Command, commandName, type GatewayRequest } from './request.js';

/** One fault that happened. */
export interface InjectedFault {
  /** Number of the request among all that the schedule saw, from 1. */
  readonly request: number;
  /** Index of the rule in the schedule. */
  readonly rule: number;
  readonly kind: Fault['kind'];
  /** The commands of the request for which the rule matched, from 0. */
  readonly slots: readonly number[];
}

export interface FaultSchedule {
  /** Passed to `startGateway`. One schedule serves one gateway. */
  readonly intercept: Intercept;
  /** What was injected, in order. */
  readonly injected: readonly InjectedFault[];
  /** Disturbed requests whose commands are yet to be executed, the delayed ones among them. */
  pending(): number;
  /** Resolves when nothing is pending: now, or after the last late execution. */
  settled(): Promise<void>;
}

/**
 * Injects faults by a script. Each rule counts the requests for which its match holds, whether or not it strikes;
 * of the rules that strike at a request the first counts, and beside it those that skew the clock. Nothing is random:
 * the same requests in the same order meet the same faults.
 *
 * @param onStrike is called with each rule that strikes, by its index, and the commands that it is about
 * @throws Error when a rule is not valid
 */
export function createFaultSchedule(
  rules: readonly FaultRule[],
  onStrike: (rule: number, commands: readonly Command[]) => void = () => undefined,
): FaultSchedule {
  const counted = parseRules(rules).map((rule, index) => ({ ...rule, index, matches: 0 }));
  // Reads that lag need the values before every write, of undisturbed requests as well.
  const replica: Replica | undefined = counted.some(({ fault }) => fault.kind === 'lagging-read')
    ? new Map()
    : undefined;
  const injected: InjectedFault[] = [];
  const executions = createPendingCount();
  let requests = 0;

  const intercept: Intercept = (request) => {
    requests += 1;
    const strikes = counted.flatMap((rule) => {
      const slots = within(rule.match.request, requests) ? slotsOf(rule, request) : [];
      if (slots.length === 0) return [];
      rule.matches += 1;
      return within(rule.match.nth, rule.matches) ? [{ rule, slots }] : [];
    });
    const isSkew = ({ rule }: (typeof strikes)[number]) => rule.fault.kind === 'skewed-time';
    const chosen = [...strikes.filter(isSkew), ...strikes.filter((strike) => !isSkew(strike)).slice(0, 1)];
    if (chosen.length === 0 && replica === undefined) return undefined;
    let plan: Plan = UNDISTURBED;
    for (const { rule, slots } of chosen) {
      onStrike(
        rule.index,
        request.commands.filter((_, slot) => slots.includes(slot)),
      );
      injected.push({ request: requests, rule: rule.index, kind: rule.fault.kind, slots });
      plan = { ...plan, ...planFault(rule.fault, slots, request.commands) };
    }
    return executions.track(plan.execute && replica !== undefined ? { ...plan, replica } : plan);
  };

  return { intercept, injected, pending: executions.pending, settled: executions.settled };
}

type ParsedRule = z.infer<typeof FaultRuleSchema>;

function parseRules(rules: readonly FaultRule[]): ParsedRule[] {
  const parsed = z.array(FaultRuleSchema).safeParse(rules);
  if (!parsed.success) throw new Error(`fault rules:\n${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

/** The commands that a rule strikes; none when it is not about the request. */
function slotsOf({ match, fault }: ParsedRule, request: GatewayRequest): number[] {
  if (match.route !== undefined && match.route !== request.route) return [];
  const mayStrike = (command: Command) => fault.kind !== 'lagging-read' || isRead(command);
  const slots = request.commands.flatMap((command, slot) =>
    holds(match, command) && mayStrike(command) ? [slot] : [],
  );
  if (fault.kind !== 'slot-error' || fault.slot === undefined || slots.length === 0) return slots;
  return fault.slot < request.commands.length ? [fault.slot] : [];
}

function holds(match: FaultMatch, command: Command): boolean {
  return (
    (match.region === undefined || touchesRegion(command, match.region)) &&
    (match.command === undefined || match.command.toUpperCase() === commandName(command)) &&
    (match.phase === undefined || match.phase === phaseOf(command))
  );
}

function within(positions: Positions | undefined, position: number): boolean {
  if (positions === undefined) return true;
  const { from = 1, to = Infinity } =
    typeof positions === 'number' ? { from: positions, to: positions } : positions;
  return from <= position && position <= to;
}

function createPendingCount() {
  let pending = 0;
  let waiting: (() => void)[] = [];
  return {
    track: (plan: Plan): Plan => {
      if (!plan.execute) return plan;
      pending += 1;
      const onExecuted = () => {
        pending -= 1;
        if (pending > 0) return;
        for (const resume of waiting) resume();
        waiting = [];
      };
      return { ...plan, onExecuted };
    },
    pending: () => pending,
    settled: () =>
      pending === 0 ? Promise.resolve() : new Promise<void>((resolve) => waiting.push(resolve)),
  };
}
