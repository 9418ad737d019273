import { createHash } from 'node:crypto';
import { type Command, commandName } from './request.js';

/** Which argument of a command is the text of a script. */
const TEXT_AT: Readonly<Record<string, number>> = { EVAL: 1, EVAL_RO: 1, SCRIPT: 2 };

const LOCKING_FLAG = 'allow-key-locking';

/**
 * Takes Upstash's own flag out of scripts: with `#!lua flags=allow-key-locking` a script there locks its keys instead
 * of the database. Redis refuses a flag that it does not know, and the embedded engine reads no flags at all.
 *
 * @returns a function that changes a command accordingly. It remembers the scripts that it changed, whose SHA-1 in an
 *   EVALSHA is that of the original.
 */
export function createFlagRemover(): (command: Command) => Command {
  const changed = new Map<string, string>();
  return (command) => {
    const name = commandName(command);
    if (name === 'EVALSHA' || name === 'EVALSHA_RO') {
      return mapArgument(command, 1, (sha) => changed.get(sha.toLowerCase()) ?? sha);
    }
    return mapText(command, (text) => {
      const plain = withoutFlag(text);
      if (plain !== text) changed.set(sha1(text), sha1(plain));
      return plain;
    });
  };
}

/** Keeps the line, so that errors name the right one. */
function withoutFlag(script: string): string {
  const [, list] = /^#!lua[^\n]*\bflags=([\w,-]+)/.exec(script) ?? [];
  const flags = list?.split(',');
  if (list === undefined || !flags?.includes(LOCKING_FLAG)) return script;
  const others = flags.filter((flag) => flag !== LOCKING_FLAG);
  return others.length === 0
    ? script.replace(/^[^\n]*/, '--')
    : script.replace(`flags=${list}`, `flags=${others.join(',')}`);
}

/**
 * Makes a command see a server's clock that is wrong by so much: TIME, and TIME in a script.
 *
 * @param skewMs how far the clock is ahead, in ms; negative when it is behind
 */
export function skewTime(command: Command, skewMs: number): Command {
  if (commandName(command) === 'TIME') return ['EVAL', `${skewedTime(skewMs)} return skewed_time()`, '0'];
  return mapText(command, (text) => {
    if (!TIME_CALL.test(text)) return text;
    const [, head = '', body = ''] = /^(#![^\n]*\n)?([\s\S]*)$/.exec(text) ?? [];
    return `${head}${skewedTime(skewMs)} ${body.replace(TIME_CALLS, 'skewed_time()')}`;
  });
}

const TIME_CALL = /redis\.call\(\s*['"]time['"]\s*\)/i;
const TIME_CALLS = new RegExp(TIME_CALL, 'gi');

/** In one line, so that errors name the right one. */
function skewedTime(skewMs: number): string {
  return `local function skewed_time() local t = redis.call('TIME') local us = (tonumber(t[1]) * 1000 + ${skewMs}) * 1000 + tonumber(t[2]) local s = math.floor(us / 1000000) return {string.format('%d', s), string.format('%d', us - s * 1000000)} end`;
}

function mapText(command: Command, change: (text: string) => string): Command {
  const at = TEXT_AT[commandName(command)];
  if (at === undefined) return command;
  const isLoad = commandName(command) !== 'SCRIPT' || /^load$/i.test(String(command[1]));
  return isLoad ? mapArgument(command, at, change) : command;
}

function mapArgument(command: Command, at: number, change: (text: string) => string): Command {
  const [name, ...args] = command;
  return [name, ...args.map((argument, i) => (i + 1 === at ? change(argument.toString()) : argument))];
}

function sha1(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}
