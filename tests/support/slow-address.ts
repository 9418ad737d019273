import { spawn } from 'node:child_process';
import dns from 'node:dns';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { onTestFinished, vi } from 'vitest';

/** An HTTP server in a process of its own, so that the process can be stopped. It answers every request with `hello`. */
const SERVER = `
  const server = require('node:http').createServer((request, response) => response.end('hello'));
  server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => console.log(server.address().port));`;

/**
 * A host with two addresses: an IPv4 one that takes about a second to connect, and an IPv6 one where nobody listens.
 *
 * The second is the kernel's: the server is stopped and its queue of connections is full, so the SYN of the next one is
 * dropped, and sent again one second later, when the server runs again.
 *
 * @returns the host's origin
 */
export async function startSlowAddress(): Promise<string> {
  const child = spawn(process.execPath, ['--eval', SERVER]);
  const fillers: Socket[] = [];
  onTestFinished(() => {
    for (const filler of fillers) filler.destroy();
    child.kill('SIGKILL');
  });
  const [printed] = await once(child.stdout, 'data');
  const port = Number(String(printed));
  child.kill('SIGSTOP');
  await fillQueue(port, fillers);

  vi.spyOn(dns, 'lookup').mockImplementation(((_host: string, _options: unknown, found: Found) => {
    found(null, [
      { address: '127.0.0.1', family: 4 },
      { address: '::1', family: 6 },
    ]);
    // The first SYN is sent in this turn, and dropped.
    setTimeout(() => child.kill('SIGCONT'), 20);
  }) as typeof dns.lookup);
  onTestFinished(() => void vi.restoreAllMocks());
  return `http://slow-address.test:${port}`;
}

type Found = (error: null, addresses: dns.LookupAddress[]) => void;

/** Connects until a connection does not open at once: the queue is full. */
async function fillQueue(port: number, fillers: Socket[]): Promise<void> {
  for (let opened = true; opened && fillers.length < 20; ) {
    const filler = connect(port, '127.0.0.1').on('error', () => undefined);
    fillers.push(filler);
    opened = await Promise.race([once(filler, 'connect').then(() => true), wait(100, false)]);
  }
}
