import { Pool } from 'undici';

/** One operation as a client posts it. */
export interface LoadRequest {
  /** Is the address of the gateway, without path. */
  origin: string;
  token: string;
  query: string;
}

/** Says what came of a load. */
interface LoadResult {
  requests: number;
  /** From the first request to the last answer. */
  seconds: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
}

/** Asks once and answers with the body. Throws where it is not 200. */
export async function askOnce(request: LoadRequest): Promise<Buffer> {
  const pool = new Pool(request.origin);
  try {
    return await ask(pool, request);
  } finally {
    await pool.close();
  }
}

/**
 * Asks over `connections` keep-alive connections, each one request after the other, for `seconds`, and lets what runs
 * then end: so the work of a gateway in between is the work of exactly the requests counted. Not one of the load
 * generators of npm, which count in ticks of a second.
 *
 * @throws where an answer is not 200 with the expected bytes
 */
export async function load(
  request: LoadRequest,
  {
    connections,
    seconds,
    expected,
    atLeast = 0,
  }: {
    connections: number;
    seconds: number;
    expected: Buffer;
    /** Requests, whatever time they take: what warms up does so by requests. */
    atLeast?: number;
  },
): Promise<LoadResult> {
  const pool = new Pool(request.origin, { connections, pipelining: 1 });
  const times: number[] = [];
  const began = performance.now();
  const until = began + seconds * 1_000;

  async function connection(): Promise<void> {
    while (performance.now() < until || times.length < atLeast) {
      const asked = performance.now();
      const body = await ask(pool, request);
      times.push(performance.now() - asked);
      if (!body.equals(expected))
        throw new Error(`Not the expected answer: ${body.toString().slice(0, 300)}`);
    }
  }

  try {
    await Promise.all(Array.from({ length: connections }, connection));
  } finally {
    await pool.destroy();
  }
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
  return {
    requests: times.length,
    seconds: (performance.now() - began) / 1_000,
    p50: at(0.5),
    p99: at(0.99),
  };
}

async function ask(pool: Pool, { token, query }: LoadRequest): Promise<Buffer> {
  const { statusCode, body } = await pool.request({
    method: 'POST',
    path: '/graphql',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json',
      authorization: `Bearer ${token}`,
    },
    body: JSON.stringify({ query }),
  });
  const bytes = Buffer.from(await body.arrayBuffer());
  if (statusCode !== 200) throw new Error(`Answered ${statusCode}: ${bytes.toString().slice(0, 300)}`);
  return bytes;
}
