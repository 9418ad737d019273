import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface TemporaryProject {
  readonly root: string;
  remove(): Promise<void>;
}

/** Writes a project into a new folder. @param files content by path */
export async function createTemporaryProject(
  files: Readonly<Record<string, string>>,
): Promise<TemporaryProject> {
  const root = await mkdtemp(join(tmpdir(), 'functions-'));
  for (const [path, content] of Object.entries({ 'package.json': '{"type":"module"}', ...files })) {
    const file = join(root, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }
  return { root, remove: () => rm(root, { recursive: true, force: true }) };
}
