import type { LiveMessage, Receiver } from '../delivery/message.ts';
import type { LiveOperation } from '../operations/live-operations.ts';

/** What an operation over a socket needs of its connection. */
export interface SocketConnection {
  isFree(): boolean;
  free(signal: AbortSignal): Promise<void>;
  /** Sends a `next` message of the operation with this id. */
  next(id: string, message: LiveMessage): void;
  /** An operation begins to run over it. Answers what says that it ended. */
  began(): () => void;
}

/**
 * An operation as graphql-ws wants it: an iteration that yields nothing and lasts as long as the operation does. Results
 * go to the connection directly, as the texts that they are: graphql-ws would make each anew, for every socket.
 */
export class SocketOperation implements Receiver, AsyncGenerator<never, void, void> {
  readonly #connection: SocketConnection;
  readonly #id: string;
  readonly #begin: (receiver: Receiver) => LiveOperation;
  readonly #over = Promise.withResolvers<IteratorReturnResult<void>>();
  #operation: LiveOperation | undefined;
  #ended: (() => void) | undefined;

  constructor(connection: SocketConnection, id: string, begin: (receiver: Receiver) => LiveOperation) {
    this.#connection = connection;
    this.#id = id;
    this.#begin = begin;
  }

  isFree(): boolean {
    return this.#connection.isFree();
  }

  free(signal: AbortSignal): Promise<void> {
    return this.#connection.free(signal);
  }

  send(message: LiveMessage): void {
    this.#connection.next(this.#id, message);
  }

  complete(): void {
    this.#end();
    this.#over.resolve(OVER);
  }

  fail(error: unknown): void {
    this.#end();
    this.#over.reject(error);
  }

  /** Begins the operation; answers when it is over. Rejects with what refused it. */
  next(): Promise<IteratorReturnResult<void>> {
    if (this.#operation === undefined) {
      this.#ended = this.#connection.began();
      this.#operation = this.#begin(this);
    }
    return this.#over.promise;
  }

  /** The client ended it, or went away. */
  async return(): Promise<IteratorReturnResult<void>> {
    this.#operation?.end();
    this.#end();
    this.#over.resolve(OVER);
    return OVER;
  }

  #end(): void {
    this.#ended?.();
    this.#ended = undefined;
  }

  async throw(error: unknown): Promise<never> {
    await this.return();
    throw error;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }
}

const OVER = { done: true as const, value: undefined };
