import type { StatementCount } from '#tests/statement-count.ts';

/** How many statements a request ran. The relay may still ask, for what was written before, whom to wake: not counted. */
export async function costOfRequest(count: StatementCount, request: () => Promise<unknown>): Promise<number> {
  const statements = await count.during(request);
  return statements
    .filter(({ query }) => !WHOM_TO_WAKE.test(query))
    .reduce((sum, { calls }) => sum + calls, 0);
}

/** The store's `listPresent`. */
const WHOM_TO_WAKE = /^SELECT DISTINCT user_id AS "userId" FROM memberships/;
