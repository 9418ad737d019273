import { expect, it } from 'vitest';
import { createExecutor } from '../../../local/upstash/execute.js';
import type { RedisConnection, Slot } from '../../../local/upstash/redis-connection.js';
import type { Command } from '../../../local/upstash/request.js';

/** A connection whose replies the test gives one by one. */
function createScriptedConnection() {
  const sent: { command: Command; reply: (slot: Slot) => void }[] = [];
  const connection: RedisConnection = {
    send: (command) => new Promise((reply) => sent.push({ command, reply })),
    sendAtomically: () => Promise.reject(new Error('not a transaction')),
    close: () => undefined,
  };
  return { connection, sent };
}

it('sends a command of a pipeline only after the reply to the one before, so that others come between', async () => {
  const { connection, sent } = createScriptedConnection();
  const execute = createExecutor(connection);
  const pipeline = (name: string) =>
    execute({
      route: '/pipeline',
      base64: false,
      format: 'json',
      commands: [
        [name, '1'],
        [name, '2'],
      ],
    });

  const answers = Promise.all([pipeline('A'), pipeline('B')]);
  for (let index = 0; index < 4; index += 1) {
    expect(sent).toHaveLength(Math.min(4, index + 2));
    sent[index]?.reply({ status: 'replied', reply: String(index) });
    await new Promise(setImmediate);
  }

  expect(sent.map(({ command }) => command.join(' '))).toEqual(['A 1', 'B 1', 'A 2', 'B 2']);
  expect((await answers).map(({ body }) => body)).toEqual([
    '[{"result":0},{"result":2}]',
    '[{"result":1},{"result":3}]',
  ]);
});
