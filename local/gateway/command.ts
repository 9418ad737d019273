import { z } from 'zod';

/** A command and its arguments as they go to Redis: text as UTF-8, a Buffer (a body posted to a path) as it came. */
export type Command = readonly [Argument, ...Argument[]];
export type Argument = string | Buffer;

/** The protocol takes strings, numbers and booleans; null and nested values have no meaning as an argument. */
const JsonArgumentSchema = z.union([z.string(), z.number(), z.boolean()]).transform(String);

/** One command as JSON: `["SET", "key", "value", "EX", 100]`. */
export const JsonCommandSchema = z
  .tuple([JsonArgumentSchema], JsonArgumentSchema)
  .refine(([name]) => name !== '');

/** The body of `/pipeline` and `/multi-exec`. */
export const JsonBatchSchema = z.array(JsonCommandSchema).min(1);

/** The name of a command, in capitals. */
export function commandName(command: Command): string {
  return command[0].toString().toUpperCase();
}
