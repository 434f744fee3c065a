import { randomUUID } from 'node:crypto';
import {
  type ExecutionArgs,
  type ExecutionResult,
  type FormattedExecutionResult,
  GraphQLError,
} from 'graphql';
import { type Context, makeServer, type Server, type SubscribePayload } from 'graphql-ws';
import { withoutTrace } from '#observability/tracing.ts';
import type { Viewer } from '#platform/viewer.ts';
import type { Auth } from '../auth.ts';
import { headerReader, type OwnHeaders } from '../context.ts';
import { gatewayError, toGraphQLError } from '../errors.ts';
import { CLOSE_CODES, LiveUnavailableError } from './close-codes.ts';
import type { LiveOperations } from './operations.ts';

/** A connection, whatever carries it. */
export interface Connection {
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
  const requestIds = new WeakMap<SubscribePayload, string>();

  async function connect({ connectionParams, extra: connection }: SocketContext): Promise<boolean> {
    try {
      connection.viewer = await auth.viewerOf(tokenOf(connectionParams));
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

  async function begin(
    { extra: connection, subscriptions }: SocketContext,
    payload: SubscribePayload,
  ): Promise<ExecutionArgs> {
    const requestId = randomUUID();
    requestIds.set(payload, requestId);
    if (Object.keys(subscriptions).length > maxOperations) {
      throw gatewayError(
        'RESOURCE_EXHAUSTED',
        `This connection runs ${maxOperations} operations already: end one first.`,
      );
    }
    const document = operations.parse(payload.query);
    const request = {
      query: payload.query,
      operationName: payload.operationName ?? null,
      variables: payload.variables ?? {},
      traceparent: traceparentOf(payload),
    };
    const results = await operations.begin(document, request, {
      viewer: connection.viewer,
      requestId,
      signal: connection.signal,
      header: headersOf(connection, requestId),
    });
    // graphql-ws calls execute or subscribe with these, and both have nothing left to do.
    return {
      schema: operations.schema(),
      document,
      operationName: request.operationName,
      contextValue: results,
    };
  }

  const started = ({ contextValue }: ExecutionArgs) =>
    contextValue as AsyncGenerator<ExecutionResult, void, void>;
  return makeServer<Record<string, unknown> | undefined, Connection>({
    onConnect: connect,
    async onSubscribe(context, _id, payload) {
      try {
        return await begin(context, payload);
      } catch (error) {
        if (!(error instanceof LiveUnavailableError)) return [toGraphQLError(error)];
        context.extra.close(CLOSE_CODES.tryAgainLater, error.message);
        return [gatewayError('UNAVAILABLE', error.message)];
      }
    },
    execute: started,
    subscribe: started,
    onNext: (_context, _id, _payload, _args, result) => result as FormattedExecutionResult,
    onError: (_context, _id, payload, errors) =>
      errors.map((error) => operations.formatError(error, requestIds.get(payload) ?? randomUUID())),
  });
}

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
  { viewer, address, header }: Connection,
  requestId: string,
): (name: string) => string | undefined {
  const authorization = viewer === null ? undefined : `Bearer ${viewer.token}`;
  const own: OwnHeaders = { authorization, 'x-request-id': requestId, 'x-forwarded-for': address };
  return headerReader(own, header);
}
