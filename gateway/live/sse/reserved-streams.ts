import { randomUUID } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { withoutTrace } from '#observability/tracing.ts';
import { DomainError } from '#platform/errors.ts';
import { readGraphqlRequest } from '../../http/graphql-over-http.ts';
import { gatewayError } from '../../request/errors.ts';
import type { Admission } from '../connections/admission.ts';
import { LiveUnavailableError } from '../connections/close-codes.ts';
import type { Session, Sessions } from '../connections/sessions.ts';
import { isTransient } from '../operations/completions.ts';
import type { LiveOperation, LiveOperations } from '../operations/live-operations.ts';
import type { EventStream } from './event-stream.ts';
import { completeFrameOf } from './event-stream-frames.ts';
import { receiverInStream } from './event-stream-operation.ts';
import { admit, callerOf, operationOf } from './stream-request.ts';

/**
 * Streams that carry several operations, each begun and ended by a request of its own: the single connection mode of
 * graphql-sse. A stream acts for whoever reserved it.
 */
export interface ReservedStreams {
  /** Answers the token that names the new stream. */
  reserve(request: FastifyRequest): Promise<string>;
  /** Opens the stream, once. */
  fulfil(token: string, reply: FastifyReply): void;
  /** Begins an operation, as soon as the stream is open. Answers 202, or what refuses it. */
  begin(token: string, request: FastifyRequest): Promise<{ status: number; body?: string }>;
  /** Ends the operation that the request names; the same where there is none. */
  end(token: string, request: FastifyRequest): Promise<void>;
  /** Forgets what was reserved and is not open. */
  close(): void;
}

export interface ReservedStreamsOptions {
  sessions: Sessions;
  admission: Admission;
  operations: LiveOperations;
  /** Most operations at a time over one stream. */
  maxOperations: number;
  /** Makes a stream of an answer. */
  open(reply: FastifyReply): EventStream;
}

interface Reservation {
  session: Session;
  /** Aborts when its places among all connections are free again. */
  holding: AbortController;
  /** Resolves with the stream; null where it was never opened. */
  opened: PromiseWithResolvers<EventStream | null>;
  isFulfilled: boolean;
  lapse: NodeJS.Timeout;
  /** Under way, by the client's names. */
  operations: Map<string, LiveOperation | null>;
}

/** How long a client may take to open what it reserved, milliseconds. */
const RESERVED_MS = 10_000;

/** Makes the reserved streams of a gateway. */
export function createReservedStreams(options: ReservedStreamsOptions): ReservedStreams {
  const { sessions, admission, operations, maxOperations, open } = options;
  const reservations = new Map<string, Reservation>();

  function find(token: string): Reservation {
    const reservation = reservations.get(token);
    if (reservation === undefined) throw noSuchStream();
    return reservation;
  }

  function forget(token: string, reservation: Reservation): void {
    const { session, holding, opened, lapse, operations: underWay } = reservation;
    if (!reservations.delete(token)) return;
    clearTimeout(lapse);
    holding.abort();
    opened.resolve(null);
    session.close();
    for (const operation of underWay.values()) operation?.end();
  }

  async function findOwn(token: string, { headers }: FastifyRequest): Promise<Reservation> {
    const reservation = find(token);
    await reservation.session.admit(headers.authorization);
    return reservation;
  }

  return {
    async reserve(request) {
      const token = randomUUID();
      const opened = Promise.withResolvers<EventStream | null>();
      let reservation: Reservation | undefined;
      const session = await sessions.open(request.headers.authorization, () => {
        if (reservation?.isFulfilled) void opened.promise.then((stream) => stream?.end());
        else if (reservation !== undefined) forget(token, reservation);
      });
      const holding = new AbortController();
      try {
        await admit(admission, { session, request, signal: holding.signal });
      } catch (error) {
        session.close();
        holding.abort();
        throw error;
      }
      const made: Reservation = {
        session,
        holding,
        opened,
        isFulfilled: false,
        lapse: withoutTrace(() => setTimeout(() => forget(token, made), RESERVED_MS)),
        operations: new Map(),
      };
      reservation = made;
      reservations.set(token, made);
      return token;
    },

    fulfil(token, reply) {
      const reservation = find(token);
      if (reservation.isFulfilled)
        throw gatewayError('CONFLICT', 'This stream is open already: reserve another one.', { status: 409 });
      reservation.isFulfilled = true;
      clearTimeout(reservation.lapse);
      const stream = open(reply);
      const release = () => forget(token, reservation);
      if (stream.signal.aborted) release();
      else stream.signal.addEventListener('abort', release, { once: true });
      reservation.opened.resolve(stream);
    },

    async begin(token, request) {
      const asked = readGraphqlRequest(request);
      const id = asked.extensions['operationId'];
      if (typeof id !== 'string' || id === '')
        throw gatewayError('BAD_REQUEST', 'extensions.operationId takes a name of yours.', { status: 400 });
      const { opened, session, operations: underWay } = await findOwn(token, request);
      refuseMore(underWay, id, maxOperations);
      underWay.set(id, null);
      const stream = await opened.promise;
      if (stream === null) throw noSuchStream();
      if (!underWay.has(id)) return { status: 202 };
      const describe = (error: unknown) => JSON.stringify({ errors: operations.errorsOf(error, request.id) });
      const ended = () => underWay.delete(id);
      const receiver = receiverInStream({ stream, id, describe, ended });
      const operation = withoutTrace(() =>
        operations.begin(operationOf(asked, request), callerOf(request, session, stream.signal), receiver),
      );
      underWay.set(id, operation);
      await operation.begun;
      const refusal = receiver.begun();
      if (refusal === undefined) return { status: 202 };
      return { status: isTransientRefusal(refusal) ? 503 : 400, body: describe(refusal) };
    },

    async end(token, request) {
      const { operationId } = request.query as { operationId?: unknown };
      if (typeof operationId !== 'string')
        throw gatewayError('BAD_REQUEST', 'operationId takes the name of an operation.', { status: 400 });
      const { operations: underWay, opened } = await findOwn(token, request);
      const operation = underWay.get(operationId);
      underWay.delete(operationId);
      if (!operation) return;
      operation.end();
      const stream = await opened.promise;
      stream?.write(completeFrameOf(operationId));
    },

    close() {
      for (const [token, reservation] of reservations)
        if (!reservation.isFulfilled) forget(token, reservation);
    },
  };
}

function refuseMore(underWay: ReadonlyMap<string, unknown>, id: string, most: number): void {
  if (underWay.has(id)) {
    const message = 'An operation of this name is under way: give each one a name of its own.';
    throw gatewayError('CONFLICT', message, { status: 409 });
  }
  if (underWay.size < most) return;
  const message = `This stream runs ${most} operations already: end one first.`;
  throw gatewayError('RESOURCE_EXHAUSTED', message, { status: 429, reason: 'OPEN_OPERATION_LIMIT' });
}

function noSuchStream() {
  return gatewayError('NOT_FOUND', 'There is no such stream here: reserve one with PUT.', { status: 404 });
}

function isTransientRefusal(refusal: unknown): boolean {
  return (
    refusal instanceof LiveUnavailableError || (refusal instanceof DomainError && isTransient(refusal.code))
  );
}
