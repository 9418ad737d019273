/** Entry of `npm start`: binds `main` to this process. */
import { main } from './main.js';

const interrupt = new AbortController();
// Once: a second Ctrl-C ends the process at once. The functions end with it, see function-host-process.ts.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupt.abort());

const { stdout, stderr, env } = process;
process.exitCode = await main(process.argv.slice(2), {
  env,
  interrupted: interrupt.signal,
  terminal: {
    write: (text) => stdout.write(text),
    writeError: (text) => stderr.write(text),
    columns: stdout.columns ?? 100,
    colour: stdout.isTTY && !env.NO_COLOR,
  },
});
