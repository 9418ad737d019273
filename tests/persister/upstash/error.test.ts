import { describe, expect, it } from 'vitest';
import { DeadlineError } from '../../../lib/limits/deadline.js';
import {
  errorFromNetwork,
  errorFromSlot,
  errorFromStatus,
  mayBeOneItem,
  type StoreError,
} from '../../../lib/persister/upstash/error.js';

const NOW = Date.UTC(2026, 10, 26, 12);
const fromBody = (status: number, error: string, retryAfter?: string) =>
  errorFromStatus({ status, text: JSON.stringify({ error }), retryAfter }, NOW);

/** The three ways in which Upstash tells the error of Redis: in a slot, as the body of a 400, inside another error. */
const WAYS: readonly (readonly [string, (text: string) => StoreError])[] = [
  ['in a slot', errorFromSlot],
  ['as the body of a 400', (text) => fromBody(400, text)],
];
const everyWay = (text: string) => WAYS.map(([, read]) => read(text));

describe('errors that pass', () => {
  it.each([
    ['LOADING Redis is loading the dataset in memory', 'redis-loading'],
    ["READONLY You can't write against a read only replica.", 'redis-readonly'],
    ['BUSY Redis is busy running a script. You can only call SCRIPT KILL', 'redis-busy'],
    ['TRYAGAIN Multiple keys request during rehashing of slot', 'redis-tryagain'],
    ['CLUSTERDOWN The cluster is down', 'redis-clusterdown'],
    ["MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.", 'redis-masterdown'],
    ['NOREPLICAS Not enough good replicas to write.', 'redis-noreplicas'],
    ['UNBLOCKED force unblock from blocking operation', 'redis-unblocked'],
    ['ERR max concurrent connections exceeded', 'store-connections'],
    ['ERR max number of clients reached', 'store-connections'],
    ['ERR LOADING Redis is loading the dataset in memory', 'redis-loading'],
    ['EXECABORT Transaction discarded because of: LOADING Redis is loading', 'redis-loading'],
    ['ERR Error running script (call to f_1f): @user_script:1: -READONLY You cannot write', 'redis-readonly'],
    ['ERR Error running script (call to f_1f): @user_script:1: NOREPLICAS Not enough', 'redis-noreplicas'],
  ])('hears that "%s" may be sent again', (text, code) => {
    for (const error of everyWay(text)) expect(error).toMatchObject({ code, retryable: true });
  });

  it.each([
    'BUSYGROUP Consumer Group name already exists',
    'BUSYKEY Target key name already exists.',
    'LOADINGDOCK',
    'WRONGTYPE Operation against a key holding the wrong kind of value',
    "ERR wrong number of arguments for 'LOADING command",
    'MISCONF Redis is configured to save RDB snapshots',
    'NOSCRIPT No matching script.',
  ])('does not send "%s" again', (text) => {
    for (const error of everyWay(text)) expect(error.retryable).toBe(false);
  });

  it('waits as long as the store asks for', () => {
    const text = 'ERR max concurrent connections exceeded';

    expect(fromBody(429, text, '7')).toMatchObject({ code: 'store-connections', retryAfterMs: 7_000 });
    expect(fromBody(429, 'slow down', '7')).toMatchObject({ code: 'store-http-429', retryAfterMs: 7_000 });
    expect(fromBody(503, '', new Date(NOW + 9_000).toUTCString())).toMatchObject({ retryAfterMs: 9_000 });
    expect(fromBody(503, '', 'soon')).toMatchObject({ retryable: true, retryAfterMs: undefined });
  });
});

describe('errors that are final, and keep their reason', () => {
  it.each([
    ['ERR max requests limit exceeded. Limit: 500000, Usage: 500001', 'store-quota'],
    ['ERR max daily request limit exceeded. Limit: 10000, Usage: 10001. See https://…', 'store-quota'],
    ['ERR max monthly request limit exceeded', 'store-quota'],
    ['ERR Monthly bandwidth limit exceeded', 'store-quota'],
    ['ERR DB capacity quota exceeded', 'store-full'],
    ["OOM command not allowed when used memory > 'maxmemory'.", 'store-full'],
    ['ERR Error running script: @user_script:1: -OOM command not allowed when used', 'store-full'],
    ['ERR max request size exceeded. Limit: 1048576 bytes, Actual: 2', 'store-request-too-large'],
    ['ERR max single record size exceeded', 'store-request-too-large'],
    ['ERR max key size exceeded. Limit: 1 bytes, Actual: 2 bytes', 'store-request-too-large'],
    ['ERR max member size exceeded', 'store-request-too-large'],
    ["NOPERM this user has no permissions to run the 'eval' command", 'store-command-refused'],
    ['Command not allowed: EVAL', 'store-command-refused'],
    ["ERR Command is not available: 'CONFIG'", 'store-command-refused'],
    ["ERR unknown command 'EVAL_RO', with args beginning with: 'x'", 'store-command-refused'],
    ['ERR Unknown Redis command called from script script: f1', 'store-command-refused'],
    ['WRONGPASS invalid or missing auth token', 'store-unauthorised'],
    ['NOAUTH Authentication required.', 'store-unauthorised'],
    [
      'ERR Error running script (call to f_1f): @user_script:1: ERR MAX REQUESTS LIMIT EXCEEDED',
      'store-quota',
    ],
  ])('hears what "%s" means', (text, code) => {
    for (const error of everyWay(text)) expect(error).toMatchObject({ code, retryable: false });
  });

  it.each([
    [401, 'store-unauthorised'],
    [413, 'store-request-too-large'],
    [400, 'store-http-400'],
    [403, 'store-http-403'],
    [404, 'store-http-404'],
    [307, 'store-http-307'],
  ])('takes %i for %s whatever its body is', (status, code) => {
    for (const text of ['', '<h1>no</h1>', '[]', 'null', '{"error":1}']) {
      expect(errorFromStatus({ status, text, retryAfter: undefined })).toMatchObject({
        code,
        retryable: false,
      });
    }
  });

  it('reads a used-up quota out of a 429, and nothing out of a 5xx', () => {
    expect(fromBody(429, 'ERR max requests limit exceeded')).toMatchObject({ code: 'store-quota' });
    expect(fromBody(503, 'ERR command not allowed')).toMatchObject({
      code: 'store-http-503',
      retryable: true,
    });
  });

  it('takes the page of a proxy that refuses one request for no refusal of the store', () => {
    for (const text of ['<h1>Request not allowed by policy</h1>', 'The service is not available.']) {
      const error = errorFromStatus({ status: 403, text, retryAfter: undefined });
      expect([error.code, mayBeOneItem(error)]).toEqual(['store-http-403', true]);
    }
  });

  it('reads a body that is only text', () => {
    const text = 'ERR DB capacity quota exceeded';
    expect(errorFromStatus({ status: 400, text, retryAfter: undefined }).code).toBe('store-full');
  });
});

it('keeps nothing of the store’s text but the known phrase', () => {
  const secret = 'OOM a-secret-value';
  for (const text of [
    `ERR max request size exceeded. ${secret}`,
    `ERR unknown command 'X', with args beginning with: '${secret}' 'max requests limit exceeded'`,
    `LOADING ${secret}`,
    `NOPERM ${secret}`,
    `WRONGTYPE ${secret}`,
    secret,
    `ERR ${secret}`,
    `a-secret-value not allowed`,
  ]) {
    for (const error of everyWay(text)) {
      expect([error.message, error.stack, String(error.cause), error.code].join()).not.toContain(
        'a-secret-value',
      );
    }
  }
});

it('takes no argument that Redis quotes for a reason', () => {
  const text =
    "ERR unknown command 'EVAL', with args beginning with: 'max requests limit exceeded' 'x: LOADING '";
  for (const error of everyWay(text)) expect(error.code).toBe('store-command-refused');
});

describe('a request without an answer', () => {
  const thrown = (code: string) => Object.assign(new Error('http://secret.example'), { code });
  const open = new AbortController().signal;

  it.each([
    ['ECONNREFUSED', 'store-unreachable', true],
    ['HPE_INVALID_CONSTANT', 'store-unreachable', true],
    ['ERR_INVALID_URL', 'store-url-invalid', false],
    ['ERR_INVALID_PROTOCOL', 'store-url-invalid', false],
    ['ERR_INVALID_CHAR', 'store-unauthorised', false],
  ])('hears %s as %s', (errno, code, retryable) => {
    const error = errorFromNetwork(thrown(errno), open);

    expect(error).toMatchObject({ code, retryable, cause: undefined });
    expect(error.message).not.toContain('secret');
  });

  it('distinguishes the time of an attempt from the time of the run', () => {
    const slow = AbortSignal.abort(new DOMException('no answer within 5 ms', 'TimeoutError'));
    const over = AbortSignal.abort(new DeadlineError('persist'));

    expect(errorFromNetwork(thrown('ABORT_ERR'), slow)).toMatchObject({
      code: 'store-timeout',
      retryable: true,
    });
    expect(errorFromNetwork(thrown('ABORT_ERR'), over)).toMatchObject({ code: 'deadline', retryable: false });
  });
});

it.each<[boolean, StoreError]>([
  [true, fromBody(400, 'ERR failed to parse command')],
  [true, fromBody(403, 'forbidden')],
  [true, fromBody(413, '')],
  [true, fromBody(422, '')],
  [true, errorFromSlot('ERR max request size exceeded')],
  [true, errorFromNetwork(new Error(), AbortSignal.abort())],
  [false, fromBody(401, '')],
  [false, fromBody(429, '')],
  [false, fromBody(500, '')],
  [false, fromBody(307, '')],
  [false, fromBody(400, 'ERR max requests limit exceeded')],
  [false, fromBody(400, 'ERR DB capacity quota exceeded')],
  [false, fromBody(400, 'LOADING Redis is loading the dataset in memory')],
  [false, fromBody(400, 'Command not allowed: EVAL')],
  [false, errorFromNetwork(new Error(), new AbortController().signal)],
])('says %s to whether one item may be to blame for %s', (expected, error) => {
  expect(mayBeOneItem(error)).toBe(expected);
});
