import { expect, it } from 'vitest';
import { errorFromSlot } from '../../../../lib/persister/upstash/error.js';
import { storeFailure } from '../../../../local/doctor/store/advice.js';

it.each([
  ['OOM command not allowed', 'The database is full'],
  ['ERR max requests limit exceeded. Limit: 500000', "The plan's requests are used up"],
  ['ERR max request size exceeded. Limit: 1048576 bytes', "larger than the database's plan allows"],
  ["NOPERM this user has no permissions to run the 'eval' command", 'does not allow a command'],
  ['WRONGPASS invalid or missing auth token', 'does not know this token'],
  ['READONLY', 'use the URL of the primary'],
  ['TRYAGAIN', 'try again in a minute'],
  ['WRONGTYPE', 'Look redis-wrongtype up in docs/operations.md'],
])('advises on %s', (text, advice) => {
  expect(storeFailure('publish (EVAL)', errorFromSlot(text))).toMatchObject({
    status: 'fail',
    advice: expect.stringContaining(advice),
  });
});
