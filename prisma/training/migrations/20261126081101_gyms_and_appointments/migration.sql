-- CreateEnum
CREATE TYPE "gym_joining" AS ENUM ('OPEN', 'BY_STAFF');

-- CreateEnum
CREATE TYPE "staff_role" AS ENUM ('OWNER', 'MANAGER', 'INSTRUCTOR', 'FRONT_DESK');

-- CreateEnum
CREATE TYPE "class_session_state" AS ENUM ('SCHEDULED', 'CANCELLED');

-- CreateEnum
CREATE TYPE "booking_state" AS ENUM ('BOOKED', 'WAITING', 'CANCELLED', 'CHECKED_IN');

-- CreateTable
CREATE TABLE "appointments" (
    "id" UUID NOT NULL,
    "relationship_id" UUID NOT NULL,
    "trainer_id" UUID NOT NULL,
    "client_id" UUID NOT NULL,
    "title" TEXT NOT NULL,
    "place" TEXT,
    "starts_at" TIMESTAMPTZ(3) NOT NULL,
    "ends_at" TIMESTAMPTZ(3) NOT NULL,
    "created_by_id" UUID NOT NULL,
    "cancelled_at" TIMESTAMPTZ(3),
    "cancelled_by_id" UUID,
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "appointments_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "gyms" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT,
    "website_url" TEXT,
    "joining" "gym_joining" NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "gyms_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "locations" (
    "id" UUID NOT NULL,
    "gym_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "street_address" TEXT,
    "postal_code" TEXT,
    "city" TEXT,
    "country" TEXT NOT NULL,
    "time_zone" TEXT NOT NULL,
    "opening_hours" JSONB NOT NULL,
    "special_days" JSONB NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "locations_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "staff_members" (
    "gym_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "role" "staff_role" NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "staff_members_pkey" PRIMARY KEY ("gym_id","user_id")
);

-- CreateTable
CREATE TABLE "memberships" (
    "id" UUID NOT NULL,
    "gym_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "last_day" TEXT,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "memberships_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "gym_classes" (
    "id" UUID NOT NULL,
    "gym_id" UUID NOT NULL,
    "location_id" UUID NOT NULL,
    "title" TEXT NOT NULL,
    "description" TEXT,
    "instructor_id" UUID,
    "capacity" INTEGER NOT NULL,
    "starts_at_local" TEXT NOT NULL,
    "duration_minutes" INTEGER NOT NULL,
    "recurrence_rule" TEXT,
    "excluded_days" TEXT[],
    "cancellation_notice_minutes" INTEGER NOT NULL,
    "planned_until" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "gym_classes_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "class_sessions" (
    "id" UUID NOT NULL,
    "class_id" UUID NOT NULL,
    "gym_id" UUID NOT NULL,
    "location_id" UUID NOT NULL,
    "instructor_id" UUID,
    "starts_at" TIMESTAMPTZ(3) NOT NULL,
    "ends_at" TIMESTAMPTZ(3) NOT NULL,
    "state" "class_session_state" NOT NULL DEFAULT 'SCHEDULED',
    "capacity" INTEGER NOT NULL,
    "booked_count" INTEGER NOT NULL DEFAULT 0,
    "waiting_count" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "class_sessions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "bookings" (
    "id" UUID NOT NULL,
    "class_session_id" UUID NOT NULL,
    "gym_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "state" "booking_state" NOT NULL,
    "starts_at" TIMESTAMPTZ(3) NOT NULL,
    "booked_at" TIMESTAMPTZ(3) NOT NULL,
    "placed_at" TIMESTAMPTZ(3),
    "checked_in_at" TIMESTAMPTZ(3),
    "cancelled_at" TIMESTAMPTZ(3),

    CONSTRAINT "bookings_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "appointments_relationship_id_starts_at_idx" ON "appointments"("relationship_id", "starts_at");

-- CreateIndex
CREATE INDEX "appointments_trainer_id_starts_at_id_idx" ON "appointments"("trainer_id", "starts_at", "id");

-- CreateIndex
CREATE INDEX "appointments_client_id_starts_at_id_idx" ON "appointments"("client_id", "starts_at", "id");

-- CreateIndex
CREATE INDEX "locations_gym_id_name_id_idx" ON "locations"("gym_id", "name", "id");

-- CreateIndex
CREATE INDEX "staff_members_gym_id_started_at_user_id_idx" ON "staff_members"("gym_id", "started_at", "user_id");

-- CreateIndex
CREATE INDEX "staff_members_user_id_idx" ON "staff_members"("user_id");

-- CreateIndex
CREATE INDEX "memberships_gym_id_started_at_id_idx" ON "memberships"("gym_id", "started_at", "id");

-- CreateIndex
CREATE INDEX "memberships_user_id_started_at_id_idx" ON "memberships"("user_id", "started_at", "id");

-- CreateIndex
CREATE INDEX "gym_classes_gym_id_title_id_idx" ON "gym_classes"("gym_id", "title", "id");

-- CreateIndex
CREATE INDEX "gym_classes_planned_until_idx" ON "gym_classes"("planned_until");

-- CreateIndex
CREATE INDEX "class_sessions_gym_id_starts_at_id_idx" ON "class_sessions"("gym_id", "starts_at", "id");

-- CreateIndex
CREATE UNIQUE INDEX "class_sessions_class_id_starts_at_key" ON "class_sessions"("class_id", "starts_at");

-- CreateIndex
CREATE INDEX "bookings_class_session_id_booked_at_id_idx" ON "bookings"("class_session_id", "booked_at", "id");

-- CreateIndex
CREATE INDEX "bookings_user_id_starts_at_id_idx" ON "bookings"("user_id", "starts_at", "id");

-- AddForeignKey
ALTER TABLE "locations" ADD CONSTRAINT "locations_gym_id_fkey" FOREIGN KEY ("gym_id") REFERENCES "gyms"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "staff_members" ADD CONSTRAINT "staff_members_gym_id_fkey" FOREIGN KEY ("gym_id") REFERENCES "gyms"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "memberships" ADD CONSTRAINT "memberships_gym_id_fkey" FOREIGN KEY ("gym_id") REFERENCES "gyms"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "gym_classes" ADD CONSTRAINT "gym_classes_gym_id_fkey" FOREIGN KEY ("gym_id") REFERENCES "gyms"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "gym_classes" ADD CONSTRAINT "gym_classes_location_id_fkey" FOREIGN KEY ("location_id") REFERENCES "locations"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "class_sessions" ADD CONSTRAINT "class_sessions_class_id_fkey" FOREIGN KEY ("class_id") REFERENCES "gym_classes"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "bookings" ADD CONSTRAINT "bookings_class_session_id_fkey" FOREIGN KEY ("class_session_id") REFERENCES "class_sessions"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What follows Prisma does not know.

-- Somebody is a member of a gym once at a time. Other services read present memberships in this order.
CREATE UNIQUE INDEX "memberships_present" ON "memberships" ("gym_id", "user_id") WHERE "ended_at" IS NULL;

-- Memberships whose last day is over are looked for by the clock.
CREATE INDEX "memberships_last_day" ON "memberships" ("last_day") WHERE "ended_at" IS NULL AND "last_day" IS NOT NULL;

-- Somebody has one place in a session.
CREATE UNIQUE INDEX "bookings_kept" ON "bookings" ("class_session_id", "user_id") WHERE "state" <> 'CANCELLED';

-- A waiting list, in its order.
CREATE INDEX "bookings_waiting" ON "bookings" ("class_session_id", "booked_at", "id") WHERE "state" = 'WAITING';

-- The list of gyms, by name.
CREATE INDEX "gyms_name" ON "gyms" (lower("name") COLLATE "C", "id");
