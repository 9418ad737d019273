import { describe, expect, it } from 'vitest';
import { HELP, parseOptions } from '../../../local/start/options.js';

describe('parseOptions', () => {
  it('has a default for everything', () => {
    expect(parseOptions([])).toEqual({
      kind: 'run',
      options: { once: false, live: false, rttMs: 100, faultsFile: undefined, port: 3000 },
    });
  });

  it('reads every option', () => {
    const args = ['--once', '--live', '--rtt', '0', '--faults', 'faults.json', '--port=0'];
    expect(parseOptions(args)).toEqual({
      kind: 'run',
      options: { once: true, live: true, rttMs: 0, faultsFile: 'faults.json', port: 0 },
    });
  });

  it.each([['--help'], ['-h']])('asks for help with %s', (flag) => {
    expect(parseOptions([flag])).toEqual({ kind: 'help' });
  });

  it('describes every option', () => {
    for (const flag of ['--once', '--live', '--rtt', '--faults', '--port', '--help'])
      expect(HELP).toContain(flag);
  });

  it.each([
    [['--bogus'], "Unknown option '--bogus'"],
    [['extra'], "Unexpected argument 'extra'"],
    [['--rtt'], "Option '--rtt <value>' argument missing"],
    [['--once=yes'], "Option '--once' does not take an argument"],
    [['--rtt', 'fast'], '--rtt takes a number of milliseconds, 0 to 60000'],
    [['--rtt=-1'], '--rtt takes a number of milliseconds, 0 to 60000'],
    [['--port', '65536'], '--port takes a number, 0 to 65535'],
    [['--faults='], '--faults takes a file'],
  ])('refuses %j', (args, message) => {
    expect(parseOptions(args)).toEqual({ kind: 'invalid', message });
  });
});
