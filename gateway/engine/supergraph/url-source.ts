import { withoutTrace } from '#observability/tracing.ts';
import { poll } from './poll.ts';
import type { SupergraphSource } from './source.ts';

export interface UrlLocation {
  url: string;
  /** Bearer token; null for none. */
  token: string | null;
}

export interface PollOptions {
  pollMs: number;
  timeoutMs: number;
  maxBytes: number;
}

/** A supergraph behind a URL: polled, and asked with the ETag of the last answer, so that one that stands costs nothing. */
export function openUrlSource(
  { url, token }: UrlLocation,
  { pollMs, timeoutMs, maxBytes }: PollOptions,
): SupergraphSource {
  const { origin, pathname } = new URL(url);
  const name = `${origin}${pathname}`;
  let etag: string | null = null;
  let last: string | undefined;
  let polling: { close(): void } | undefined;

  async function read(): Promise<string> {
    const response = await fetch(url, {
      headers: {
        accept: 'application/graphql, text/plain, */*',
        ...(token !== null && { authorization: `Bearer ${token}` }),
        ...(etag !== null && last !== undefined && { 'if-none-match': etag }),
      },
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (response.status === 304 && last !== undefined) return last;
    if (!response.ok) {
      await response.body?.cancel();
      throw new Error(`${name} answers with status ${response.status}${hintOf(response.status)}`);
    }
    const sdl = await readText(response, maxBytes, name);
    etag = response.headers.get('etag');
    last = sdl;
    return sdl;
  }

  const explained = (error: unknown) => (error instanceof Error ? explain(error, name, timeoutMs) : error);
  return {
    name,
    read: () =>
      withoutTrace(read).catch((error: unknown) => {
        throw explained(error);
      }),
    follow({ found, unavailable }) {
      polling = poll(() => read().then(found, (error: unknown) => unavailable(explained(error))), pollMs);
    },
    close: () => polling?.close(),
  };
}

function hintOf(status: number): string {
  if (status === 401 || status === 403) return ': SUPERGRAPH_TOKEN is sent as the bearer token, if it is set';
  return status === 404 ? ': there is nothing at this address' : '';
}

async function readText({ body }: Response, maxBytes: number, name: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop cancels the stream.
  for await (const chunk of body ?? []) {
    size += chunk.length;
    if (size > maxBytes) throw new Error(`${name} holds more than SUPERGRAPH_MAX_BYTES, ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** "fetch failed" says nothing: its cause does. */
function explain(error: Error, name: string, timeoutMs: number): Error {
  if (error.name === 'TimeoutError')
    return new Error(`${name} did not answer within SUPERGRAPH_TIMEOUT_MS, ${timeoutMs} ms`);
  if (error.message !== 'fetch failed' || !(error.cause instanceof Error)) return error;
  const { message, code } = error.cause as NodeJS.ErrnoException;
  return new Error(`${name} cannot be reached: ${message || code}`, { cause: error });
}
