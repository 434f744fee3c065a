-- CreateEnum
CREATE TYPE "exercise_category" AS ENUM ('STRENGTH', 'OLYMPIC', 'PLYOMETRIC', 'CARDIO', 'MOBILITY');

-- CreateEnum
CREATE TYPE "exercise_equipment" AS ENUM ('BODYWEIGHT', 'BARBELL', 'DUMBBELL', 'KETTLEBELL', 'MACHINE', 'CABLE', 'BAND', 'BENCH', 'PULL_UP_BAR', 'MEDICINE_BALL', 'BOX', 'CARDIO_MACHINE', 'OTHER');

-- CreateEnum
CREATE TYPE "muscle" AS ENUM ('CHEST', 'LATS', 'UPPER_BACK', 'TRAPEZIUS', 'LOWER_BACK', 'SHOULDERS', 'BICEPS', 'TRICEPS', 'FOREARMS', 'ABDOMINALS', 'OBLIQUES', 'HIP_FLEXORS', 'GLUTES', 'QUADRICEPS', 'HAMSTRINGS', 'ADDUCTORS', 'ABDUCTORS', 'CALVES');

-- CreateEnum
CREATE TYPE "exercise_measure" AS ENUM ('REPS_AND_LOAD', 'REPS', 'DURATION', 'DISTANCE');

-- CreateEnum
CREATE TYPE "plan_visibility" AS ENUM ('PRIVATE', 'PUBLIC');

-- CreateEnum
CREATE TYPE "assignment_state" AS ENUM ('ACTIVE', 'COMPLETED', 'ENDED');

-- CreateEnum
CREATE TYPE "session_state" AS ENUM ('ACTIVE', 'PAUSED', 'FINISHED', 'ABANDONED');

-- CreateEnum
CREATE TYPE "set_kind" AS ENUM ('WARM_UP', 'WORKING', 'DROP');

-- CreateEnum
CREATE TYPE "record_kind" AS ENUM ('ESTIMATED_ONE_REP_MAX', 'LOAD', 'SESSION_VOLUME', 'REPS', 'DURATION', 'DISTANCE');

-- CreateEnum
CREATE TYPE "one_rep_max_formula" AS ENUM ('NONE', 'BRZYCKI', 'EPLEY');

-- CreateEnum
CREATE TYPE "measurement_kind" AS ENUM ('BODY_WEIGHT', 'BODY_FAT', 'NECK', 'SHOULDERS', 'CHEST', 'WAIST', 'HIPS', 'UPPER_ARM', 'FOREARM', 'THIGH', 'CALF');

-- CreateTable
CREATE TABLE "exercises" (
    "id" UUID NOT NULL,
    "slug" TEXT,
    "owner_id" UUID,
    "name" TEXT NOT NULL,
    "search_name" TEXT NOT NULL,
    "instructions" TEXT,
    "category" "exercise_category" NOT NULL,
    "equipment" "exercise_equipment"[],
    "primary_muscles" "muscle"[],
    "secondary_muscles" "muscle"[],
    "measure" "exercise_measure" NOT NULL,
    "video_url" TEXT,
    "video_file_id" UUID,
    "version" INTEGER NOT NULL DEFAULT 1,
    "archived_at" TIMESTAMPTZ(3),

    CONSTRAINT "exercises_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "plans" (
    "id" UUID NOT NULL,
    "owner_id" UUID,
    "version" INTEGER NOT NULL,
    "version_id" UUID NOT NULL,
    "visibility" "plan_visibility" NOT NULL DEFAULT 'PRIVATE',
    "is_template" BOOLEAN NOT NULL,
    "copied_from_id" UUID,
    "name" TEXT NOT NULL,
    "search_name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "archived_at" TIMESTAMPTZ(3),

    CONSTRAINT "plans_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "plan_versions" (
    "id" UUID NOT NULL,
    "plan_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT,
    "content" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "plan_versions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "plan_exercises" (
    "plan_version_id" UUID NOT NULL,
    "exercise_id" UUID NOT NULL,

    CONSTRAINT "plan_exercises_pkey" PRIMARY KEY ("plan_version_id","exercise_id")
);

-- CreateTable
CREATE TABLE "assignments" (
    "id" UUID NOT NULL,
    "plan_id" UUID NOT NULL,
    "plan_version_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "assigned_by_id" UUID,
    "starts_on" DATE NOT NULL,
    "ends_on" DATE NOT NULL,
    "state" "assignment_state" NOT NULL DEFAULT 'ACTIVE',
    "note" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "assignments_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "planned_days" (
    "assignment_id" UUID NOT NULL,
    "week" INTEGER NOT NULL,
    "day" INTEGER NOT NULL,
    "user_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "due_on" DATE NOT NULL,
    "session_id" UUID,

    CONSTRAINT "planned_days_pkey" PRIMARY KEY ("assignment_id","week","day")
);

-- CreateTable
CREATE TABLE "sessions" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "state" "session_state" NOT NULL DEFAULT 'ACTIVE',
    "title" TEXT NOT NULL,
    "assignment_id" UUID,
    "week" INTEGER,
    "day" INTEGER,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),
    "paused_at" TIMESTAMPTZ(3),
    "paused_ms" BIGINT NOT NULL DEFAULT 0,
    "local_day" DATE NOT NULL,
    "touched_at" TIMESTAMPTZ(3) NOT NULL,
    "volume_kg" DECIMAL(12,3) NOT NULL DEFAULT 0,
    "set_count" INTEGER NOT NULL DEFAULT 0,
    "next_position" INTEGER NOT NULL DEFAULT 1,
    "note" TEXT,

    CONSTRAINT "sessions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "sets" (
    "id" UUID NOT NULL,
    "session_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "exercise_id" UUID NOT NULL,
    "kind" "set_kind" NOT NULL,
    "reps" INTEGER,
    "load_kg" DECIMAL(7,3),
    "rpe" DECIMAL(3,1),
    "duration_s" INTEGER,
    "distance_m" DECIMAL(10,2),
    "done_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "sets_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "records" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "exercise_id" UUID NOT NULL,
    "kind" "record_kind" NOT NULL,
    "value" DECIMAL(14,3) NOT NULL,
    "previous_value" DECIMAL(14,3),
    "formula" "one_rep_max_formula",
    "session_id" UUID NOT NULL,
    "achieved_at" TIMESTAMPTZ(3) NOT NULL,
    "is_current" BOOLEAN NOT NULL DEFAULT true,

    CONSTRAINT "records_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "measurements" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "kind" "measurement_kind" NOT NULL,
    "value" DECIMAL(8,3) NOT NULL,
    "measured_at" TIMESTAMPTZ(3) NOT NULL,
    "note" TEXT,
    "photo_file_id" UUID,

    CONSTRAINT "measurements_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "person_time_zones" (
    "user_id" UUID NOT NULL,
    "time_zone" TEXT NOT NULL,

    CONSTRAINT "person_time_zones_pkey" PRIMARY KEY ("user_id")
);

-- CreateIndex
CREATE UNIQUE INDEX "exercises_slug_key" ON "exercises"("slug");

-- CreateIndex
CREATE INDEX "exercises_owner_id_search_name_id_idx" ON "exercises"("owner_id", "search_name", "id");

-- CreateIndex
CREATE INDEX "exercises_video_file_id_idx" ON "exercises"("video_file_id");

-- CreateIndex
CREATE INDEX "plans_owner_id_updated_at_id_idx" ON "plans"("owner_id", "updated_at", "id");

-- CreateIndex
CREATE INDEX "plans_visibility_search_name_id_idx" ON "plans"("visibility", "search_name", "id");

-- CreateIndex
CREATE UNIQUE INDEX "plan_versions_plan_id_number_key" ON "plan_versions"("plan_id", "number");

-- CreateIndex
CREATE INDEX "plan_exercises_exercise_id_idx" ON "plan_exercises"("exercise_id");

-- CreateIndex
CREATE INDEX "assignments_user_id_created_at_id_idx" ON "assignments"("user_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "assignments_plan_version_id_idx" ON "assignments"("plan_version_id");

-- CreateIndex
CREATE INDEX "assignments_assigned_by_id_idx" ON "assignments"("assigned_by_id");

-- CreateIndex
CREATE INDEX "assignments_state_ends_on_idx" ON "assignments"("state", "ends_on");

-- CreateIndex
CREATE INDEX "planned_days_user_id_due_on_idx" ON "planned_days"("user_id", "due_on");

-- CreateIndex
CREATE INDEX "sessions_user_id_started_at_id_idx" ON "sessions"("user_id", "started_at", "id");

-- CreateIndex
CREATE INDEX "sessions_user_id_local_day_idx" ON "sessions"("user_id", "local_day");

-- CreateIndex
CREATE INDEX "sessions_assignment_id_idx" ON "sessions"("assignment_id");

-- CreateIndex
CREATE INDEX "sets_exercise_id_idx" ON "sets"("exercise_id");

-- CreateIndex
CREATE UNIQUE INDEX "sets_session_id_position_key" ON "sets"("session_id", "position");

-- CreateIndex
CREATE INDEX "records_user_id_achieved_at_id_idx" ON "records"("user_id", "achieved_at", "id");

-- CreateIndex
CREATE INDEX "records_session_id_idx" ON "records"("session_id");

-- CreateIndex
CREATE INDEX "measurements_user_id_measured_at_id_idx" ON "measurements"("user_id", "measured_at", "id");

-- CreateIndex
CREATE INDEX "measurements_user_id_kind_measured_at_id_idx" ON "measurements"("user_id", "kind", "measured_at", "id");

-- CreateIndex
CREATE INDEX "measurements_photo_file_id_idx" ON "measurements"("photo_file_id");

-- AddForeignKey
ALTER TABLE "plan_versions" ADD CONSTRAINT "plan_versions_plan_id_fkey" FOREIGN KEY ("plan_id") REFERENCES "plans"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "plan_exercises" ADD CONSTRAINT "plan_exercises_plan_version_id_fkey" FOREIGN KEY ("plan_version_id") REFERENCES "plan_versions"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "assignments" ADD CONSTRAINT "assignments_plan_version_id_fkey" FOREIGN KEY ("plan_version_id") REFERENCES "plan_versions"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "planned_days" ADD CONSTRAINT "planned_days_assignment_id_fkey" FOREIGN KEY ("assignment_id") REFERENCES "assignments"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sets" ADD CONSTRAINT "sets_session_id_fkey" FOREIGN KEY ("session_id") REFERENCES "sessions"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- A person has one open session at most.
CREATE UNIQUE INDEX "sessions_open_key" ON "sessions"("user_id") WHERE "state" IN ('ACTIVE', 'PAUSED');

-- Sessions that may have been left open.
CREATE INDEX "sessions_open_touched_at_idx" ON "sessions"("touched_at") WHERE "state" IN ('ACTIVE', 'PAUSED');

-- One record of an exercise and kind stands at a time.
CREATE UNIQUE INDEX "records_current_key" ON "records"("user_id", "exercise_id", "kind") WHERE "is_current";

-- A session does a day of a plan, or none.
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_planned" CHECK (num_nulls("assignment_id", "week", "day") IN (0, 3));
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_ended" CHECK (("ended_at" IS NULL) = ("state" IN ('ACTIVE', 'PAUSED')));
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_in_order" CHECK ("ended_at" >= "started_at");
ALTER TABLE "sets" ADD CONSTRAINT "sets_not_negative" CHECK (
  COALESCE("reps", 1) > 0 AND COALESCE("load_kg", 0) >= 0 AND COALESCE("duration_s", 1) > 0 AND COALESCE("distance_m", 1) > 0
);
ALTER TABLE "measurements" ADD CONSTRAINT "measurements_positive" CHECK ("value" > 0);
