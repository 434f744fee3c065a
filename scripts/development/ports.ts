import { assertPortFree } from '../processes/ports.ts';
import { SetupError } from '../terminal.ts';

/** Where the development system listens, on 127.0.0.1. */
export interface Ports {
  gateway: number;
  /** Of the services: subgraphs, health, metrics. */
  http: number;
  /** Of the services. */
  grpc: number;
}

/**
 * The ports of `npm start`, or those that PORT, HTTP_PORT and GRPC_PORT name.
 *
 * @throws SetupError where one of them is taken, or is no port.
 */
export async function choosePorts(): Promise<Ports> {
  return {
    gateway: await choosePort('PORT', 4000),
    http: await choosePort('HTTP_PORT', 4001),
    grpc: await choosePort('GRPC_PORT', 50051),
  };
}

async function choosePort(variable: string, usual: number): Promise<number> {
  const port = Number(process.env[variable] || usual);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new SetupError(`${variable} takes a whole number from 1 to 65535`);
  }
  await assertPortFree(port, variable);
  return port;
}
