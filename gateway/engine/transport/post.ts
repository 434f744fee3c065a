import { type Pool, errors as undiciErrors } from 'undici';

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
 * Sends one POST, once.
 *
 * @throws an error of undici where there is no whole answer, the signal's reason, or ResponseTooLargeError
 */
export async function post(pool: Pool, request: PostRequest): Promise<PostAnswer> {
  const { path, headers, body, timeoutMs, maxResponseBytes, signal } = request;
  const endsAt = performance.now() + timeoutMs;
  const response = await pool.request({
    path,
    method: 'POST',
    headers,
    body,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    signal,
  });
  const retryAfter = response.headers['retry-after'];
  return {
    status: response.statusCode,
    retryAfter: Array.isArray(retryAfter) ? retryAfter[0] : retryAfter,
    text: await readText(response.body, maxResponseBytes, endsAt),
  };
}

async function readText(body: AsyncIterable<Uint8Array>, maxBytes: number, endsAt: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop destroys the stream, and with it the connection.
  for await (const chunk of body) {
    size += chunk.length;
    if (size > maxBytes) throw new ResponseTooLargeError(`The response is larger than ${maxBytes} bytes`);
    // undici bounds the time between two chunks, not that of all: a body could drip for ever.
    if (performance.now() > endsAt) throw new undiciErrors.BodyTimeoutError('The deadline passed.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
