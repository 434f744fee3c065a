/**
 * Commits events to messaging's log at a rate, each in a transaction of its own, as its service appends them, and wakes the
 * relay as another process of the domain would: run by live/steady.ts with the domain's database and Redis.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'pg';

import { createLogger } from '../../observability/logger.ts';
import type { SqlTransaction } from '../../platform/sql/statement.ts';
import { APPEND, appendEvents } from '../../platform/event-log/append.ts';
import { relayChannel } from '../../platform/events/channels.ts';
import { createWakeups } from '../../platform/events/wakeups.ts';
import type { Commit, Committed } from './messages.ts';

const DOMAIN = 'messaging';
const TICK_MS = 10;
/** Limits the commits under way; a rate that takes more is not reached, and is reported as it is. */
const AT_A_TIME = 64;
const CONNECTIONS = 16;

const [, , databaseUrl = '', redisUrl = ''] = process.argv;
const log = createLogger({ level: 'warn', name: 'bench-committer' });
const pool = new Pool({
  connectionString: databaseUrl,
  max: CONNECTIONS,
  options: `-c search_path=${DOMAIN}`,
});
const wakeups = createWakeups({ redisUrl, log });
/** One statement is a transaction; the one that appends is prepared, as the service has it. */
const transaction: SqlTransaction = {
  $queryRawUnsafe: async <Rows>(sql: string, ...values: unknown[]) =>
    (await pool.query({ ...(sql === APPEND.text ? APPEND : { text: sql }), values })).rows as Rows,
  $executeRawUnsafe: async (sql, ...values) => (await pool.query(sql, values)).rowCount ?? 0,
};

process.on('message', (commit: Commit) => {
  commitAll(commit).then(
    (committed) => process.send?.(committed),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});

async function commitAll({ conversationIds, perSecond, seconds }: Commit): Promise<Committed> {
  const total = perSecond * seconds;
  const began = performance.now();
  let begun = 0;
  let underWay = 0;
  while (begun < total || underWay > 0) {
    const due = Math.min(total, Math.floor(((performance.now() - began) / 1_000) * perSecond));
    while (begun < due && underWay < AT_A_TIME) {
      underWay += 1;
      void commitOne(conversationIds[begun % conversationIds.length] ?? '').finally(() => {
        underWay -= 1;
      });
      begun += 1;
    }
    // The relay's sweep comes where Redis is not there yet.
    await wakeups.publish(relayChannel(DOMAIN), 0).catch(() => {});
    await sleep(TICK_MS);
  }
  return { events: total, seconds: (performance.now() - began) / 1_000 };
}

async function commitOne(conversationId: string): Promise<void> {
  const topic = `${DOMAIN}.conversation.${conversationId}`;
  const payload = { conversationRenamed: { conversationId, actorId: '' } };
  await appendEvents(transaction, [{ topic, kind: `${DOMAIN}.conversation-renamed`, payload }], {
    domain: DOMAIN,
    newId: randomUUID,
  });
}
