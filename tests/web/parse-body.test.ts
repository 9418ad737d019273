import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseBody } from '../../lib/web/request.js';

const schema = z.object({
  limit: z.coerce.number(),
  tags: z.array(z.enum(['a', 'b'], { error: 'must be a or b' })),
});

describe('parseBody', () => {
  it('gives the parsed value', () => {
    expect(parseBody(schema, { limit: '7', tags: ['a'], more: 1 })).toEqual({
      value: { limit: 7, tags: ['a'] },
    });
  });

  it('answers 400 with each fault and its place', () => {
    expect(parseBody(schema, { limit: '7', tags: ['a', 'x', 'y'] })).toEqual({
      problem: {
        status: 400,
        code: 'bad-request',
        title: 'The request is not valid',
        detail: 'the body is not valid',
        errors: [
          { at: 'tags.1', message: 'must be a or b' },
          { at: 'tags.2', message: 'must be a or b' },
        ],
      },
    });
  });

  it('lists no more than 20 faults', () => {
    const tags = Array.from({ length: 100 }, () => 'x');
    const answer = parseBody(schema, { limit: 7, tags });
    expect('problem' in answer && answer.problem.errors).toHaveLength(20);
  });
});
