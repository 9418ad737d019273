import { describe, expect, it } from 'vitest';
import { jsonBody } from '../../lib/web/request.js';

const NO_JSON = { problem: { status: 400, code: 'bad-request' } };

describe('jsonBody', () => {
  it.each([{ snapshots: [] }, {}, [], [1]])('gives the value %j', (body) => {
    expect(jsonBody({ headers: {}, body })).toEqual({ value: body });
  });

  it.each<[string, unknown]>([
    ['there is none', undefined],
    ['the platform took it for text', '{"snapshots":[]}'],
    ['the platform took it for bytes', Buffer.from('{"snapshots":[]}')],
    ['it is null', null],
    ['it is a number', 7],
    ['it is true', true],
  ])('answers 400 when %s, and says how to send one', (_name, body) => {
    const answer = jsonBody({ headers: {}, body });
    expect(answer).toMatchObject(NO_JSON);
    expect(answer).toHaveProperty(
      'problem.detail',
      expect.stringContaining('Content-Type: application/json'),
    );
  });

  it('answers 400 when the platform throws because it is no JSON', () => {
    const request = {
      headers: {},
      get body(): unknown {
        throw new Error('Invalid JSON');
      },
    };
    expect(jsonBody(request)).toMatchObject(NO_JSON);
  });

  it('takes a body of 4.5 MB', () => {
    expect(jsonBody({ headers: { 'content-length': '4500000' }, body: {} })).toEqual({ value: {} });
  });

  it('answers 413 to a larger one without parsing it', () => {
    const request = {
      headers: { 'content-length': '4500001' },
      get body(): unknown {
        throw new Error('it was parsed');
      },
    };
    expect(jsonBody(request)).toMatchObject({ problem: { status: 413, code: 'too-large' } });
  });
});
