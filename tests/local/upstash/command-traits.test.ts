import { describe, expect, it } from 'vitest';
import { keysOf, phaseOf, touchesRegion } from '../../../local/upstash/command-traits.js';
import type { Command } from '../../../local/upstash/request.js';

const dedup = 'preview:abc:dedup:mena:00ff';
const commitKeys = [
  dedup,
  'intelligence:snapshot-by-id:v1:x',
  'intelligence:snapshot:v1:mena:latest',
  'intelligence:snapshot-index:v1:mena',
  'intelligence:snapshot-head:v1:mena',
  'intelligence:snapshot-trend:v1:mena',
  'intelligence:regime-history:v1:mena',
  'intelligence:run-memory:v1:mena',
];

describe('keysOf', () => {
  it.each<[Command, string[]]>([
    [['GET', 'a'], ['a']],
    [['set', 'a', 'b', 'NX'], ['a']],
    [
      ['mget', 'a', 'b'],
      ['a', 'b'],
    ],
    [['PING'], []],
    [
      ['EVAL', 'return 1', '2', 'a', 'b', 'c'],
      ['a', 'b'],
    ],
    [['EVALSHA', 'f00', '0', 'c'], []],
    [[Buffer.from('GET'), Buffer.from('a')], ['a']],
  ])('of %j are %j', (command, keys) => {
    expect(keysOf(command)).toEqual(keys);
  });
});

describe('touchesRegion', () => {
  it.each<[Command, string, boolean]>([
    [['GET', dedup], 'mena', true],
    [['GET', dedup], 'men', false],
    [['GET', 'intelligence:snapshot:v1:east-asia:latest'], 'east-asia', true],
    [['GET', 'intelligence:snapshot:v1:east-asia:latest'], 'asia', false],
    [['ZADD', 'intelligence:snapshot-index:v1:global', '1', 'x:mena:y'], 'mena', false],
    [['MGET', 'a:v1:mena', 'a:v1:europe'], 'europe', true],
    [['EVAL', 'x:mena:y', '1', 'a:europe', 'x:mena:y'], 'mena', false],
  ])('%j touches %s: %s', (command, region, touches) => {
    expect(touchesRegion(command, region)).toBe(touches);
  });
});

describe('phaseOf', () => {
  it.each<[Command, string | null]>([
    [['MGET', 'a:snapshot-head:v1:mena', 'a:snapshot-head:v1:europe'], 'heads'],
    [['MGET', 'a:snapshot-head:v1:mena', 'a:snapshot:v1:mena:latest'], null],
    [['SET', dedup, 'claim:1', 'NX', 'EX', '60'], 'claim'],
    [['set', dedup, 'claim:1', 'ex', '60', 'nx'], 'claim'],
    [['SET', dedup, 'NX'], null],
    [['SET', 'a', 'b', 'NX'], null],
    [['GET', dedup], 'claim'],
    [['GET', 'a'], null],
    [['EVAL', 'script', '8', ...commitKeys, 'payload'], 'commit'],
    [['EVALSHA', 'f00', '8', ...commitKeys, 'payload'], 'commit'],
    [['EVAL', 'script', '2', dedup, 'a:by-id', 'token', 'sha1'], 'settle'],
    [['EVAL', 'script', '2', dedup, 'a:by-id', 'id'], 'claim'],
    [['EVAL', 'script', '3', 'intelligence:snapshot-runs:v1', 'b', 'c', '{}'], 'report'],
    [['EVAL', 'script', '1', 'a', 'b'], null],
    [['LPUSH', 'intelligence:snapshot-runs:v1', '{}'], 'report'],
    [['PING'], null],
  ])('of %j is %s', (command, phase) => {
    expect(phaseOf(command)).toBe(phase);
  });
});
