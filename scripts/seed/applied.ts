import { setTimeout as delay } from 'node:timers/promises';
import { databaseVariable } from '#platform/host/config.ts';
import { withConnection } from '../database/connect.ts';

/** The demo world stands without them; they come when the services run. */
const LONGEST_WAIT_MS = 10_000;

/**
 * Waits until notifications has applied all that happened: its inboxes come a moment after what they tell of, and
 * whoever starts the system should find them as they are to stay. Counting them is not enough: what was read later is
 * unread at first.
 *
 * @param environment the variables of a services process
 */
export async function untilApplied(environment: Record<string, string | undefined>): Promise<void> {
  const giveUpAt = Date.now() + LONGEST_WAIT_MS;
  for (const owner of ['users', 'messaging']) {
    const head = () => readPosition(environment, owner, HEAD, []);
    const applied = () => readPosition(environment, 'notifications', APPLIED, [`inbox-of-${owner}`]);
    while (!caughtUp(await head(), await applied()) && Date.now() < giveUpAt) await delay(50);
  }
}

function caughtUp(head: string | null, applied: string | null): boolean {
  return head !== null && head === applied;
}

/** Null while the relay has still to seal something. */
const HEAD = 'SELECT position FROM log_head WHERE NOT EXISTS (SELECT FROM events WHERE position IS NULL)';
const APPLIED = 'SELECT position FROM consumer_positions WHERE consumer = $1';

async function readPosition(
  environment: Record<string, string | undefined>,
  domain: string,
  sql: string,
  values: readonly string[],
): Promise<string | null> {
  return withConnection(environment[databaseVariable(domain)] ?? '', async (client) => {
    await client.query(`SET search_path TO ${domain}`);
    const { rows } = await client.query<{ position: string }>(sql, [...values]);
    return rows[0]?.position ?? null;
  });
}
