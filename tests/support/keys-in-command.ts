import { z } from 'zod';

/** Commands of which the first argument is the one key. */
const ONE_KEY = new Set(['GET', 'LPUSH', 'LRANGE', 'LREM', 'LTRIM', 'PEXPIRE', 'PTTL', 'SET', 'ZRANGE']);
const ALL_KEYS = new Set(['MGET']);
const SCRIPTS = new Set(['EVAL', 'EVAL_RO']);

/** What begins like a key, whatever namespace it is in: a script can make a key of an argument. */
const KEY_LIKE = /^[\w.:-]*(?:dedup|seed-meta|intelligence):/;

/**
 * Every key that a command names: those in the place of keys, and for a script also the arguments of which it can make
 * one.
 *
 * @throws Error for a command that is not known here: where its keys stand must be looked up, not guessed
 */
export function keysInCommand(command: readonly string[]): string[] {
  const [name = '', ...args] = command;
  const upper = name.toUpperCase();
  if (ONE_KEY.has(upper)) return args.slice(0, 1);
  if (ALL_KEYS.has(upper)) return args;
  if (!SCRIPTS.has(upper)) throw new Error(`where does ${upper} have its keys?`);
  const [, count, ...rest] = args;
  const keys = z.coerce.number().int().min(0).parse(count);
  return [...rest.slice(0, keys), ...rest.slice(keys).filter((arg) => KEY_LIKE.test(arg))];
}
