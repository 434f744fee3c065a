import type { FastifyRequest } from 'fastify';
import type { GraphqlRequest } from '../../request/graphql-request.ts';
import type { Admission } from '../connections/admission.ts';
import { callerHeaders, type Session } from '../connections/sessions.ts';
import type { LiveRequest, OperationCaller } from '../operations/operation-caller.ts';

/** An operation as its request states it. */
export function operationOf(asked: GraphqlRequest, { method }: FastifyRequest): LiveRequest {
  return { ...asked, isReadOnly: method === 'GET' };
}

/** On whose behalf an operation runs that a request began. */
export function callerOf(request: FastifyRequest, session: Session, signal: AbortSignal): OperationCaller {
  const header = (name: string) => firstOf(request.headers[name]);
  return {
    session,
    requestId: request.id,
    signal,
    header: callerHeaders({ header, address: request.ip }, session, request.id),
    traceparent: header('traceparent'),
    lastEventId: header('last-event-id') || undefined,
  };
}

/**
 * Has a stream take its places, until the signal aborts.
 *
 * @throws TooManyError; then it has none
 */
export async function admit(
  admission: Admission,
  { session, request, signal }: { session: Session; request: FastifyRequest; signal: AbortSignal },
): Promise<void> {
  await admission.connection(request.ip, signal);
  if (session.viewer !== null) await admission.viewer(session.viewer.id, signal);
}

const STREAM_TOKEN_HEADER = 'x-graphql-event-stream-token';

/** The token of a stream with several operations. EventSource sends no headers: it names the stream in the URL. */
export function streamTokenOf({ headers, query }: FastifyRequest): string | undefined {
  const { token } = query as { token?: unknown };
  return firstOf(headers[STREAM_TOKEN_HEADER]) ?? (typeof token === 'string' ? token : undefined);
}

function firstOf(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
