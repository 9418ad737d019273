import { describe, expect, it } from 'vitest';
import { parseDoctorOptions } from '../../../local/doctor/options.js';

const NOTHING = {
  local: false,
  envFile: undefined,
  environment: undefined,
  url: undefined,
  bypass: undefined,
  json: false,
  strict: false,
};

describe('parseDoctorOptions', () => {
  it.each([
    { args: [], options: NOTHING },
    { args: ['--local', '--json'], options: { ...NOTHING, local: true, json: true } },
    { args: ['--vars', '.env.local'], options: { ...NOTHING, envFile: '.env.local' } },
    {
      args: ['--url', 'https://site.example/api/?x=1'],
      options: { ...NOTHING, url: 'https://site.example' },
    },
    { args: ['--url', 'http://127.0.0.1:3000'], options: { ...NOTHING, url: 'http://127.0.0.1:3000' } },
    { args: ['--environment', 'preview'], options: { ...NOTHING, environment: 'preview' } },
    { args: ['--strict'], options: { ...NOTHING, strict: true } },
    { args: ['--bypass', 'abc'], options: { ...NOTHING, bypass: 'abc' } },
  ])('takes $args', ({ args, options }) => {
    expect(parseDoctorOptions(args)).toEqual({ kind: 'run', options });
  });

  it('offers help', () => {
    expect(parseDoctorOptions(['--help'])).toEqual({ kind: 'help' });
  });

  it.each([
    [['--bogus'], "Unknown option '--bogus'"],
    [['--local', '--url', 'https://site.example'], '--local makes a setup of its own'],
    [['--local', '--vars', 'x'], '--local makes a setup of its own'],
    [['--local', '--environment', 'production'], '--local makes a setup of its own'],
    [['--environment', 'staging'], '--environment takes one of production, preview, development'],
    [['--environment', ''], '--environment takes one of'],
    [['--vars', ''], '--vars takes a file'],
    [['--url', 'site.example'], '--url takes an address'],
    [['--url', 'ftp://site.example'], '--url takes an address'],
    [['--url', 'https://user:word@site.example'], 'without a user or password'],
    [['--url', 'http://site.example'], '--url takes https'],
    [['--bypass', 'sécret'], 'visible ASCII'],
  ])('refuses %j', (args, message) => {
    expect(parseDoctorOptions(args)).toEqual({ kind: 'invalid', message: expect.stringContaining(message) });
  });
});
