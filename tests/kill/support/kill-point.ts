import { phaseOf, type RequestPhase } from '../../../local/upstash/command-traits.js';
import type { FaultRule } from '../../../local/upstash/fault-rules.js';
import { createFaultSchedule } from '../../../local/upstash/faults.js';
import { deliverAnswer, type ExecutingPlan, type Intercept } from '../../../local/upstash/intercept.js';

/** One point at which a run waits: the request whose answer it waits for, and whether that request has been executed. */
export interface KillPoint {
  readonly name: string;
  readonly phase: RequestPhase;
  /** Which request of the phase, from 1. */
  readonly nth: number;
  /**
   * `answered`: the answer goes out, and the run is stopped where it goes on. `late`: it is executed and answered when the
   * stage's own `wait` is over.
   */
  readonly when: 'unexecuted' | 'executed' | 'answered' | 'late';
  /** What else happens to its requests. */
  readonly faults?: readonly FaultRule[];
  /** Whether another writer's claims lie on all dedup keys. */
  readonly contested?: boolean;
}

const UNDISTURBED: ExecutingPlan = { execute: true, deliver: deliverAnswer };

/** Holds the request of the point, for ever unless it is late, and tells when the run has come to it. */
export function interceptAt({ phase, nth, when, faults = [] }: KillPoint): {
  intercept: Intercept;
  reached: Promise<void>;
} {
  const schedule = createFaultSchedule(faults);
  let seen = 0;
  let tell: () => void = () => undefined;
  const reached = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const intercept: Intercept = (request) => {
    const plan = schedule.intercept(request) ?? UNDISTURBED;
    if (!request.commands.some((command) => phaseOf(command) === phase)) return plan;
    seen += 1;
    if (seen !== nth) return plan;
    if (when === 'answered') {
      tell();
      return plan;
    }
    if (when === 'late') {
      tell();
      return { ...UNDISTURBED, delayMs: 1 };
    }
    if (when === 'unexecuted') {
      tell();
      return { execute: false, delivery: { kind: 'hold' } };
    }
    return {
      ...UNDISTURBED,
      deliver() {
        tell();
        return { kind: 'hold' };
      },
    };
  };
  return { intercept, reached };
}
