import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { badRequest, problemBody, RUNBOOK_URL } from '../../lib/web/answers.js';

describe('problemBody', () => {
  it('is a problem whose type leads to the runbook, without the headers', () => {
    const problem = { status: 405, code: 'method-not-allowed', title: 'No', headers: { allow: 'GET' } };
    expect(problemBody(problem)).toEqual({
      type: `${RUNBOOK_URL}#method-not-allowed`,
      status: 405,
      code: 'method-not-allowed',
      title: 'No',
    });
  });
});

it('is explained in the repository that package.json names', async () => {
  const { repository } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'));
  const address = repository.url.replace(/^git\+/, '').replace(/\.git$/, '');

  expect(RUNBOOK_URL).toBe(`${address}/blob/main/docs/operations.md`);
});

describe('badRequest', () => {
  it('says what is wrong, part by part where parts are known', () => {
    const problem = { status: 400, code: 'bad-request', title: 'The request is not valid', detail: 'no' };
    expect(badRequest('no')).toStrictEqual(problem);
    const errors = [{ at: 'limit', message: 'must be a number' }];
    expect(badRequest('no', errors)).toStrictEqual({ ...problem, errors });
  });
});
