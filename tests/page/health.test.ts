import { describe, expect, it } from 'vitest';
import { HealthAnswerSchema } from '../../lib/web/answers.js';
import { readHealth } from '../../public/app/health.js';

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 10, 26, 6);

describe('readHealth', () => {
  it('reads what the API answers, whatever the status of HTTP', () => {
    const regions = [
      { regionId: 'mena', ageMs: 13 * HOUR },
      { regionId: 'latam', ageMs: null },
    ];
    const body = HealthAnswerSchema.parse({ status: 'stale', staleAfterMs: 12 * HOUR, reasons: [], regions });
    const problem = { status: 503, title: '', detail: null };
    const view = { at: NOW, status: 'stale', staleAfterMs: 12 * HOUR, ages: regions };
    expect(readHealth({ ok: false, problem, body }, NOW)).toMatchObject(view);
    expect(readHealth({ ok: true, data: body }, NOW)).toMatchObject(view);
  });

  it('reads reasons, as texts or as fields', () => {
    const reasons = [
      'slow',
      { code: 'input-unheard', message: 'm', input: 'usgs', since: '2026-11-26T00:00:00Z' },
    ];
    expect(readHealth({ ok: true, data: { status: 'degraded', reasons } }, NOW).reasons).toEqual([
      { code: null, message: 'slow', regionId: null, input: null, since: null },
      { code: 'input-unheard', message: 'm', regionId: null, input: 'usgs', since: NOW - 6 * HOUR },
    ]);
  });

  it('distinguishes an empty list of reasons from none', () => {
    expect(readHealth({ ok: true, data: { status: 'ok', reasons: [] } }, NOW).reasons).toEqual([]);
    expect(readHealth({ ok: true, data: { status: 'ok' } }, NOW).reasons).toBeNull();
  });

  it.each([undefined, { ok: true as const, data: 'x' }, { ok: true as const, data: { status: 'fine' } }])(
    'does not know after %j',
    (result) => {
      expect(readHealth(result, NOW)).toMatchObject({ status: 'unknown', staleAfterMs: 8 * HOUR, ages: [] });
    },
  );
});
