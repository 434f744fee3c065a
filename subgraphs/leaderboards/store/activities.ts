import type { PrismaClient } from '#gen/prisma/leaderboards/client.ts';
import type { Day } from '#platform/days.ts';
import type { Transaction } from '#platform/db/database.ts';
import { queryIn, sql } from '#platform/sql/statement.ts';
import { achievementUnlocked, pointsAwarded } from '../events/events.ts';
import { streaksReached } from '../rules/rules.ts';
import { lockPeople } from './lock.ts';
import { TOTALS } from './score-sql.ts';
import type { ScoreStore } from './scores.ts';

/** What all activities have. */
export interface Activity {
  /** The event that told of it: nothing is given twice for one event. */
  eventId: string;
  userId: string;
  /** When it happened. */
  occurredAt: Date;
  /** On which of the person's own days. */
  day: Day;
}

/**
 * What people did, as other domains tell: written down, rewarded by the rules, and counted on every board, inside of the
 * consumer's transaction. What comes a second time changes nothing.
 */
export interface ActivityStore {
  recordSession(
    transaction: Transaction<PrismaClient>,
    session: Activity & { sessionId: string; volumeGrams: number },
  ): Promise<void>;
  recordBrokenRecord(
    transaction: Transaction<PrismaClient>,
    record: Activity & { recordId: string },
  ): Promise<void>;
  /** A day that was closed within the diet's target. */
  recordDayOnTarget(transaction: Transaction<PrismaClient>, day: Activity): Promise<void>;
}

type Trigger = 'SESSION_FINISHED' | 'RECORD_BROKEN' | 'DAY_ON_TARGET';
type Tx = Transaction<PrismaClient>;

/** @param newId - Makes a fresh UUIDv7. */
export function createActivityStore(scores: ScoreStore, newId: () => string): ActivityStore {
  /** Rewards what was written down for the first time, and brings boards and achievements to where they belong. */
  async function reward(transaction: Tx, activity: Activity, trigger: Trigger): Promise<void> {
    await award(transaction, activity, (ids) =>
      queryIn(transaction.tx, AWARD_TRIGGER, [
        ids,
        activity.userId,
        activity.eventId,
        activity.occurredAt,
        activity.day,
        trigger,
      ]),
    );
    if (trigger !== 'RECORD_BROKEN') await lengthenStreak(transaction, activity, trigger === 'DAY_ON_TARGET');
    // A day may be told of in the period behind its own: streaks go by days, all else by when it happened.
    const { userId, occurredAt, day } = activity;
    const instants = [occurredAt, new Date(`${day}T12:00:00Z`)];
    await scores.rescore(
      transaction,
      instants.map((instant) => ({ userId, instant })),
    );
    await advanceAchievements(transaction, activity);
  }

  async function award(
    { append }: Tx,
    { userId }: Activity,
    insert: (ids: string[]) => Promise<{ id: string }[]>,
  ): Promise<void> {
    const entries = await insert(Array.from({ length: MOST_RULES }, () => newId()));
    await append(...entries.map(({ id }) => pointsAwarded(id, userId)));
  }

  /** Streaks are rewarded once for each length: a day that joins two rows of days gives what neither had reached. */
  async function lengthenStreak(transaction: Tx, activity: Activity, onTarget: boolean): Promise<void> {
    const { userId, day, occurredAt, eventId } = activity;
    const [row] = await queryIn(transaction.tx, MARK_ACTIVE, [userId, day, occurredAt, onTarget]);
    if (row === undefined || !row.isNew) return;
    const reached = streaksReached(row.before, row.after, row.thresholds);
    if (reached.length === 0) return;
    await award(transaction, activity, (ids) =>
      queryIn(transaction.tx, AWARD_STREAK, [ids, userId, eventId, occurredAt, day, reached]),
    );
  }

  async function advanceAchievements({ tx, append }: Tx, { userId, occurredAt }: Activity): Promise<void> {
    const advanced = await queryIn(tx, ADVANCE_ACHIEVEMENTS, [[userId], occurredAt]);
    const unlocked = advanced.filter((row) => row.unlocked);
    await append(...unlocked.map(({ achievementId }) => achievementUnlocked(achievementId, userId)));
  }

  return {
    async recordSession(transaction, session) {
      await lockPeople(transaction, [session.userId]);
      const { count } = await transaction.tx.finishedSession.createMany({
        data: {
          id: session.sessionId,
          userId: session.userId,
          finishedAt: session.occurredAt,
          volumeGrams: session.volumeGrams,
        },
        skipDuplicates: true,
      });
      if (count === 1) await reward(transaction, session, 'SESSION_FINISHED');
    },

    async recordBrokenRecord(transaction, record) {
      await lockPeople(transaction, [record.userId]);
      const { recordId: id, userId, occurredAt: brokenAt } = record;
      const data = { id, userId, brokenAt };
      const { count } = await transaction.tx.brokenRecord.createMany({ data, skipDuplicates: true });
      if (count === 1) await reward(transaction, record, 'RECORD_BROKEN');
    },

    async recordDayOnTarget(transaction, day) {
      await lockPeople(transaction, [day.userId]);
      const where = { userId: day.userId, day: new Date(day.day), onTarget: true };
      const isKnown = (await transaction.tx.activeDay.count({ where })) > 0;
      if (!isKnown) await reward(transaction, day, 'DAY_ON_TARGET');
    },
  };
}

/** No event meets more rules than this: each takes an id that was made beforehand. */
const MOST_RULES = 20;

const INSERT_ENTRIES = `
  INSERT INTO user_points (id, user_id, event_id, rule_name, reason, points, occurred_at, day)
  SELECT ($1::uuid[])[row_number() OVER (ORDER BY r.name)], $2::uuid, $3::uuid, r.name, r.title, r.points, $4::timestamptz, $5::date
  FROM point_rules r`;

type Award = [ids: readonly string[], userId: string, eventId: string, occurredAt: Date, day: Day];

export const AWARD_TRIGGER = sql<[...Award, trigger: Trigger], { id: string }>(`${INSERT_ENTRIES}
  WHERE r.active AND r.trigger = $6::point_trigger AND (r.max_per_day IS NULL OR r.max_per_day > (
    SELECT count(*) FROM user_points g WHERE g.user_id = $2::uuid AND g.rule_name = r.name AND g.day = $5::date
  ))
  ON CONFLICT (event_id, rule_name) DO NOTHING
  RETURNING id`);

export const AWARD_STREAK = sql<[...Award, thresholds: readonly number[]], { id: string }>(`${INSERT_ENTRIES}
  WHERE r.active AND r.trigger = 'STREAK_REACHED' AND r.threshold = ANY ($6::integer[])
  ON CONFLICT (event_id, rule_name) DO NOTHING
  RETURNING id`);

/**
 * Marks a day, and answers the longer of the two rows of days beside it, and the row that it is in now. Days beside it are
 * those from which to it no day is missing.
 */
export const MARK_ACTIVE = sql<
  [userId: string, day: Day, occurredAt: Date, onTarget: boolean],
  { isNew: boolean; before: number; after: number; thresholds: number[] }
>(`
WITH marked AS (
  INSERT INTO active_days AS a (user_id, day, occurred_at, on_target) VALUES ($1::uuid, $2::date, $3::timestamptz, $4::boolean)
  ON CONFLICT (user_id, day) DO UPDATE SET on_target = true WHERE excluded.on_target AND NOT a.on_target
  RETURNING xmax = 0 AS is_new
), earlier AS (
  SELECT count(*)::integer AS length FROM (
    SELECT day, row_number() OVER (ORDER BY day DESC) AS nth FROM active_days
    WHERE user_id = $1::uuid AND day < $2::date
  ) AS days WHERE day = $2::date - nth::integer
), later AS (
  SELECT count(*)::integer AS length FROM (
    SELECT day, row_number() OVER (ORDER BY day) AS nth FROM active_days
    WHERE user_id = $1::uuid AND day > $2::date
  ) AS days WHERE day = $2::date + nth::integer
)
SELECT marked.is_new AS "isNew", greatest(earlier.length, later.length) AS before,
       earlier.length + later.length + 1 AS after,
       ARRAY(SELECT threshold FROM point_rules WHERE active AND trigger = 'STREAK_REACHED') AS thresholds
FROM marked, earlier, later`);

/** Progress only rises, and what was unlocked stays. */
export const ADVANCE_ACHIEVEMENTS = sql<
  [userIds: readonly string[], occurredAt: Date],
  { achievementId: string; unlocked: boolean }
>(`
WITH totals AS (${TOTALS}), progress AS (
  SELECT t.user_id, m.metric::achievement_metric AS metric, m.value
  FROM totals t CROSS JOIN LATERAL (VALUES
    ('SESSIONS', t.sessions), ('VOLUME', t.volume), ('RECORDS', t.records), ('DAYS_ON_TARGET', t.days_on_target),
    ('STREAK', t.longest_streak), ('POINTS', t.points)
  ) AS m (metric, value)
)
INSERT INTO user_achievements AS u (user_id, achievement_id, progress, unlocked_at)
SELECT p.user_id, a.id, LEAST(p.value, a.target), CASE WHEN p.value >= a.target THEN $2::timestamptz END
FROM progress p JOIN achievements a ON a.metric = p.metric
WHERE a.active AND p.value > 0
ON CONFLICT (user_id, achievement_id) DO UPDATE SET progress = excluded.progress, unlocked_at = excluded.unlocked_at
WHERE u.unlocked_at IS NULL AND excluded.progress > u.progress
RETURNING achievement_id AS "achievementId", unlocked_at IS NOT NULL AS unlocked`);
