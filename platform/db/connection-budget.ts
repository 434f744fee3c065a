import { sql } from '../sql/statement.ts';
import type { Database } from './database.ts';

/** Connections of a hosted domain beside its pool: the lease of its relay and consumers, and two of its jobs. */
const BESIDE_POOL = 3;

/** How many connections a process may open, against how many PostgreSQL gives to all processes together. */
export interface ConnectionBudget {
  wanted: number;
  allowed: number;
}

/** What a process that hosts so many domains may take of PostgreSQL's `max_connections`; replicas take it again. */
export async function readConnectionBudget(
  db: Pick<Database<unknown>, 'query'>,
  { domains, poolSize }: { domains: number; poolSize: number },
): Promise<ConnectionBudget> {
  const [row] = await db.query(ALLOWED, []);
  return { wanted: domains * (poolSize + BESIDE_POOL), allowed: row?.allowed ?? 0 };
}

export const ALLOWED = sql<[], { allowed: number }>(
  `SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int AS allowed`,
);
