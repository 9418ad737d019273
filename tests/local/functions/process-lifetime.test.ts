import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { z } from 'zod';
import { startFunctions } from '../../../local/functions/functions.js';
import { isRunning } from './is-running.js';
import { createTemporaryProject, type TemporaryProject } from './temporary-project.js';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });
/** Processes come and go in their own time. */
const PATIENCE = { timeout: 20_000 };

/** The function's process and its host. */
const PidsSchema = z.array(z.int()).length(2);

const FUNCTION = `
export default function handler(request: { query: object }, response: { json(body: object): void }) {
  if ('hang' in request.query) console.log('hanging');
  else response.json([process.pid, process.ppid]);
}`;

const SLOW = 'console.log(process.pid); await new Promise(() => {});';

let project: TemporaryProject;

beforeAll(async () => {
  project = await createTemporaryProject({ 'api/pid.ts': FUNCTION, 'api/slow.ts': SLOW });
});
afterAll(() => project.remove());

it('leaves no process alive after close, also while a call is still running', async () => {
  const { functions, firstLine } = await startLogged();
  const processes = PidsSchema.parse(await (await fetch(`${functions.url}/api/pid`)).json());
  const hanging = fetch(`${functions.url}/api/pid?hang`).catch(() => 'broken off');
  expect(await firstLine).toBe('hanging');

  await functions.close();

  expect(await hanging).toBe('broken off');
  expect(processes.map(isRunning)).toEqual([false, false]);
  expect(functions.pids().size).toBe(0);
});

it('leaves no process alive when a function is still being started', async () => {
  const { functions, firstLine } = await startLogged();
  const starting = functions.warm('/api/slow').catch((error) => error.message);
  const pid = Number(await firstLine);

  await functions.close();

  expect(await starting).toMatch('api/slow.ts could not be started');
  expect(isRunning(pid)).toBe(false);
});

it('ends the functions when the process that serves them is killed', async () => {
  const module = fileURLToPath(new URL('../../../local/functions/functions.ts', import.meta.url));
  const script = `
    import { startFunctions } from ${JSON.stringify(module)};
    const functions = await startFunctions({ root: ${JSON.stringify(project.root)}, env: {} });
    const answer = await fetch(functions.url + '/api/pid');
    process.stdout.write(await answer.text());`;
  const server = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', script]);
  onTestFinished(() => void server.kill('SIGKILL'));
  const [answer] = await once(server.stdout, 'data');
  const processes = PidsSchema.parse(JSON.parse(String(answer)));
  expect(processes.map(isRunning)).toEqual([true, true]);

  // The harshest end: it can do nothing about it any more.
  server.kill('SIGKILL');

  await vi.waitFor(() => expect(processes.map(isRunning)).toEqual([false, false]), PATIENCE);
});

/** Starts the functions; `firstLine` resolves with the first line that one of them writes. */
async function startLogged() {
  let tell: (line: string) => void = () => {};
  const firstLine = new Promise<string>((resolve) => {
    tell = resolve;
  });
  const functions = await startFunctions({ root: project.root, env: {}, onLog: ({ text }) => tell(text) });
  return { functions, firstLine };
}
