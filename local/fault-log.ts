import { REGION_IDS } from '../lib/hazards/regions/regions.js';
import { phaseOf, touchesRegion } from './upstash/command-traits.js';
import type { Fault, FaultRule } from './upstash/fault-rules.js';
import { type Command, commandName } from './upstash/request.js';

export interface FaultLog {
  /** Remembers that a rule struck at these commands of one request. */
  record(rule: number, commands: readonly Command[]): void;
  /** A line for each effect of a rule, and one for each rule without effect, in the order of the rules. */
  lines(): string[];
}

/** Counts what the rules of a fault file did. Keeps no keys and no values. */
export function createFaultLog(rules: readonly FaultRule[]): FaultLog {
  const struck = rules.map(() => new Map<string, number>());
  return {
    record(rule, commands) {
      const counts = struck[rule];
      const target = describeCommands(commands);
      counts?.set(target, (counts.get(target) ?? 0) + 1);
    },
    lines: () =>
      rules.flatMap(({ match = {}, fault }, index) => {
        const counts = [...(struck[index] ?? [])];
        const did = DEEDS[fault.kind](fault);
        if (counts.length > 0) return counts.map(([target, count]) => `${target}: ${did}, ${times(count)}`);
        return [`rule ${index + 1} (${did}; match ${JSON.stringify(match)}): struck nothing`];
      }),
  };
}

const DEEDS: Readonly<Record<Fault['kind'], (fault: Fault) => string>> = {
  'drop-before': () => 'connection dropped before execution',
  'drop-after': () => 'executed, then connection dropped',
  delay: (fault) => `delayed${fault.kind === 'delay' ? ` by ${fault.ms} ms` : ''}`,
  hang: () => 'never answered',
  status: (fault) =>
    fault.kind === 'status' ? `${fault.executed ? 'executed, but ' : ''}answered ${fault.status}` : '',
  truncate: () => 'executed, answer cut in half',
  garbage: () => 'executed, answered with HTML',
  'slot-error': () => 'command failed',
  refusal: () => 'request refused with 400',
  'lagging-read': () => 'answered with an earlier value',
  evict: () => 'keys evicted',
  'skewed-time': () => 'answered with another time',
  unauthorised: () => 'answered 401',
};

/** `commit of mena`, `claim of mena, europe`, `report`. */
function describeCommands(commands: readonly Command[]): string {
  const phases = unique(commands.map((command) => phaseOf(command) ?? commandName(command)));
  const regions = REGION_IDS.filter((id) => commands.some((command) => touchesRegion(command, id)));
  return [phases.join(' and '), ...(regions.length > 0 ? [`of ${regions.join(', ')}`] : [])].join(' ');
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}
