import { expect, it } from 'vitest';
import { describeError } from '../../local/command.js';

it('names an error and its causes, without stacks', () => {
  const error = new Error('outer', { cause: new Error('inner') });
  expect(describeError(error)).toBe('outer\n  inner');
});

it('says how to get around a taken port', () => {
  const taken = Object.assign(new Error('listen EADDRINUSE'), { code: 'EADDRINUSE', port: 3000 });
  expect(describeError(taken)).toBe(
    'Port 3000 is taken: choose another with --port N, or a free one with --port 0.',
  );
});

it('names every part of an aggregate', () => {
  // What Node throws when a host name has several addresses: it has no message of its own.
  expect(describeError(new AggregateError([new Error('a'), new Error('b')]))).toBe('a\n  b');
});

it('describes what is not an error', () => {
  expect(describeError('text')).toBe('text');
});
