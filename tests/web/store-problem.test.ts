import { describe, expect, it } from 'vitest';
import { StoreError } from '../../lib/persister/upstash/error.js';
import { storeProblem } from '../../lib/web/answers.js';

const problemOf = (code: string, retryAfterMs?: number) =>
  storeProblem(new StoreError(code, 'what happened', { retryable: false, retryAfterMs }));

describe('storeProblem', () => {
  it.each(['store-unreachable', 'store-timeout', 'deadline'])('is a 503 for %s', (code) => {
    expect(problemOf(code)).toEqual({
      status: 503,
      code: 'store-unreachable',
      title: 'The store cannot be reached',
      detail: 'what happened',
    });
  });

  it.each(['store-http-429', 'store-http-500', 'redis-loading', 'redis-err', 'store-connections'])(
    'does not call the store unreachable when it answered %s',
    (code) => {
      expect(problemOf(code)).toEqual({
        status: 503,
        code: 'store-unavailable',
        title: 'The store cannot answer at the moment',
        detail: 'what happened',
      });
    },
  );

  it.each([
    ['store-quota', "The plan's requests are used up"],
    ['store-full', 'The store is full'],
    ['store-request-too-large', 'The store does not accept a request of this size'],
    ['store-command-refused', 'The store refuses a command'],
    ['store-unauthorised', 'The store does not accept the token'],
    ['store-url-invalid', 'The address of the store is not valid'],
  ])('says what is the matter for %s', (code, title) => {
    expect(problemOf(code)).toEqual({ status: 503, code, title, detail: 'what happened' });
  });

  it.each(['redis-wrongtype', 'store-bad-answer'])('is a 502 for %s', (code) => {
    expect(problemOf(code)).toMatchObject({ status: 502, code: 'store-unreadable', detail: 'what happened' });
  });

  it('passes on in whole seconds what the store asked us to wait', () => {
    expect(problemOf('store-http-429', 1_200).headers).toEqual({ 'retry-after': '2' });
  });
});
