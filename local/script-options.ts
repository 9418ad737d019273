import { type ParseArgsConfig, parseArgs } from 'node:util';
import { z } from 'zod';
import { usageFault } from './command.js';

/** What a script takes. */
export interface ScriptOptions<T> {
  /** What `--help` prints. */
  readonly help: string;
  /** As `parseArgs` takes them, beside `--help`. Default: none. */
  readonly options?: NonNullable<ParseArgsConfig['options']>;
  readonly schema: z.ZodType<T>;
}

/**
 * Reads the command line of a script. Ends the process with its help when that is asked for, and with the option that
 * is wrong (exit code 2).
 */
export function readScriptOptions<T>({ help, options = {}, schema }: ScriptOptions<T>): T {
  const parsed = parse(process.argv.slice(2), options);
  if ('fault' in parsed) return refuse(parsed.fault);
  const { help: isHelp, ...values } = parsed.values;
  if (isHelp === true) {
    process.stdout.write(help);
    process.exit(0);
  }
  const given = schema.safeParse(values);
  return given.success ? given.data : refuse(z.prettifyError(given.error));
}

/** For a script that only does one thing: prints its help, or refuses what it is given. */
export function takeNoOptions(help: string): void {
  readScriptOptions({ help, schema: z.object({}) });
}

function parse(args: string[], options: NonNullable<ParseArgsConfig['options']>) {
  try {
    return parseArgs({ args, options: { ...options, help: { type: 'boolean', short: 'h' } } });
  } catch (error) {
    return { fault: usageFault(error) };
  }
}

function refuse(fault: string): never {
  process.stderr.write(`${fault}\nSee --help.\n`);
  process.exit(2);
}
