import { z } from 'zod';
import { type Command, commandName } from './request.js';

/** The phases of a run, as they look to the store. */
export const RequestPhaseSchema = z.enum(['heads', 'claim', 'commit', 'settle', 'report']);
export type RequestPhase = z.infer<typeof RequestPhaseSchema>;

const SCRIPT_COMMANDS = new Set(['EVAL', 'EVALSHA', 'EVAL_RO', 'EVALSHA_RO']);
const ALL_ARGUMENTS_ARE_KEYS = new Set(['MGET', 'DEL', 'UNLINK', 'EXISTS', 'TOUCH']);

/** How many keys the scripts of the persist protocol take. */
const COMMIT_KEYS = 8;
/** Of a dedup key and a snapshot: settle, with two arguments, and the check that a duplicate is there, with one. */
const SETTLE_KEYS = 2;
const SETTLE_ARGUMENTS = 2;

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
 * - heads: MGET of heads or of run memories
 * - claim: SET … NX of a dedup key, GET of one, or a script with 2 keys and 1 argument
 * - commit: a script with 8 keys
 * - settle: a script with 2 keys and 2 arguments
 * - report: LPUSH, or a script whose first key is a list of reports
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
  if (isReportList(keys[0])) return 'report';
  if (keys.length !== SETTLE_KEYS) return null;
  return command.length - SCRIPT_HEAD - SETTLE_KEYS === SETTLE_ARGUMENTS ? 'settle' : 'claim';
}

/** The name, the script and the number of keys. */
const SCRIPT_HEAD = 3;

function isHeadKey(key: string): boolean {
  return key.includes('snapshot-head:') || key.includes('run-memory:');
}

function isReportList(key: string | undefined): boolean {
  return key !== undefined && /snapshot-(runs|pushes):/.test(key);
}

/** Options of SET come after the key and the value. */
function hasOption(command: Command, option: string): boolean {
  return command.slice(3).some((argument) => argument.toString().toUpperCase() === option);
}

function isDedupKey(key: string): boolean {
  return key.split(':').includes('dedup');
}
