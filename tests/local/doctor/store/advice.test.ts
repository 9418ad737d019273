import { expect, it } from 'vitest';
import { errorFromSlot } from '../../../../lib/persister/upstash/error.js';
import { storeFailure } from '../../../../local/doctor/store/advice.js';

it.each([
  ['OOM command not allowed', 'The database is full'],
  ['READONLY', 'use the URL of the primary'],
  ['TRYAGAIN', 'try again in a minute'],
  ['WRONGTYPE', 'Look redis-wrongtype up in docs/operations.md'],
])('advises on %s', (text, advice) => {
  expect(storeFailure('publish (EVAL)', errorFromSlot(text))).toMatchObject({
    status: 'fail',
    advice: expect.stringContaining(advice),
  });
});
