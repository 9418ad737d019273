import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { FaultFileSchema, type FaultRule } from './fault-rules.js';

/**
 * Reads fault rules from a JSON file: `{"rules": [{"match": {"phase": "commit"}, "fault": {"kind": "drop-after"}}]}`.
 *
 * @throws Error that names the file, and each place in it that is wrong
 */
export async function loadFaults(path: string): Promise<FaultRule[]> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new Error(`faults: cannot read ${path}`, { cause });
  });
  const parsed = FaultFileSchema.safeParse(parseJson(path, text));
  if (!parsed.success) throw new Error(`faults: ${path} is not valid\n${z.prettifyError(parsed.error)}`);
  return parsed.data.rules;
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error(`faults: ${path} is not JSON`, { cause });
  }
}
