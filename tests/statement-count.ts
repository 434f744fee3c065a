import pg from 'pg';

/** Counts the statements that PostgreSQL ran, by its own books (pg_stat_statements). */
export interface StatementCount {
  /** The statements of some work by every domain's role, each with how often it ran. BEGIN and COMMIT do not count. */
  during(work: () => Promise<unknown>): Promise<{ query: string; calls: number }[]>;
  close(): Promise<void>;
}

/**
 * Opens the books of one database; other test files use others at the same time.
 *
 * @param adminUrl the database, as its administrator
 * @param platform whether the platform's tables count: only where no relay, follower or job runs beside the work
 */
export async function openStatementCount(
  adminUrl: string,
  { platform = false } = {},
): Promise<StatementCount> {
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  return {
    async during(work) {
      await admin.query(RESET);
      await work();
      const { rows } = await admin.query(READ, [platform]);
      return rows;
    },
    close: () => admin.end(),
  };
}

const RESET = `
SELECT pg_stat_statements_reset(0, (SELECT oid FROM pg_database WHERE datname = current_database()), 0)`;

/** What relays, followers and jobs do beside the work is known by the platform's tables. */
const READ = `
SELECT query, sum(calls)::integer AS calls FROM pg_stat_statements
WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND userid <> current_user::regrole
  AND query !~* '^(begin|commit|rollback|set|show|select pg_)'
  AND ($1 OR query !~* '(events|topics|log_head|log_epoch|consumer_positions|_jobs|advisory)')
GROUP BY query ORDER BY query`;
