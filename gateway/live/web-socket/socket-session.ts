import { randomUUID } from 'node:crypto';
import { type ExecutionArgs, GraphQLError, GraphQLSchema, parse } from 'graphql';
import { type Context, MessageType, makeServer, type Server, type SubscribePayload } from 'graphql-ws';
import type { Metrics } from '#observability/metrics.ts';
import { gatewayError } from '../../request/errors.ts';
import { type Admission, TooManyError } from '../connections/admission.ts';
import { CLOSE_CODES, LiveUnavailableError } from '../connections/close-codes.ts';
import {
  callerHeaders,
  type OpeningRequest,
  type Session,
  type SessionEnd,
  type Sessions,
} from '../connections/sessions.ts';
import type { LiveOperations } from '../operations/live-operations.ts';
import { type SocketConnection, SocketOperation } from './socket-operation.ts';

/** A connection, whatever carries it. */
export interface Connection extends SocketConnection, OpeningRequest {
  /** Closes it; further calls do nothing. */
  close(code: number, reason: string): void;
  /** Aborts when it is closed, by whomever. */
  signal: AbortSignal;
  /** Whether there is a place for it; rejects with TooManyError. */
  admitted: Promise<void>;
  /** Whose it is; set once the connection is acknowledged. */
  session: Session | null;
}

export interface SocketSessionOptions {
  sessions: Sessions;
  admission: Admission;
  operations: LiveOperations;
  /** Most operations at a time over one connection. */
  maxOperations: number;
  /** How long a client may take to greet, milliseconds. */
  initMs: number;
  metrics: Metrics;
}

type Payload = Readonly<Record<string, unknown>> | undefined;
type SocketContext = Context<Record<string, unknown> | undefined, Connection>;

/** Speaks graphql-transport-ws over any connection (docs/LIVE-PROTOCOL.md). */
export function createSocketSession(options: SocketSessionOptions): Server<Connection> {
  const { sessions, admission, operations, maxOperations, initMs, metrics } = options;

  async function connect({ connectionParams, extra: connection }: SocketContext) {
    try {
      const session = await sessions.open(tokenOf(connectionParams), (why) =>
        connection.close(...ENDED[why]),
      );
      if (connection.signal.aborted) session.close();
      else connection.signal.addEventListener('abort', () => session.close(), { once: true });
      await connection.admitted;
      if (session.viewer !== null) await admission.viewer(session.viewer.id, connection.signal);
      connection.session = session;
      return connection.signal.aborted ? false : tellExpiry(session);
    } catch (error) {
      if (error instanceof TooManyError) {
        connection.close(error.closeCode, error.message);
        return false;
      }
      const isRefused = error instanceof GraphQLError && error.extensions['code'] === 'UNAUTHENTICATED';
      if (isRefused) connection.close(CLOSE_CODES.unauthorized, error.message);
      else connection.close(CLOSE_CODES.tryAgainLater, 'Tokens cannot be verified right now.');
      return false;
    }
  }

  /** What a `pong` says: of a token that the `ping` brought, or else what the `ping` said. */
  async function answerPing({ session }: Connection, payload: Payload): Promise<Payload> {
    const token = tokenOf(payload);
    if (token === undefined) return payload;
    if (session === null)
      return tellRefusal(gatewayError('UNAUTHENTICATED', 'Greet with connection_init first.'));
    try {
      await session.renew(token);
      return tellExpiry(session);
    } catch (error) {
      return tellRefusal(error);
    }
  }

  function tellRefusal(error: unknown): Payload {
    const [refusal] = operations.errorsOf(error, randomUUID());
    return { error: refusal };
  }

  function begin(connection: Connection, id: string, payload: SubscribePayload): SocketOperation {
    const { session } = connection;
    if (session === null) throw new Error('graphql-ws let an operation begin before it acknowledged');
    const requestId = randomUUID();
    const request = {
      query: payload.query,
      operationName: payload.operationName ?? undefined,
      variables: payload.variables ?? {},
      extensions: payload.extensions ?? {},
    };
    return new SocketOperation(connection, id, (receiver) =>
      operations.begin(
        request,
        {
          session,
          requestId,
          signal: connection.signal,
          header: callerHeaders(connection, session, requestId),
          traceparent: traceparentOf(payload),
        },
        receiver,
      ),
    );
  }

  const started = ({ contextValue }: ExecutionArgs) => contextValue as SocketOperation;
  const server = makeServer<Record<string, unknown> | undefined, Connection>({
    connectionInitWaitTimeout: initMs,
    onConnect: connect,
    onSubscribe({ extra: connection, subscriptions }, id, payload) {
      if (Object.keys(subscriptions).length > maxOperations) {
        metrics.live.refused('subscriptions_per_connection');
        const message = `This connection runs ${maxOperations} operations already: end one first.`;
        return [gatewayError('RESOURCE_EXHAUSTED', message, { reason: 'OPEN_OPERATION_LIMIT' })];
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
  return {
    opened: (socket, connection) =>
      server.opened(
        {
          ...socket,
          async onPing(payload: Payload) {
            const answer = await answerPing(connection, payload);
            await socket.send(JSON.stringify({ type: MessageType.Pong, ...(answer && { payload: answer }) }));
          },
        },
        connection,
      ),
  };
}

/** How a connection is closed whose session ended. */
const ENDED: Record<SessionEnd, [code: number, reason: string]> = {
  expired: [CLOSE_CODES.tokenExpired, 'The access token expired.'],
  revoked: [CLOSE_CODES.unauthorized, 'The session was ended.'],
};

/** When the client hands in the next token at the latest; nothing where nobody signed in. */
function tellExpiry({ viewer }: Session): Record<string, unknown> | undefined {
  return viewer === null ? undefined : { expiresAt: new Date(viewer.expiresAt).toISOString() };
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
