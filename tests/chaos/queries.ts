import { Pool } from 'undici';
import type { E2eNetwork } from '../e2e/network.ts';

/** Queries at a steady rate. */
interface Queries {
  stop(): Promise<{ answered: number; failures: unknown[] }>;
}

const RATE = 200;

/** Asks the same at a fixed rate, whatever becomes of it. */
export function startQueries({ gatewayUrl }: E2eNetwork, token: string): Queries {
  const pool = new Pool(gatewayUrl, { connections: 50 });
  const failures: unknown[] = [];
  const running = new Set<Promise<void>>();
  const startedAt = performance.now();
  let answered = 0;
  let sent = 0;

  async function ask(): Promise<void> {
    try {
      const { statusCode, body } = await pool.request({
        path: '/graphql',
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify({ query: '{ viewer { user { name } } }' }),
      });
      const answer = (await body.json()) as { errors?: unknown };
      if (statusCode !== 200 || answer.errors !== undefined) failures.push(answer);
      else answered += 1;
    } catch (error) {
      failures.push(error);
    }
  }

  // Timers come late on a busy machine: what is missing is sent at once.
  const timer = setInterval(() => {
    const due = ((performance.now() - startedAt) * RATE) / 1_000;
    for (; sent < due; sent += 1) {
      const asking = ask().finally(() => running.delete(asking));
      running.add(asking);
    }
  }, 1_000 / RATE);
  return {
    async stop() {
      clearInterval(timer);
      await Promise.all(running);
      await pool.close();
      return { answered, failures };
    },
  };
}
