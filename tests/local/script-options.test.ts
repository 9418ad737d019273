import { afterEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { readScriptOptions } from '../../local/script-options.js';

const HELP = 'Does something.\n';
const { argv } = process;

afterEach(() => {
  process.argv = argv;
  vi.restoreAllMocks();
});

/** What a script with one option makes of a command line: its values, or how the process ended. */
function read(...args: string[]) {
  const printed: string[] = [];
  const print = (text: string | Uint8Array) => printed.push(String(text)) > 0;
  vi.spyOn(process.stdout, 'write').mockImplementation(print);
  vi.spyOn(process.stderr, 'write').mockImplementation(print);
  vi.spyOn(process, 'exit').mockImplementation((code) => {
    throw new Error(`exit ${code}`);
  });
  process.argv = ['node', 'script', ...args];
  try {
    const schema = z.object({ runs: z.coerce.number().int().default(5) });
    return readScriptOptions({ help: HELP, options: { runs: { type: 'string' } }, schema });
  } catch (error) {
    return [String(error), ...printed];
  }
}

describe('readScriptOptions', () => {
  it('gives the values, and their defaults', () => {
    expect(read('--runs', '7')).toEqual({ runs: 7 });
    expect(read()).toEqual({ runs: 5 });
  });

  it.each(['--help', '-h'])('prints the help for %s', (flag) => {
    expect(read(flag)).toEqual(['Error: exit 0', HELP]);
  });

  it.each([['--rums', '3'], ['--runs', 'many'], ['7']])(
    'refuses %s %s in one line, and does nothing',
    (...args) => {
      expect(read(...args)).toEqual(['Error: exit 2', expect.stringContaining('See --help.')]);
    },
  );
});
