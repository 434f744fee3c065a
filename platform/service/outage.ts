/** What Prisma, its adapter and node-postgres throw; which of the members are there depends on who throws. */
interface StorageError {
  code?: unknown;
  kind?: unknown;
  originalCode?: unknown;
  cause?: unknown;
  meta?: { driverAdapterError?: unknown };
}

/** Prisma: no server, a closed connection, no connection in time, no transaction in time. */
const PRISMA_CODES: ReadonlySet<unknown> = new Set(['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028']);
const ADAPTER_KINDS: ReadonlySet<unknown> = new Set([
  'DatabaseNotReachable',
  'ConnectionClosed',
  'SocketTimeout',
]);
const SOCKET_CODES: ReadonlySet<unknown> = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT']);
/** PostgreSQL: connection exceptions, operator intervention, too many connections (appendix A of its manual). */
const SQL_STATES = /^(08...|57P0[1-5]|53300)$/;
/** node-postgres has no code for these. */
const MESSAGES =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/;

/** Whether PostgreSQL could not be reached, as opposed to what it was asked being wrong. */
export function isOutage(error: unknown): boolean {
  if (!(error instanceof Error) && (typeof error !== 'object' || error === null)) return false;
  const { code, kind, originalCode, cause, meta } = error as StorageError;
  return (
    PRISMA_CODES.has(code) ||
    ADAPTER_KINDS.has(kind) ||
    SOCKET_CODES.has(code) ||
    [code, originalCode].some((state) => typeof state === 'string' && SQL_STATES.test(state)) ||
    MESSAGES.test((error as Error).message ?? '') ||
    (meta?.driverAdapterError !== undefined && isOutage(meta.driverAdapterError)) ||
    (cause !== undefined && isOutage(cause))
  );
}
