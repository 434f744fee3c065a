import { type Dispatcher, type Pool, errors as undiciErrors } from 'undici';

export interface PostRequest {
  path: string;
  headers: Record<string, string>;
  body: string;
  /** Until the whole answer is there. */
  timeoutMs: number;
  maxResponseBytes: number;
  signal: AbortSignal;
}

export interface PostAnswer {
  status: number;
  /** The header of that name. */
  retryAfter: string | undefined;
  text: string;
}

/** The subgraph answered, with more than the gateway takes. */
export class ResponseTooLargeError extends Error {
  override readonly name = 'ResponseTooLargeError';
}

/**
 * Sends one POST, once. Not with undici's `request`, whose stream for the body costs half as much again.
 *
 * @throws an error of undici where there is no whole answer, the signal's reason, or ResponseTooLargeError
 */
export function post(pool: Pool, request: PostRequest): Promise<PostAnswer> {
  const { path, headers, body, timeoutMs, signal } = request;
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    // Its timers are coarse, and those of a connection are only kept where the next request takes as long.
    const coarseMs = timeoutMs > 1_000 ? Math.ceil(timeoutMs / 100) * 100 : timeoutMs;
    const timeouts = { headersTimeout: coarseMs, bodyTimeout: coarseMs };
    pool.dispatch(
      { path, method: 'POST', headers, body, ...timeouts },
      new PostHandler(request, resolve, reject),
    );
  });
}

type Controller = Dispatcher.DispatchController;

/** Takes what undici reports of one POST. It settles once, and listens to its signal until then. */
class PostHandler implements Dispatcher.DispatchHandler {
  readonly #request: PostRequest;
  readonly #resolve: (answer: PostAnswer) => void;
  readonly #reject: (reason: unknown) => void;
  readonly #endsAt: number;
  #controller: Controller | undefined;
  #status = 0;
  #retryAfter: string | undefined;
  readonly #chunks: Buffer[] = [];
  #size = 0;

  constructor(
    request: PostRequest,
    resolve: (answer: PostAnswer) => void,
    reject: (reason: unknown) => void,
  ) {
    this.#request = request;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#endsAt = performance.now() + request.timeoutMs;
    request.signal.addEventListener('abort', this);
  }

  /** The signal calls it. A request that still waits for a connection is not sent any more: see onRequestStart. */
  handleEvent(): void {
    const { reason } = this.#request.signal;
    this.#release();
    this.#reject(reason);
    this.#controller?.abort(reason);
  }

  onRequestStart(controller: Controller): void {
    this.#controller = controller;
    const { aborted, reason } = this.#request.signal;
    if (aborted) controller.abort(reason);
  }

  onResponseStart(
    _: Controller,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    const retryAfter = headers['retry-after'];
    this.#status = status;
    this.#retryAfter = Array.isArray(retryAfter) ? retryAfter[0] : retryAfter;
  }

  onResponseData(controller: Controller, chunk: Buffer): void {
    const { maxResponseBytes } = this.#request;
    this.#size += chunk.length;
    if (this.#size > maxResponseBytes)
      controller.abort(new ResponseTooLargeError(`The response is larger than ${maxResponseBytes} bytes`));
    // undici bounds the time between two chunks, not that of all: a body could drip for ever.
    else if (performance.now() > this.#endsAt)
      controller.abort(new undiciErrors.BodyTimeoutError('The deadline passed.'));
    else this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    this.#release();
    const [only] = this.#chunks;
    const body = only !== undefined && this.#chunks.length === 1 ? only : Buffer.concat(this.#chunks);
    this.#resolve({ status: this.#status, retryAfter: this.#retryAfter, text: body.toString('utf8') });
  }

  onResponseError(_: Controller, error: Error): void {
    this.#release();
    this.#reject(error);
  }

  #release(): void {
    this.#request.signal.removeEventListener('abort', this);
  }
}
