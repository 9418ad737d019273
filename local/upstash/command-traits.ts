import type { RequestPhase } from './fault-rules.js';
import { type Command, commandName } from './request.js';

const SCRIPT_COMMANDS = new Set(['EVAL', 'EVALSHA', 'EVAL_RO', 'EVALSHA_RO']);
const ALL_ARGUMENTS_ARE_KEYS = new Set(['MGET', 'DEL', 'UNLINK', 'EXISTS', 'TOUCH']);

/** How many keys the scripts of the persist protocol take. */
const COMMIT_KEYS = 6;
const SETTLE_KEYS = 1;

/** The keys of a command: those of a script by its count, else the first argument, or all where all are keys. */
export function keysOf(command: Command): string[] {
  const [, ...args] = command.map(String);
  const name = commandName(command);
  if (SCRIPT_COMMANDS.has(name)) return args.slice(2, 2 + Number(args[1]));
  return ALL_ARGUMENTS_ARE_KEYS.has(name) ? args : args.slice(0, 1);
}

/** Whether the region is a whole segment of one of the keys, as in `dedup:mena:…`. */
export function touchesRegion(command: Command, region: string): boolean {
  return keysOf(command).some((key) => key.split(':').includes(region));
}

/**
 * Which phase of a run a command belongs to, judged by its shape alone:
 *
 * - heads: MGET of head keys, or of what the last runs remembered
 * - claim: SET … NX of a dedup key, or GET of one
 * - commit: a script with 6 keys
 * - settle: a script with 1 key
 * - report: LPUSH
 */
export function phaseOf(command: Command): RequestPhase | null {
  const name = commandName(command);
  const keys = keysOf(command);
  if (name === 'MGET') return keys.every(isHeadKey) ? 'heads' : null;
  if (name === 'GET') return keys.every(isDedupKey) ? 'claim' : null;
  if (name === 'SET') return keys.every(isDedupKey) && hasOption(command, 'NX') ? 'claim' : null;
  if (name === 'LPUSH') return 'report';
  if (!SCRIPT_COMMANDS.has(name)) return null;
  if (keys.length === COMMIT_KEYS) return 'commit';
  return keys.length === SETTLE_KEYS ? 'settle' : null;
}

function isHeadKey(key: string): boolean {
  return key.includes('snapshot-head:') || key.includes('run-memory:');
}

/** Options of SET come after the key and the value. */
function hasOption(command: Command, option: string): boolean {
  return command.slice(3).some((argument) => argument.toString().toUpperCase() === option);
}

function isDedupKey(key: string): boolean {
  return key.split(':').includes('dedup');
}
