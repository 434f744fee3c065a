import { closeSync, mkdirSync, openSync } from 'node:fs';
import { connect } from 'node:net';
import { startChild, untilReady } from '../processes/child.ts';
import type { Guard } from '../processes/guard.ts';
import { freePort } from '../processes/ports.ts';
import { SetupError } from '../terminal.ts';
import { locateRedis } from './redis-program.ts';
import type { Service } from './service.ts';

interface RedisOptions {
  guard: Guard;
  /** Where a downloaded Redis is kept. */
  cacheDir: string;
  /** Folder of the server's files. */
  dataDir: string;
  /** File that the server's log is appended to. */
  logFile: string;
  /** Default: a free one. */
  port?: number;
  /** True keeps the data over a restart; false keeps it in memory alone. */
  durable: boolean;
}

const STARTS_WITHIN_MS = 15_000;
const STOPS_WITHIN_MS = 2_000;

/**
 * Starts a Redis (or Valkey) on 127.0.0.1.
 *
 * @throws SetupError where there is none on this system and none can be brought, or it does not start.
 */
export async function startRedis(options: RedisOptions): Promise<Service> {
  const { guard, cacheDir, dataDir, logFile, durable } = options;
  const program = await locateRedis(cacheDir);
  mkdirSync(dataDir, { recursive: true });
  const port = options.port ?? (await freePort());
  const log = openSync(logFile, 'a');
  try {
    const server = await startChild({
      guard,
      command: program.command,
      args: [
        ...['--bind', '127.0.0.1', '--port', String(port), '--dir', dataDir],
        ...['--save', '', '--appendonly', durable ? 'yes' : 'no', '--daemonize', 'no'],
      ],
      env: { ...process.env, ...program.env },
      stdio: ['ignore', log, log],
    });
    if (!(await untilReady(server, () => answersPing(port), STARTS_WITHIN_MS))) {
      await server.stop(0);
      throw new SetupError(`Redis did not start; its last words stand in ${logFile}`);
    }
    return { url: `redis://127.0.0.1:${port}`, close: async () => void (await server.stop(STOPS_WITHIN_MS)) };
  } finally {
    closeSync(log);
  }
}

function answersPing(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: 1_000 }, () => socket.write('PING\r\n'));
    const settle = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('data', (data) => settle(data.toString().startsWith('+PONG')));
    socket.once('error', () => settle(false)).once('timeout', () => settle(false));
  });
}
