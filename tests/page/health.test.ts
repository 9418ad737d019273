import { describe, expect, it } from 'vitest';
import { HealthAnswerSchema } from '../../lib/web/answers.js';
import { readHealth } from '../../public/app/health.js';

const HOUR = 3_600_000;
const answer = (fields: object) =>
  HealthAnswerSchema.parse({ staleAfterMs: 12 * HOUR, regions: [], ...fields });
const failing = (body: unknown) => ({
  ok: false as const,
  problem: { status: 503, title: '', detail: null },
  body,
});

describe('readHealth', () => {
  it('says within what time every region was stored', () => {
    expect(readHealth({ ok: true, data: answer({ status: 'ok' }) })).toEqual({
      status: 'ok',
      text: 'Healthy: every region stored within 12 h',
    });
  });

  it('names the regions that are too old, or not there', () => {
    const regions = [
      { regionId: 'mena', ageMs: 13 * HOUR },
      { regionId: 'europe', ageMs: 1 * HOUR },
      { regionId: 'latam', ageMs: null },
    ];
    expect(readHealth(failing(answer({ status: 'stale', regions })))).toEqual({
      status: 'failing',
      text: 'Not healthy: mena and latam not stored within 12 h',
    });
  });

  it('does not list them all', () => {
    const regions = [{ regionId: 'mena', ageMs: null }];
    expect(readHealth(failing(answer({ status: 'stale', regions }))).text).toBe(
      'Not healthy: no region was stored within 12 h',
    );
  });

  it('says that the store cannot be reached', () => {
    expect(readHealth(failing(answer({ status: 'unreachable', message: 'x' }))).status).toBe('failing');
  });

  it.each([undefined, failing(undefined), { ok: true as const, data: 'x' }])(
    'does not know after %j',
    (result) => {
      expect(readHealth(result).status).toBe('unknown');
    },
  );
});
