import { sql } from '#platform/sql/statement.ts';

/** Right in all: a narrower type where text holds it, a null for what may be null. */
export const right = sql<
  [ids: readonly string[]],
  {
    id: string;
    kind: 'DIRECT' | 'GROUP';
    title: string | null;
    lastActivityAt: Date;
    participantCount: number;
  }
>(`
  SELECT id, kind, title, last_activity_at AS "lastActivityAt", participant_count AS "participantCount"
  FROM conversations WHERE id = ANY ($1::uuid[])`);

/** A column under another name than the row's. */
export const misnamed = sql<[], { lastActivityAt: Date }>('SELECT last_activity_at FROM conversations');

export const mistyped = sql<[], { lastActivityAt: string }>(
  'SELECT last_activity_at AS "lastActivityAt" FROM conversations',
);

export const nullable = sql<[], { title: string }>('SELECT title FROM conversations');

/** As above, where the statement leaves no null. */
export const present = sql<[], { title: string }, 'title'>(
  'SELECT title FROM conversations WHERE title IS NOT NULL',
);

/** No column of memberships is null; the join's is where there is none. */
export const outerJoined = sql<[], { userId: string }>(`
  SELECT v.user_id AS "userId" FROM conversations c LEFT JOIN memberships v ON v.conversation_id = c.id`);

export const misvalued = sql<[id: string, since: string], { id: string }>(
  'SELECT id FROM conversations WHERE id = $1 AND last_activity_at > $2',
);

export const undervalued = sql<[], { id: string }>('SELECT id FROM conversations WHERE id = $1');
