import { describe, expect, it } from 'vitest';
import { badRequest, problemBody } from '../../lib/web/problem.js';

describe('problemBody', () => {
  it('is a problem of the type about:blank, without the headers', () => {
    const problem = { status: 405, code: 'method-not-allowed', title: 'No', headers: { allow: 'GET' } };
    expect(problemBody(problem)).toEqual({
      type: 'about:blank',
      status: 405,
      code: 'method-not-allowed',
      title: 'No',
    });
  });
});

describe('badRequest', () => {
  it('says what is wrong, part by part where parts are known', () => {
    const problem = { status: 400, code: 'bad-request', title: 'The request is not valid', detail: 'no' };
    expect(badRequest('no')).toStrictEqual(problem);
    const errors = [{ at: 'limit', message: 'must be a number' }];
    expect(badRequest('no', errors)).toStrictEqual({ ...problem, errors });
  });
});
