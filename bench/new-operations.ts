import { Pool } from 'undici';
import type { Contender } from './contenders.ts';
import type { Turns } from './measure/turns.ts';
import { turnsWhile } from './measure/usage.ts';
import { HEAVY, SMALL } from './operations.ts';

/** Says what it cost a gateway to get operations that it had never seen. */
export interface NewOperations extends Turns {
  name: string;
  operations: number;
  /** Operations a second: what was wanted, and what came. */
  wanted: number;
  perSecond: number;
}

const PER_SECOND = 200;
/** One in so many is the heavy operation, the others are small. */
const HEAVY_EVERY = 5;

/** Sends operations that differ in their name, at a steady rate whatever the answers take. */
export async function measureNewOperations(
  { name, origin, probePort }: Contender,
  token: string,
  seconds: number,
): Promise<NewOperations> {
  const pool = new Pool(origin, { connections: 128 });
  const operations = PER_SECOND * seconds;
  const began = performance.now();
  try {
    const turns = await turnsWhile(probePort, async () => {
      const answers: Promise<void>[] = [];
      for (let index = 0; index < operations; index += 1) {
        await until(began + (index * 1_000) / PER_SECOND);
        answers.push(askNew(pool, token, index));
      }
      await Promise.all(answers);
    });
    const perSecond = operations / ((performance.now() - began) / 1_000);
    return { name, operations, wanted: PER_SECOND, perSecond, ...turns };
  } finally {
    await pool.close();
  }
}

async function askNew(pool: Pool, token: string, index: number): Promise<void> {
  const operation = index % HEAVY_EVERY === 0 ? HEAVY : SMALL;
  const query = operation.replace(/query \w+/, `query New${index}`);
  const { statusCode, body } = await pool.request({
    method: 'POST',
    path: '/graphql',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query }),
  });
  const { errors } = (await body.json()) as { errors?: unknown };
  if (statusCode !== 200 || errors !== undefined)
    throw new Error(`Answered ${statusCode}: ${JSON.stringify(errors)}`);
}

async function until(time: number): Promise<void> {
  const leftMs = time - performance.now();
  if (leftMs > 0) await new Promise((resolve) => setTimeout(resolve, leftMs));
}
