import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const PROJECT = fileURLToPath(new URL('../../', import.meta.url));

/** The functions of the project, as the platform finds them: `api/regions/[id].ts`. */
export async function listFunctions(): Promise<string[]> {
  const names = await readdir(`${PROJECT}api`, { recursive: true });
  return names
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `api/${name.replaceAll('\\', '/')}`)
    .toSorted();
}

/** The path that a function answers, as the OpenAPI document writes it: `/api/regions/{id}`. */
export function pathOfFunction(file: string): string {
  return `/${file.replace(/\.ts$/, '').replaceAll('[', '{').replaceAll(']', '}')}`;
}
