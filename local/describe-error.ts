/** An error and its causes for a person: one line each, without stacks. */
export function describeError(error: unknown): string {
  return chainOf(error).map(describeOne).join('\n  ');
}

function chainOf(error: unknown): unknown[] {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause === undefined ? [error] : [error, ...chainOf(cause)];
}

function describeOne(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && error.code === 'EADDRINUSE' && 'port' in error) {
    return `Port ${error.port} is taken: choose another with --port N, or a free one with --port 0.`;
  }
  const parts = error instanceof AggregateError ? error.errors.map(describeError) : [];
  return [error.message, ...parts].filter((text) => text !== '').join('\n  ');
}
