import type { z } from 'zod';
import { badRequest, type Problem } from './problem.js';

/**
 * Checks a part of a request.
 *
 * @returns the parsed value, or a 400 that lists each fault with its place
 */
export function parseRequest<T>(
  what: string,
  schema: z.ZodType<T>,
  value: unknown,
): { readonly value: T } | { readonly problem: Problem } {
  const parsed = schema.safeParse(value);
  if (parsed.success) return { value: parsed.data };
  const errors = parsed.error.issues.slice(0, MOST_ERRORS).map(({ path, message }) => ({
    at: path.join('.'),
    message,
  }));
  return { problem: badRequest(`the ${what} is not valid`, errors) };
}

/** Enough to mend a request by, few enough to read. */
const MOST_ERRORS = 20;
