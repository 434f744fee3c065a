import { fileURLToPath } from 'node:url';
import { type Child, startChild } from '../../scripts/processes/child.ts';
import type { Parts } from '../parts.ts';
import type { FromClients, Open, ToClients } from './messages.ts';

/** Subscribers over several processes: what they do costs the gateway, and not the bench. */
export interface Fleet {
  /** Opens sockets and asks for a subscription each; resolves when the gateway has read all. Rejects at the first fault. */
  open(open: Open): Promise<void>;
  /** The next event: how many of `sockets` subscribers have it within 15 s, and the last arrival (milliseconds since 1970). */
  arrival(sockets: number): Promise<{ sockets: number; lastAt: number }>;
  faults: readonly string[];
  close(): Promise<void>;
}

const CLIENTS = fileURLToPath(new URL('clients.ts', import.meta.url));
const ARRIVES_WITHIN_MS = 15_000;

/** Starts the processes. */
export async function startFleet({ guard }: Parts, processes: number): Promise<Fleet> {
  const faults: string[] = [];
  let opened = 0;
  let received = { sockets: 0, lastAt: 0 };
  let changed = Promise.withResolvers<void>();

  function take(message: FromClients): void {
    if ('fault' in message) faults.push(message.fault);
    else if ('opened' in message) opened += 1;
    else {
      received = {
        sockets: received.sockets + message.sockets,
        lastAt: Math.max(received.lastAt, message.at),
      };
    }
    report();
  }

  function report(): void {
    changed.resolve();
    changed = Promise.withResolvers();
  }

  const children: Child[] = [];
  for (let index = 0; index < processes; index += 1) {
    const child = await startChild({
      guard,
      command: process.execPath,
      args: [CLIENTS],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    child.process.on('message', take);
    children.push(child);
  }

  return {
    faults,
    async open(open) {
      opened = 0;
      children.forEach(({ process: client }, index) => {
        const share = Math.floor(open.sockets / processes) + (index < open.sockets % processes ? 1 : 0);
        client.send({ open: { ...open, sockets: share } } satisfies ToClients);
      });
      while (opened < processes) {
        if (faults.length > 0) throw new Error(faults[0]);
        await changed.promise;
      }
    },
    async arrival(sockets) {
      received = { sockets: 0, lastAt: 0 };
      const late = Date.now() + ARRIVES_WITHIN_MS;
      const wake = setInterval(report, 1_000);
      while (received.sockets < sockets && Date.now() < late) await changed.promise;
      clearInterval(wake);
      return received;
    },
    async close() {
      for (const child of children) child.process.removeAllListeners('message');
      await Promise.all(children.map((child) => child.stop()));
    },
  };
}
