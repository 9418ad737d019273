/** Entry of `npm run doctor`: binds `runDoctor` to this process. */
import { runDoctor } from './doctor/run-doctor.js';

const interrupt = new AbortController();
// Once: a second Ctrl-C ends the process at once. The functions end with it, see function-host-process.ts.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupt.abort());

const { stdout, stderr, env } = process;
process.exitCode = await runDoctor(process.argv.slice(2), {
  env,
  interrupted: interrupt.signal,
  terminal: {
    write: (text) => stdout.write(text),
    writeError: (text) => stderr.write(text),
    columns: stdout.columns ?? 100,
    colour: stdout.isTTY && !env.NO_COLOR,
  },
});
