import { describe, expect, it } from 'vitest';
import { fail, ok, skipped, warn } from '../../../local/doctor/check.js';
import { renderGroup, renderSummary } from '../../../local/doctor/render.js';

const GROUP = {
  title: 'store',
  findings: [
    ok('latency', '4 ms'),
    warn('regions', '0 of 8', 'Fire a run.'),
    fail('claim', 'Redis answered\u001b[2J NOPERM', 'This is a read-only token.'),
    skipped('publish', 'not asked'),
  ],
};

describe('renderGroup', () => {
  it('gives each finding a line, and below it what to do', () => {
    expect(renderGroup(GROUP, { columns: 80, colour: false })).toBe(
      [
        'store',
        '  ok    latency  4 ms',
        '  warn  regions  0 of 8',
        '        → Fire a run.',
        '  FAIL  claim    Redis answered [2J NOPERM',
        '        → This is a read-only token.',
        '  –     publish  not asked',
        '',
        '',
      ].join('\n'),
    );
  });

  it('breaks long lines below their own column', () => {
    const text = renderGroup(
      { title: 't', findings: [ok('a', 'word '.repeat(20).trim())] },
      { columns: 72, colour: false },
    );
    expect(text.split('\n')[2]).toMatch(/^ {11}word/);
  });

  it('colours the marks when asked', () => {
    expect(renderGroup(GROUP, { columns: 80, colour: true })).toContain('\u001b[31mFAIL\u001b[39m');
  });
});

describe('renderSummary', () => {
  it('counts', () => {
    expect(renderSummary([GROUP], 1_234, false)).toBe(
      '1 ok, 1 warning, 1 failed, 1 not asked, in 1,234 ms\n',
    );
  });
});
