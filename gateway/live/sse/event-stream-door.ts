import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { withoutTrace } from '#observability/tracing.ts';
import { preventForgery, readGraphqlRequest } from '../../http/graphql-over-http.ts';
import type { OperationRunner } from '../../operations/operation-runner.ts';
import { gatewayError } from '../../request/errors.ts';
import type { Admission } from '../connections/admission.ts';
import { overTime } from '../connections/over-time.ts';
import type { Sessions } from '../connections/sessions.ts';
import type { LiveOperations } from '../operations/live-operations.ts';
import { type EventStream, openEventStream } from './event-stream.ts';
import { receiverOfStream } from './event-stream-operation.ts';
import { createReservedStreams } from './reserved-streams.ts';
import { admit, callerOf, operationOf, streamTokenOf } from './stream-request.ts';

/** Server-sent events of a gateway: both modes of graphql-sse (docs/LIVE-PROTOCOL.md). */
export interface EventStreamDoor {
  /** Open streams. */
  connections(): number;
  /** What clients have not taken yet, bytes. */
  queuedBytes(): number;
  /**
   * Takes no more clients, and ends the streams that are open one after the other over `spreadMs`, so that they go
   * elsewhere. What is left `deadlineMs` after that is dropped.
   */
  close(leaving: { spreadMs: number; deadlineMs: number }): Promise<void>;
}

export interface EventStreamDoorOptions {
  path: string;
  sessions: Sessions;
  admission: Admission;
  operations: LiveOperations;
  runner: Pick<OperationRunner, 'refuse'>;
  /** Most operations at a time over one stream. */
  maxOperations: number;
  keepAliveMs: number;
}

/** Opens the door. */
export function openEventStreamDoor(http: FastifyInstance, options: EventStreamDoorOptions): EventStreamDoor {
  const { path, sessions, admission, operations, runner, keepAliveMs } = options;
  const streams = new Set<EventStream>();
  const reserved = createReservedStreams({ ...options, open });
  let isClosing = false;

  function open(reply: FastifyReply): EventStream {
    reply.hijack();
    // What lasts as long as the stream is no part of the trace of its opening.
    const stream = withoutTrace(() => openEventStream(reply.raw, reply.getHeaders(), keepAliveMs));
    streams.add(stream);
    stream.signal.addEventListener('abort', () => streams.delete(stream), { once: true });
    return stream;
  }

  /** A stream for one operation. */
  async function serveOne(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const asked = readGraphqlRequest(request);
    let stream: EventStream | undefined;
    let isOver = false;
    const session = await sessions.open(request.headers.authorization, () => {
      isOver = true;
      stream?.end();
    });
    const holding = new AbortController();
    try {
      await admit(admission, { session, request, signal: holding.signal });
    } catch (error) {
      session.close();
      holding.abort();
      throw error;
    }
    stream = open(reply);
    const describe = (error: unknown) => JSON.stringify({ errors: operations.errorsOf(error, request.id) });
    const operation = withoutTrace(() =>
      operations.begin(
        operationOf(asked, request),
        callerOf(request, session, stream.signal),
        receiverOfStream(stream, describe),
      ),
    );
    const release = () => {
      operation.end();
      session.close();
      holding.abort();
    };
    if (stream.signal.aborted) release();
    else stream.signal.addEventListener('abort', release, { once: true });
    if (isOver) stream.end();
  }

  async function answer(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    if (isClosing) throw leaving();
    const token = streamTokenOf(request);
    if (request.method === 'PUT')
      return reply
        .code(201)
        .type('text/plain')
        .send(await reserved.reserve(request));
    if (request.method === 'DELETE') {
      await reserved.end(token ?? '', request);
      return reply.send();
    }
    if (request.method === 'POST') preventForgery(request);
    if (token !== undefined && request.method === 'POST') {
      const { status, body } = await reserved.begin(token, request);
      return reply.code(status).type(JSON_TYPE).send(body);
    }
    refuseOtherAnswers(request);
    return token === undefined ? serveOne(request, reply) : reserved.fulfil(token, reply);
  }

  http.route({
    method: ['GET', 'POST', 'PUT', 'DELETE'],
    url: path,
    async handler(request, reply) {
      try {
        await answer(request, reply);
      } catch (error) {
        const { status, errors } = runner.refuse(error, request.id);
        reply.code(status).type(JSON_TYPE).send(JSON.stringify({ errors }));
      }
      return reply;
    },
  });
  return {
    connections: () => streams.size,
    queuedBytes: () => [...streams].reduce((sum, stream) => sum + stream.queuedBytes(), 0),
    async close({ spreadMs, deadlineMs }) {
      isClosing = true;
      reserved.close();
      const gone = [...streams].map((stream) => goneFrom(stream));
      await overTime(streams, spreadMs, {
        signal: new AbortController().signal,
        each: (stream) => stream.end(),
      });
      const timer = setTimeout(() => {
        for (const stream of streams) stream.drop();
      }, deadlineMs);
      await Promise.all(gone);
      clearTimeout(timer);
    },
  };
}

const JSON_TYPE = 'application/json; charset=utf-8';

function refuseOtherAnswers({ headers: { accept = '' } }: FastifyRequest): void {
  if (/(^|,)\s*(text\/event-stream|text\/\*|\*\/\*)\s*(;|,|$)/i.test(accept)) return;
  throw gatewayError('BAD_REQUEST', 'What is served here is text/event-stream: accept it.', { status: 406 });
}

function leaving() {
  return gatewayError('UNAVAILABLE', 'This gateway shuts down: connect again.', { status: 503 });
}

function goneFrom({ signal }: EventStream): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
