-- CreateEnum
CREATE TYPE "speciality" AS ENUM ('STRENGTH', 'HYPERTROPHY', 'ENDURANCE', 'WEIGHT_LOSS', 'MOBILITY', 'REHABILITATION', 'PRENATAL', 'NUTRITION', 'COMPETITION', 'SENIORS');

-- CreateEnum
CREATE TYPE "permission" AS ENUM ('WORKOUTS', 'DIET', 'MEASUREMENTS', 'MESSAGES');

-- CreateEnum
CREATE TYPE "relationship_state" AS ENUM ('INVITED', 'REQUESTED', 'ACTIVE', 'PAUSED', 'ENDED');

-- CreateEnum
CREATE TYPE "relationship_step" AS ENUM ('INVITED', 'REQUESTED', 'ACCEPTED', 'DECLINED', 'WITHDRAWN', 'PAUSED', 'RESUMED', 'ENDED', 'PERMISSIONS_SET');

-- CreateTable
CREATE TABLE "trainer_profiles" (
    "trainer_id" UUID NOT NULL,
    "headline" TEXT NOT NULL,
    "about" TEXT,
    "qualifications" JSONB NOT NULL,
    "specialities" "speciality"[],
    "rates" JSONB NOT NULL,
    "accepts_clients" BOOLEAN NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "trainer_profiles_pkey" PRIMARY KEY ("trainer_id")
);

-- CreateTable
CREATE TABLE "relationships" (
    "id" UUID NOT NULL,
    "trainer_id" UUID NOT NULL,
    "client_id" UUID NOT NULL,
    "state" "relationship_state" NOT NULL,
    "permissions" "permission"[],
    "message" TEXT,
    "opened_at" TIMESTAMPTZ(3) NOT NULL,
    "accepted_at" TIMESTAMPTZ(3),
    "paused_by_id" UUID,
    "ended_at" TIMESTAMPTZ(3),
    "changed_at" TIMESTAMPTZ(3) NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "relationships_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "relationship_changes" (
    "id" UUID NOT NULL,
    "relationship_id" UUID NOT NULL,
    "step" "relationship_step" NOT NULL,
    "actor_id" UUID NOT NULL,
    "permissions" "permission"[],
    "changed_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "relationship_changes_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "trainer_profiles_created_at_trainer_id_idx" ON "trainer_profiles"("created_at", "trainer_id");

-- CreateIndex
CREATE INDEX "relationships_trainer_id_changed_at_id_idx" ON "relationships"("trainer_id", "changed_at", "id");

-- CreateIndex
CREATE INDEX "relationships_client_id_changed_at_id_idx" ON "relationships"("client_id", "changed_at", "id");

-- CreateIndex
CREATE INDEX "relationship_changes_relationship_id_changed_at_id_idx" ON "relationship_changes"("relationship_id", "changed_at", "id");

-- AddForeignKey
ALTER TABLE "relationship_changes" ADD CONSTRAINT "relationship_changes_relationship_id_fkey" FOREIGN KEY ("relationship_id") REFERENCES "relationships"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What follows Prisma does not know.

-- Two people have one relationship at a time.
CREATE UNIQUE INDEX "relationships_open" ON "relationships" ("trainer_id", "client_id") WHERE "state" <> 'ENDED';

-- What trainers may see now, in the order in which other services read it.
CREATE INDEX "relationships_granted" ON "relationships" ("trainer_id", "client_id") WHERE "state" = 'ACTIVE';
