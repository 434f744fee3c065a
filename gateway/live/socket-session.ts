import { randomUUID } from 'node:crypto';
import { type ExecutionArgs, GraphQLError, GraphQLSchema, parse } from 'graphql';
import { type Context, makeServer, type Server, type SubscribePayload } from 'graphql-ws';
import { withoutTrace } from '#observability/tracing.ts';
import type { Viewer } from '#platform/viewer.ts';
import type { Auth } from '../auth.ts';
import { headerReader, type OwnHeaders } from '../context.ts';
import { gatewayError } from '../errors.ts';
import { CLOSE_CODES, LiveUnavailableError } from './close-codes.ts';
import type { LiveOperations } from './operations.ts';
import { type SocketConnection, SocketOperation } from './socket-operation.ts';

/** A connection, whatever carries it. */
export interface Connection extends SocketConnection {
  /** Closes it; further calls do nothing. */
  close(code: number, reason: string): void;
  /** Aborts when it is closed, by whomever. */
  signal: AbortSignal;
  /** A header of the request that opened it, by its lower-case name. */
  header(name: string): string | undefined;
  /** The client's address, from behind trusted proxies. */
  address: string | undefined;
  /** Who signed in; set once the connection is acknowledged. */
  viewer: Viewer | null;
  /** What it greeted with: with `AUTH=off`, nobody looks at it. */
  authorization: string | undefined;
}

export interface SocketSessionOptions {
  auth: Auth;
  operations: LiveOperations;
  /** Most operations at a time over one connection. */
  maxOperations: number;
  now(): number;
}

type SocketContext = Context<Record<string, unknown> | undefined, Connection>;

/** `setTimeout` takes no more. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Speaks graphql-transport-ws over any connection (docs/LIVE-PROTOCOL.md). */
export function createSocketSession(options: SocketSessionOptions): Server<Connection> {
  const { auth, operations, maxOperations, now } = options;

  async function connect({ connectionParams, extra: connection }: SocketContext): Promise<boolean> {
    try {
      const authorization = tokenOf(connectionParams);
      connection.viewer = await auth.viewerOf(authorization);
      connection.authorization = authorization;
    } catch (error) {
      const isRefused = error instanceof GraphQLError && error.extensions['code'] === 'UNAUTHENTICATED';
      if (isRefused) connection.close(CLOSE_CODES.unauthorized, error.message);
      else connection.close(CLOSE_CODES.tryAgainLater, 'Tokens cannot be verified right now.');
      return false;
    }
    if (connection.viewer !== null) endWithToken(connection, connection.viewer);
    return !connection.signal.aborted;
  }

  /** Closes the connection when the token expires or its session is ended. */
  function endWithToken(connection: Connection, { expiresAt, sessionId }: Viewer): void {
    const expire = () => connection.close(CLOSE_CODES.tokenExpired, 'The access token expired.');
    const revoke = () => connection.close(CLOSE_CODES.unauthorized, 'The session was ended.');
    const timer = withoutTrace(() => setTimeout(expire, Math.min(expiresAt - now(), LONGEST_TIMER_MS)));
    const unlisten = auth.revocations.onRevoked((id) => {
      if (id === sessionId) revoke();
    });
    const forget = () => {
      clearTimeout(timer);
      unlisten();
    };
    if (connection.signal.aborted) forget();
    else connection.signal.addEventListener('abort', forget, { once: true });
    // It may have been ended between the verdict and the listening.
    if (sessionId !== null && auth.revocations.isRevoked(sessionId)) revoke();
  }

  function begin(connection: Connection, id: string, payload: SubscribePayload): SocketOperation {
    const requestId = randomUUID();
    const request = {
      query: payload.query,
      operationName: payload.operationName ?? null,
      variables: payload.variables ?? {},
      extensions: payload.extensions ?? {},
    };
    return new SocketOperation(connection, id, (receiver) =>
      operations.begin(
        request,
        {
          viewer: connection.viewer,
          requestId,
          signal: connection.signal,
          header: headersOf(connection, requestId),
          traceparent: traceparentOf(payload),
        },
        receiver,
      ),
    );
  }

  const started = ({ contextValue }: ExecutionArgs) => contextValue as SocketOperation;
  return makeServer<Record<string, unknown> | undefined, Connection>({
    onConnect: connect,
    onSubscribe({ extra: connection, subscriptions }, id, payload) {
      if (Object.keys(subscriptions).length > maxOperations) {
        const message = `This connection runs ${maxOperations} operations already: end one first.`;
        return [gatewayError('RESOURCE_EXHAUSTED', message)];
      }
      // graphql-ws looks for an operation, and calls execute; what the client wrote is read elsewhere.
      return { schema: NO_SCHEMA, document: ANY_DOCUMENT, contextValue: begin(connection, id, payload) };
    },
    execute: started,
    subscribe: started,
    onError({ extra: connection }, _id, _payload, errors) {
      const requestId = randomUUID();
      return errors.flatMap((error) => {
        const original = error.originalError ?? error;
        if (original instanceof LiveUnavailableError)
          connection.close(CLOSE_CODES.tryAgainLater, original.message);
        return operations.errorsOf(original, requestId);
      });
    },
  });
}

const NO_SCHEMA = new GraphQLSchema({});
const ANY_DOCUMENT = parse('{ __typename }', { noLocation: true });

/** A browser's socket sends no headers of its own making, and each operation has its own trace. */
function traceparentOf({ extensions }: SubscribePayload): string | undefined {
  const traceparent = extensions?.['traceparent'];
  return typeof traceparent === 'string' ? traceparent : undefined;
}

/** Clients write the header's name as they like, some in a "headers" object of its own. */
function tokenOf(parameters: Readonly<Record<string, unknown>> | undefined): string | undefined {
  const { headers } = parameters ?? {};
  const all = [...Object.entries(parameters ?? {}), ...(isRecord(headers) ? Object.entries(headers) : [])];
  const value = all.find(([name]) => name.toLowerCase() === 'authorization')?.[1];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function headersOf(
  { viewer, authorization, address, header }: Connection,
  requestId: string,
): (name: string) => string | undefined {
  const own: OwnHeaders = {
    authorization: viewer === null ? authorization : `Bearer ${viewer.token}`,
    'x-request-id': requestId,
    'x-forwarded-for': address,
  };
  return headerReader(own, header);
}
