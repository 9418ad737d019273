import { inspect } from 'node:util';

const METHODS = ['debug', 'error', 'info', 'log', 'trace', 'warn'] as const;

/** Keeps what is written to the console instead of writing it. */
export function captureConsole() {
  const written: string[] = [];
  const originals = METHODS.map((method) => [method, console[method]] as const);
  for (const method of METHODS) {
    console[method] = (...args: unknown[]) => {
      written.push(args.map((arg) => inspect(arg, { depth: 12 })).join(' '));
    };
  }
  return {
    written,
    restore: () => {
      for (const [method, original] of originals) console[method] = original;
    },
  };
}
