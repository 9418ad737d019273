import { describe, expect, it } from 'vitest';
import { placeInWindow } from '../../lib/hazards/event.js';
import { NOW } from './support/rows.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe('placeInWindow', () => {
  it.each([
    ['flood', -4 * DAY - 12 * HOUR, 'within'],
    ['flood', -4 * DAY - 12 * HOUR - 1, 'before'],
    ['drought', -10 * DAY - 12 * HOUR, 'within'],
    ['drought', -10 * DAY - 12 * HOUR - 1, 'before'],
    ['earthquake', 0, 'within'],
    ['earthquake', 10 * MINUTE, 'within'],
    ['earthquake', 10 * MINUTE + 1, 'ahead'],
    ['cyclone', DAY, 'within'],
    ['cyclone', DAY + 1, 'ahead'],
  ] as const)('finds a %s seen %d ms from noon %s', (type, offset, place) => {
    expect(placeInWindow(type, NOW + offset, NOW)).toBe(place);
  });
});
