import { describe, expect, it } from 'vitest';
import { keysInCommand } from './keys-in-command.js';

describe('the keys in a command', () => {
  it.each([
    [['set', 'a', 'b', 'nx'], ['a']],
    [['zrange', 'a', '0', '1', 'byscore'], ['a']],
    [
      ['mget', 'a', 'b'],
      ['a', 'b'],
    ],
    [
      ['eval', 'return 1', '2', 'a', 'b', 'c'],
      ['a', 'b'],
    ],
    [['eval_ro', 'return 1', '0', 'c'], []],
  ])('%j are %j', (command, keys) => {
    expect(keysInCommand(command)).toEqual(keys);
  });

  it.each(['', 'x:', 'preview:abc:'])(
    'include the argument of which a script can make one: %s',
    (namespace) => {
      const prefix = `${namespace}intelligence:snapshot-by-id:v1:`;

      expect(keysInCommand(['EVAL_RO', 'return 1', '1', 'a', prefix])).toEqual(['a', prefix]);
    },
  );

  it('do not include what a script only stores', () => {
    const payload = JSON.stringify({ text: 'dedup:mena:1' });

    expect(keysInCommand(['EVAL', 'return 1', '1', 'a', 'claim:x.1', payload])).toEqual(['a']);
  });

  it('are not guessed', () => {
    expect(() => keysInCommand(['sort', 'a', 'store', 'b'])).toThrow('SORT');
  });
});
