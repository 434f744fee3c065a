-- CreateEnum
CREATE TYPE "visibility" AS ENUM ('PUBLIC', 'FRIENDS', 'PRIVATE');

-- CreateEnum
CREATE TYPE "board_kind" AS ENUM ('GLOBAL', 'FRIENDS', 'GYM', 'COMMUNITY');

-- CreateEnum
CREATE TYPE "board_metric" AS ENUM ('POINTS', 'VOLUME', 'SESSIONS', 'STREAK');

-- CreateEnum
CREATE TYPE "board_period" AS ENUM ('ALL_TIME', 'MONTHLY', 'WEEKLY');

-- CreateEnum
CREATE TYPE "goal_kind" AS ENUM ('ABSOLUTE', 'RELATIVE', 'CUSTOM');

-- CreateEnum
CREATE TYPE "board_access" AS ENUM ('OPEN', 'INVITATION');

-- CreateEnum
CREATE TYPE "point_trigger" AS ENUM ('SESSION_FINISHED', 'RECORD_BROKEN', 'DAY_ON_TARGET', 'STREAK_REACHED');

-- CreateEnum
CREATE TYPE "achievement_metric" AS ENUM ('SESSIONS', 'VOLUME', 'RECORDS', 'DAYS_ON_TARGET', 'STREAK', 'POINTS');

-- CreateTable
CREATE TABLE "players" (
    "user_id" UUID NOT NULL,
    "visibility" "visibility" NOT NULL,
    "joined_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "players_pkey" PRIMARY KEY ("user_id")
);

-- CreateTable
CREATE TABLE "sharing" (
    "user_id" UUID NOT NULL,
    "progress" BOOLEAN NOT NULL DEFAULT false,
    "achievements" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "sharing_pkey" PRIMARY KEY ("user_id")
);

-- CreateTable
CREATE TABLE "friendships" (
    "user_id" UUID NOT NULL,
    "friend_id" UUID NOT NULL,

    CONSTRAINT "friendships_pkey" PRIMARY KEY ("user_id","friend_id")
);

-- CreateTable
CREATE TABLE "blocks" (
    "blocker_id" UUID NOT NULL,
    "blocked_id" UUID NOT NULL,

    CONSTRAINT "blocks_pkey" PRIMARY KEY ("blocker_id","blocked_id")
);

-- CreateTable
CREATE TABLE "gym_members" (
    "gym_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,

    CONSTRAINT "gym_members_pkey" PRIMARY KEY ("gym_id","user_id")
);

-- CreateTable
CREATE TABLE "point_rules" (
    "name" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "trigger" "point_trigger" NOT NULL,
    "points" INTEGER NOT NULL,
    "threshold" INTEGER,
    "max_per_day" INTEGER,
    "active" BOOLEAN NOT NULL DEFAULT true,

    CONSTRAINT "point_rules_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "user_points" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "event_id" UUID NOT NULL,
    "rule_name" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "points" INTEGER NOT NULL,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "day" DATE NOT NULL,

    CONSTRAINT "user_points_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "finished_sessions" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "finished_at" TIMESTAMPTZ(3) NOT NULL,
    "volume_grams" BIGINT NOT NULL,

    CONSTRAINT "finished_sessions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "broken_records" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "broken_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "broken_records_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "active_days" (
    "user_id" UUID NOT NULL,
    "day" DATE NOT NULL,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "on_target" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "active_days_pkey" PRIMARY KEY ("user_id","day")
);

-- CreateTable
CREATE TABLE "achievements" (
    "id" UUID NOT NULL,
    "title" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "metric" "achievement_metric" NOT NULL,
    "target" BIGINT NOT NULL,
    "active" BOOLEAN NOT NULL DEFAULT true,

    CONSTRAINT "achievements_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "user_achievements" (
    "user_id" UUID NOT NULL,
    "achievement_id" UUID NOT NULL,
    "progress" BIGINT NOT NULL,
    "unlocked_at" TIMESTAMPTZ(3),

    CONSTRAINT "user_achievements_pkey" PRIMARY KEY ("user_id","achievement_id")
);

-- CreateTable
CREATE TABLE "boards" (
    "id" UUID NOT NULL,
    "kind" "board_kind" NOT NULL,
    "title" TEXT NOT NULL,
    "description" TEXT,
    "metric" "board_metric" NOT NULL,
    "period" "board_period" NOT NULL,
    "time_zone" TEXT NOT NULL,
    "goal_kind" "goal_kind" NOT NULL DEFAULT 'ABSOLUTE',
    "target" BIGINT,
    "access" "board_access",
    "gym_id" UUID,
    "owner_id" UUID,
    "invitation_code" TEXT,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "boards_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "board_members" (
    "board_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "joined_at" TIMESTAMPTZ(3) NOT NULL,
    "own_target" BIGINT,

    CONSTRAINT "board_members_pkey" PRIMARY KEY ("board_id","user_id")
);

-- CreateTable
CREATE TABLE "board_scores" (
    "board_id" UUID NOT NULL,
    "starts_on" DATE NOT NULL,
    "user_id" UUID NOT NULL,
    "score" BIGINT NOT NULL,
    "reached_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "board_scores_pkey" PRIMARY KEY ("board_id","starts_on","user_id")
);

-- CreateTable
CREATE TABLE "rank_changes" (
    "id" BIGSERIAL NOT NULL,
    "board_id" UUID NOT NULL,
    "starts_on" DATE NOT NULL,
    "user_id" UUID NOT NULL,

    CONSTRAINT "rank_changes_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "closed_periods" (
    "board_id" UUID NOT NULL,
    "starts_on" DATE NOT NULL,
    "closed_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "closed_periods_pkey" PRIMARY KEY ("board_id","starts_on")
);

-- CreateIndex
CREATE INDEX "friendships_friend_id_idx" ON "friendships"("friend_id");

-- CreateIndex
CREATE INDEX "blocks_blocked_id_idx" ON "blocks"("blocked_id");

-- CreateIndex
CREATE INDEX "gym_members_user_id_idx" ON "gym_members"("user_id");

-- CreateIndex
CREATE INDEX "user_points_user_id_occurred_at_id_idx" ON "user_points"("user_id", "occurred_at", "id");

-- CreateIndex
CREATE INDEX "user_points_user_id_rule_name_day_idx" ON "user_points"("user_id", "rule_name", "day");

-- CreateIndex
CREATE UNIQUE INDEX "user_points_event_id_rule_name_key" ON "user_points"("event_id", "rule_name");

-- CreateIndex
CREATE INDEX "finished_sessions_user_id_finished_at_idx" ON "finished_sessions"("user_id", "finished_at");

-- CreateIndex
CREATE INDEX "broken_records_user_id_idx" ON "broken_records"("user_id");

-- CreateIndex
CREATE UNIQUE INDEX "achievements_metric_target_key" ON "achievements"("metric", "target");

-- CreateIndex
CREATE UNIQUE INDEX "boards_invitation_code_key" ON "boards"("invitation_code");

-- CreateIndex
CREATE INDEX "boards_kind_created_at_id_idx" ON "boards"("kind", "created_at", "id");

-- CreateIndex
CREATE INDEX "boards_gym_id_idx" ON "boards"("gym_id");

-- CreateIndex
CREATE INDEX "boards_owner_id_idx" ON "boards"("owner_id");

-- CreateIndex
CREATE INDEX "board_members_user_id_idx" ON "board_members"("user_id");

-- CreateIndex
CREATE INDEX "board_scores_user_id_idx" ON "board_scores"("user_id");

-- AddForeignKey
ALTER TABLE "user_points" ADD CONSTRAINT "user_points_rule_name_fkey" FOREIGN KEY ("rule_name") REFERENCES "point_rules"("name") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "user_achievements" ADD CONSTRAINT "user_achievements_achievement_id_fkey" FOREIGN KEY ("achievement_id") REFERENCES "achievements"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "board_members" ADD CONSTRAINT "board_members_board_id_fkey" FOREIGN KEY ("board_id") REFERENCES "boards"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "board_members" ADD CONSTRAINT "board_members_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "players"("user_id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "board_scores" ADD CONSTRAINT "board_scores_board_id_fkey" FOREIGN KEY ("board_id") REFERENCES "boards"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "closed_periods" ADD CONSTRAINT "closed_periods_board_id_fkey" FOREIGN KEY ("board_id") REFERENCES "boards"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What follows Prisma does not know.

-- A board in its order: best first, and of two with the same score the earlier.
CREATE INDEX "board_scores_rank" ON "board_scores" ("board_id", "starts_on", "score" DESC, "reached_at", "user_id");

-- Which period of a board an instant lies in. Days are the board's own; ALL_TIME has no end.
CREATE FUNCTION board_period_at(period board_period, zone text, instant timestamptz)
RETURNS TABLE (starts_on date, ends_on date, starts_at timestamptz, ends_at timestamptz)
LANGUAGE sql STABLE AS $$
  SELECT first_day, next_day,
         CASE WHEN period = 'ALL_TIME' THEN '-infinity' ELSE first_day::timestamp AT TIME ZONE zone END,
         CASE WHEN period = 'ALL_TIME' THEN 'infinity' ELSE next_day::timestamp AT TIME ZONE zone END
  FROM (
    SELECT CASE period
             WHEN 'ALL_TIME' THEN date '1970-01-01'
             WHEN 'MONTHLY' THEN date_trunc('month', instant AT TIME ZONE zone)::date
             ELSE date_trunc('week', instant AT TIME ZONE zone)::date
           END
  ) AS first (first_day),
  LATERAL (
    SELECT CASE period
             WHEN 'ALL_TIME' THEN 'infinity'::date
             WHEN 'MONTHLY' THEN (first_day + interval '1 month')::date
             ELSE first_day + 7
           END
  ) AS next (next_day)
$$;

INSERT INTO "point_rules" ("name", "title", "trigger", "points", "threshold", "max_per_day") VALUES
  ('session-finished', 'Finished a workout session', 'SESSION_FINISHED', 10, NULL, 3),
  ('record-broken', 'Broke a personal record', 'RECORD_BROKEN', 15, NULL, 5),
  ('day-on-target', 'Closed a day within the diet''s target', 'DAY_ON_TARGET', 5, NULL, 1),
  ('streak-3', 'Active 3 days in a row', 'STREAK_REACHED', 10, 3, NULL),
  ('streak-7', 'Active 7 days in a row', 'STREAK_REACHED', 30, 7, NULL),
  ('streak-14', 'Active 14 days in a row', 'STREAK_REACHED', 75, 14, NULL),
  ('streak-30', 'Active 30 days in a row', 'STREAK_REACHED', 200, 30, NULL),
  ('streak-100', 'Active 100 days in a row', 'STREAK_REACHED', 1000, 100, NULL);

INSERT INTO "achievements" ("id", "title", "description", "metric", "target") VALUES
  ('01a0b000-0000-7000-8000-00000000a101', 'First step', 'Finish a workout session.', 'SESSIONS', 1),
  ('01a0b000-0000-7000-8000-00000000a102', 'Regular', 'Finish 10 workout sessions.', 'SESSIONS', 10),
  ('01a0b000-0000-7000-8000-00000000a103', 'Half a hundred', 'Finish 50 workout sessions.', 'SESSIONS', 50),
  ('01a0b000-0000-7000-8000-00000000a104', 'Centurion', 'Finish 100 workout sessions.', 'SESSIONS', 100),
  ('01a0b000-0000-7000-8000-00000000a105', 'Part of the furniture', 'Finish 500 workout sessions.', 'SESSIONS', 500),
  ('01a0b000-0000-7000-8000-00000000a201', 'A small car', 'Move 1,000 kg in all.', 'VOLUME', 1000000),
  ('01a0b000-0000-7000-8000-00000000a202', 'A lorry', 'Move 10,000 kg in all.', 'VOLUME', 10000000),
  ('01a0b000-0000-7000-8000-00000000a203', 'A blue whale', 'Move 100,000 kg in all.', 'VOLUME', 100000000),
  ('01a0b000-0000-7000-8000-00000000a204', 'A freight train', 'Move 1,000,000 kg in all.', 'VOLUME', 1000000000),
  ('01a0b000-0000-7000-8000-00000000a301', 'Better than before', 'Break a personal record.', 'RECORDS', 1),
  ('01a0b000-0000-7000-8000-00000000a302', 'Record collector', 'Break 10 personal records.', 'RECORDS', 10),
  ('01a0b000-0000-7000-8000-00000000a303', 'No ceiling', 'Break 50 personal records.', 'RECORDS', 50),
  ('01a0b000-0000-7000-8000-00000000a401', 'A good week', 'Close 7 days within your diet''s target.', 'DAYS_ON_TARGET', 7),
  ('01a0b000-0000-7000-8000-00000000a402', 'A good month', 'Close 30 days within your diet''s target.', 'DAYS_ON_TARGET', 30),
  ('01a0b000-0000-7000-8000-00000000a403', 'A good season', 'Close 100 days within your diet''s target.', 'DAYS_ON_TARGET', 100),
  ('01a0b000-0000-7000-8000-00000000a501', 'Seven in a row', 'Be active 7 days in a row.', 'STREAK', 7),
  ('01a0b000-0000-7000-8000-00000000a502', 'Thirty in a row', 'Be active 30 days in a row.', 'STREAK', 30),
  ('01a0b000-0000-7000-8000-00000000a503', 'A hundred in a row', 'Be active 100 days in a row.', 'STREAK', 100),
  ('01a0b000-0000-7000-8000-00000000a504', 'All year round', 'Be active 365 days in a row.', 'STREAK', 365),
  ('01a0b000-0000-7000-8000-00000000a601', 'A hundred points', 'Collect 100 points.', 'POINTS', 100),
  ('01a0b000-0000-7000-8000-00000000a602', 'A thousand points', 'Collect 1,000 points.', 'POINTS', 1000),
  ('01a0b000-0000-7000-8000-00000000a603', 'Ten thousand points', 'Collect 10,000 points.', 'POINTS', 10000);

-- The boards that everybody finds.
INSERT INTO "boards" ("id", "kind", "title", "description", "metric", "period", "time_zone", "goal_kind", "created_at") VALUES
  ('01a0b000-0000-7000-8000-00000000b001', 'GLOBAL', 'Points of all time', 'All points since the beginning.', 'POINTS', 'ALL_TIME', 'UTC', 'ABSOLUTE', '2026-11-01 00:00:01+00'),
  ('01a0b000-0000-7000-8000-00000000b002', 'GLOBAL', 'Points this month', 'Points since the first of the month.', 'POINTS', 'MONTHLY', 'UTC', 'ABSOLUTE', '2026-11-01 00:00:02+00'),
  ('01a0b000-0000-7000-8000-00000000b003', 'GLOBAL', 'Volume this month', 'Kilograms moved since the first of the month.', 'VOLUME', 'MONTHLY', 'UTC', 'ABSOLUTE', '2026-11-01 00:00:03+00'),
  ('01a0b000-0000-7000-8000-00000000b004', 'GLOBAL', 'Sessions this week', 'Workout sessions finished since Monday.', 'SESSIONS', 'WEEKLY', 'UTC', 'ABSOLUTE', '2026-11-01 00:00:04+00'),
  ('01a0b000-0000-7000-8000-00000000b005', 'GLOBAL', 'Longest streak', 'Most active days in a row, ever.', 'STREAK', 'ALL_TIME', 'UTC', 'ABSOLUTE', '2026-11-01 00:00:05+00'),
  ('01a0b000-0000-7000-8000-00000000b006', 'GLOBAL', 'Most improved this week', 'Points since Monday, in percent of one''s own points of the week before.', 'POINTS', 'WEEKLY', 'UTC', 'RELATIVE', '2026-11-01 00:00:06+00'),
  ('01a0b000-0000-7000-8000-00000000b101', 'FRIENDS', 'Friends: points this week', 'You and your friends, by points since Monday.', 'POINTS', 'WEEKLY', 'UTC', 'ABSOLUTE', '2026-11-01 00:00:07+00'),
  ('01a0b000-0000-7000-8000-00000000b102', 'FRIENDS', 'Friends: volume this month', 'You and your friends, by kilograms moved since the first of the month.', 'VOLUME', 'MONTHLY', 'UTC', 'ABSOLUTE', '2026-11-01 00:00:08+00'),
  ('01a0b000-0000-7000-8000-00000000b103', 'FRIENDS', 'Friends: longest streak', 'You and your friends, by active days in a row.', 'STREAK', 'ALL_TIME', 'UTC', 'ABSOLUTE', '2026-11-01 00:00:09+00');
