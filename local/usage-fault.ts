/** What `parseArgs` found wrong with a command line: its first sentence, for it goes on about positional arguments. */
export function usageFault(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split(/\. |\n/)[0] ?? text;
}
