import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { type Ask, type Conditions, type Ready, type Said, SaidSchema, type Traffic } from './messages.js';

export interface BenchServer extends Ready {
  /** Sets the conditions and all counts to zero. */
  set(conditions: Conditions): Promise<void>;
  traffic(): Promise<Traffic>;
  close(): Promise<void>;
}

/** @throws when it ends before it is ready */
export async function startBenchServer(): Promise<BenchServer> {
  const child = fork(fileURLToPath(new URL('./bench-server.ts', import.meta.url)));
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the server of the benchmark ended (${code})`);
  });
  ended.catch(() => undefined);

  /** One question at a time: the next message is its answer. */
  async function hear<K extends Said['kind']>(kind: K): Promise<Extract<Said, { kind: K }>> {
    const [message] = z
      .tuple([z.unknown()])
      .rest(z.unknown())
      .parse(await Promise.race([once(child, 'message'), ended]));
    const said = SaidSchema.parse(message);
    if (!isKind(said, kind)) throw new Error(`the server of the benchmark said ${said.kind}, not ${kind}`);
    return said;
  }

  async function ask(question: Ask): Promise<Traffic> {
    child.send(question);
    return (await hear('traffic')).traffic;
  }

  const { ready } = await hear('ready');
  return {
    ...ready,
    set: async (conditions) => {
      await ask({ kind: 'set', conditions });
    },
    traffic: () => ask({ kind: 'traffic' }),
    close: async () => {
      const exited = once(child, 'exit');
      child.disconnect();
      await exited;
    },
  };
}

function isKind<K extends Said['kind']>(said: Said, kind: K): said is Extract<Said, { kind: K }> {
  return said.kind === kind;
}
