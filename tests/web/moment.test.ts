import { describe, expect, it } from 'vitest';
import { parseMoment } from '../../lib/web/read.js';

const NOON = Date.UTC(2026, 10, 22, 12);

describe('parseMoment', () => {
  it.each([
    ['epoch milliseconds', `${NOON}`, NOON],
    ['the epoch', '0', 0],
    ['a date', '2026-11-22', Date.UTC(2026, 10, 22)],
    ['a time in UTC', '2026-11-22T12:00:00Z', NOON],
    ['a time with milliseconds', '2026-11-22T12:00:00.250Z', NOON + 250],
    ['a time without seconds', '2026-11-22T12:00Z', NOON],
    ['a time in another zone', '2026-11-22T13:30:00+01:30', NOON],
    ['a time in a zone to the west', '2026-11-22T07:00:00-05:00', NOON],
    ['a time without a zone, as UTC', '2026-11-22T12:00:00', NOON],
    ['a time without zone and seconds, as UTC', '2026-11-22T12:00', NOON],
  ])('reads %s', (_, text, expected) => {
    expect(parseMoment(text)).toBe(expected);
  });

  it.each([
    '',
    ' ',
    'now',
    '1e12',
    '-1',
    '1.5',
    '2026-11',
    '2026-13-01',
    '2026-02-30',
    '22.11.2026',
    '2026-11-22 12:00',
    '2026-11-22T25:00Z',
    '2026-11-22T12:00:00 01:00',
    '9999999999999999',
  ])('refuses %j', (text) => {
    expect(parseMoment(text)).toBeNull();
  });
});
