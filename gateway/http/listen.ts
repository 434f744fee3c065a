import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { ConfigError } from '#platform/config.ts';

/**
 * Opens a gateway's port.
 *
 * @returns where it listens, for example "http://127.0.0.1:4000"
 * @throws ConfigError where HOST or PORT cannot be had
 */
export async function listen(
  http: FastifyInstance,
  { host, port }: { host: string; port: number },
): Promise<string> {
  try {
    await http.listen({ host, port });
  } catch (error) {
    throw reasonOf(error as NodeJS.ErrnoException, host, port);
  }
  const { port: chosen } = http.server.address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${chosen}`;
}

function reasonOf(error: NodeJS.ErrnoException, host: string, port: number): Error {
  switch (error.code) {
    case 'EADDRINUSE':
      return new ConfigError(`PORT: ${port} is taken on ${host}: choose another one`);
    case 'EACCES':
      return new ConfigError(`PORT: this process may not listen on ${port}: choose one above 1023`);
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new ConfigError(`HOST: ${host} is no address of this machine`);
    default:
      return error;
  }
}
