import { phaseOf } from '../../../local/upstash/command-traits.js';
import type { FaultSchedule } from '../../../local/upstash/faults.js';
import { deliverAnswer, type ExecutingPlan, type Intercept } from '../../../local/upstash/intercept.js';
import { commandName, type GatewayRequest } from '../../../local/upstash/request.js';
import { claimed, claimMentions } from './commands.js';

/** What really happened at the store, whatever the runs heard of it. */
export interface Witness {
  /** Plugs into the gateway in the place of the schedule's own. */
  readonly intercept: Intercept;
  /** The tokens of all claims that were executed for a content of a region, whether they took the key or not. */
  claimants(regionId: string, hash: string): ReadonlySet<string>;
  /** Whether a fault struck a request that carried the token. */
  wasDisturbed(token: string): boolean;
  /** The keys that a fault evicted, whether or not they were there. */
  readonly evicted: ReadonlySet<string>;
  /** Phases of the requests that were executed after the run that had sent them had answered. */
  readonly late: readonly string[];
}

export interface WitnessDeps {
  readonly faults: FaultSchedule;
  /** Whether the run that owns the token has answered. */
  hasEnded(token: string): boolean;
  /** Called after each commit that was executed. */
  onCommit(regionId: string): void;
}

const UNDISTURBED: ExecutingPlan = { execute: true, deliver: deliverAnswer };

export function createWitness({ faults, hasEnded, onCommit }: WitnessDeps): Witness {
  const claims = new Map<string, Set<string>>();
  const disturbed = new Set<string>();
  const late: string[] = [];
  const evicted = new Set<string>();

  function executed(request: GatewayRequest, refused: ReadonlyMap<number, string>): void {
    request.commands.forEach((command, slot) => {
      if (refused.has(slot)) return;
      const phase = phaseOf(command);
      for (const mention of claimMentions(command)) {
        if (commandName(command) === 'SET') addTo(claims, claimed(mention), mention.token);
        if (phase === 'commit') onCommit(mention.regionId);
        if (phase !== null && hasEnded(mention.token)) late.push(phase);
      }
    });
  }

  return {
    intercept(request) {
      const before = faults.injected.length;
      const plan = faults.intercept(request) ?? UNDISTURBED;
      // To which a wrong clock of the server is no excuse to fail.
      if (faults.injected.slice(before).some(({ kind }) => kind !== 'skewed-time')) {
        for (const { token } of request.commands.flatMap(claimMentions)) disturbed.add(token);
      }
      if (!plan.execute) return plan;
      for (const key of [...(plan.evictBefore ?? []), ...(plan.evictAfter ?? [])]) evicted.add(key);
      return {
        ...plan,
        deliver(answer) {
          executed(request, plan.slotErrors ?? new Map());
          return plan.deliver(answer);
        },
      };
    },
    claimants: (regionId, hash) => claims.get(claimed({ regionId, hash })) ?? new Set(),
    wasDisturbed: (token) => disturbed.has(token),
    evicted,
    late,
  };
}

function addTo(sets: Map<string, Set<string>>, key: string, value: string): void {
  const set = sets.get(key) ?? new Set();
  sets.set(key, set.add(value));
}
