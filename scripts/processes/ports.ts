import { randomInt } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SetupError } from '../terminal.ts';
import { takeLock } from './lock.ts';

/** Below those that systems give to outgoing connections, which could take a port before its program does. */
const FREE_PORTS = { from: 20_000, to: 32_000 };

/** A file for each port that a process was given, locked for as long as it lives. */
const RESERVATIONS = join(tmpdir(), `fitme-ports-${process.getuid?.() ?? ''}`);

/**
 * A port of 127.0.0.1 that nobody listens on. It is this process's for as long as it lives: a program that is to listen
 * there may be killed and come back, and no other run of ours on this machine is given it meanwhile.
 */
export async function freePort(): Promise<number> {
  mkdirSync(RESERVATIONS, { recursive: true });
  for (;;) {
    const port = randomInt(FREE_PORTS.from, FREE_PORTS.to);
    const lock = takeLock(join(RESERVATIONS, String(port)));
    if (lock === undefined) continue;
    const isFree = await listenOnce(port, '127.0.0.1').then(
      () => true,
      () => false,
    );
    if (isFree) return port;
    lock.release();
  }
}

/**
 * Makes sure that a fixed port can be taken.
 *
 * @param variable the environment variable that names another one.
 * @throws SetupError where something listens on it already.
 */
export async function assertPortFree(port: number, variable: string): Promise<void> {
  // Wildcard and loopback are different sockets to the kernel: a listener on either is in the way.
  for (const host of ['0.0.0.0', '127.0.0.1']) {
    await listenOnce(port, host).catch((cause: NodeJS.ErrnoException) => {
      const why =
        cause.code === 'EADDRINUSE' ? 'is taken by another program' : `cannot be used (${cause.code})`;
      throw new SetupError(
        `Port ${port} ${why}: end that program, or choose another port with ${variable}=...`,
      );
    });
  }
}

function listenOnce(port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve()));
  });
}
