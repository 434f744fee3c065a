import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import Negotiator from 'negotiator';
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
import { ReservedStreams } from './reserved-streams.ts';
import { admit, callerOf, operationOf, streamTokenOf } from './stream-request.ts';

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

/** Opens the door: it takes all requests of one path. */
export function openEventStreamDoor(http: FastifyInstance, options: EventStreamDoorOptions): EventStreamDoor {
  const door = new EventStreamDoor(options);
  http.route({
    method: ['GET', 'POST', 'PUT', 'DELETE'],
    url: options.path,
    handler: (request, reply) => door.handle(request, reply),
  });
  return door;
}

/** Server-sent events of a gateway: both modes of graphql-sse (docs/LIVE-PROTOCOL.md). */
class EventStreamDoor {
  readonly #options: EventStreamDoorOptions;
  readonly #streams = new Set<EventStream>();
  readonly #reserved: ReservedStreams;
  #isClosing = false;

  constructor(options: EventStreamDoorOptions) {
    this.#options = options;
    this.#reserved = new ReservedStreams({ ...options, open: (reply) => this.#open(reply) });
  }

  /** Open streams. */
  connections(): number {
    return this.#streams.size;
  }

  /** What clients have not taken yet, bytes. */
  queuedBytes(): number {
    return [...this.#streams].reduce((sum, stream) => sum + stream.queuedBytes(), 0);
  }

  async handle(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    try {
      await this.#answer(request, reply);
    } catch (error) {
      const { status, errors } = this.#options.runner.refuse(error, request.id);
      reply.code(status).type(JSON_TYPE).send(JSON.stringify({ errors }));
    }
    return reply;
  }

  /**
   * Takes no more clients, and ends the streams that are open one after the other over `spreadMs`, so that they go
   * elsewhere. What is left `deadlineMs` after that is dropped.
   */
  async close({ spreadMs, deadlineMs }: { spreadMs: number; deadlineMs: number }): Promise<void> {
    this.#isClosing = true;
    this.#reserved.close();
    const gone = [...this.#streams].map((stream) => goneFrom(stream));
    await overTime(this.#streams, spreadMs, {
      signal: new AbortController().signal,
      each: (stream) => stream.end(),
    });
    const timer = setTimeout(() => {
      for (const stream of this.#streams) stream.drop();
    }, deadlineMs);
    await Promise.all(gone);
    clearTimeout(timer);
  }

  async #answer(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    if (this.#isClosing) throw leaving();
    const token = streamTokenOf(request);
    if (request.method === 'PUT') {
      const reserved = await this.#reserved.reserve(request);
      return reply.code(201).type('text/plain').send(reserved);
    }
    if (request.method === 'DELETE') {
      await this.#reserved.end(token ?? '', request);
      return reply.send();
    }
    if (request.method === 'POST') preventForgery(request);
    if (token !== undefined && request.method === 'POST') {
      const { status, body } = await this.#reserved.begin(token, request);
      return reply.code(status).type(JSON_TYPE).send(body);
    }
    refuseOtherAnswers(request);
    return token === undefined ? this.#serveOne(request, reply) : this.#reserved.open(token, reply);
  }

  /** A stream for one operation. */
  async #serveOne(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const { sessions, admission, operations } = this.#options;
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
    stream = this.#open(reply);
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

  #open(reply: FastifyReply): EventStream {
    reply.hijack();
    // What lasts as long as the stream is no part of the trace of its opening.
    const stream = withoutTrace(() =>
      openEventStream(reply.raw, reply.getHeaders(), this.#options.keepAliveMs),
    );
    this.#streams.add(stream);
    stream.signal.addEventListener('abort', () => this.#streams.delete(stream), { once: true });
    return stream;
  }
}

const JSON_TYPE = 'application/json; charset=utf-8';

function refuseOtherAnswers({ headers: { accept = '' } }: FastifyRequest): void {
  if (new Negotiator({ headers: { accept } }).mediaType(['text/event-stream']) !== undefined) return;
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
