import { connect } from 'node:net';
import type pg from 'pg';

/** What node-postgres knows of its connection, but does not declare. */
interface Connected {
  host: string;
  port: number;
  processID: number;
  secretKey: number;
}

/** "1234.5678", where a start-up message has the protocol's version. */
const CANCEL_REQUEST_CODE = 80_877_102;
const CANCEL_TIMEOUT_MS = 1_000;

/**
 * Asks PostgreSQL to stop whatever a connection runs (CancelRequest of its protocol). It needs neither a login nor a
 * place among max_connections, so that it works when a thousand clients go away at once. Resolves when the server has
 * passed it on, or could not be told: then the statement ends by its statement_timeout.
 */
export function requestCancel(client: pg.PoolClient): Promise<void> {
  const { host, port, processID, secretKey } = client as unknown as Connected;
  const request = Buffer.alloc(16);
  [request.length, CANCEL_REQUEST_CODE, processID, secretKey].forEach((value, index) => {
    request.writeInt32BE(value, index * 4);
  });
  const socket = connect(
    host.startsWith('/')
      ? { path: `${host}/.s.PGSQL.${port}` }
      : { host, port, timeout: CANCEL_TIMEOUT_MS, noDelay: true },
  );
  return new Promise((resolve) => {
    socket.once('connect', () => socket.end(request));
    // The server closes the connection once it has signalled the process.
    socket.once('close', () => resolve());
    socket.once('timeout', () => socket.destroy());
    socket.on('error', () => {});
    socket.resume();
  });
}
