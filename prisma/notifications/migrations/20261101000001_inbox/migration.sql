-- CreateEnum
CREATE TYPE "notification_kind" AS ENUM ('FRIEND_REQUESTED', 'FRIEND_ACCEPTED', 'MESSAGE_SENT');

-- CreateTable
CREATE TABLE "notifications" (
    "id" UUID NOT NULL,
    "owner_id" UUID NOT NULL,
    "kind" "notification_kind" NOT NULL,
    "actor_id" UUID,
    "conversation_id" UUID,
    "message_id" UUID,
    "message_seq" INTEGER,
    "friend_request_id" UUID,
    "count" INTEGER NOT NULL DEFAULT 1,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "read_at" TIMESTAMPTZ(3),

    CONSTRAINT "notifications_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "notification_preferences" (
    "owner_id" UUID NOT NULL,
    "kind" "notification_kind" NOT NULL,
    "in_app" BOOLEAN NOT NULL,

    CONSTRAINT "notification_preferences_pkey" PRIMARY KEY ("owner_id","kind")
);

-- CreateIndex
CREATE INDEX "notifications_owner_id_occurred_at_id_idx" ON "notifications"("owner_id", "occurred_at", "id");

-- CreateIndex
CREATE INDEX "notifications_actor_id_owner_id_idx" ON "notifications"("actor_id", "owner_id");

-- What follows Prisma does not know.

-- One unread notification an owner and conversation: another message counts it up.
CREATE UNIQUE INDEX "notifications_unread_conversation" ON "notifications" ("owner_id", "conversation_id") WHERE "read_at" IS NULL;

-- Of which messages an owner was told, so that none is told twice.
CREATE INDEX "notifications_told" ON "notifications" ("owner_id", "conversation_id", "message_seq") WHERE "conversation_id" IS NOT NULL;

-- One notification a friend request and kind: the addressee is told of the asking, the requester of the answer.
CREATE UNIQUE INDEX "notifications_friend_request" ON "notifications" ("friend_request_id", "kind") WHERE "friend_request_id" IS NOT NULL;

-- The unread part of an inbox, to be listed and counted without reading past what was read.
CREATE INDEX "notifications_unread" ON "notifications" ("owner_id", "occurred_at", "id") WHERE "read_at" IS NULL;
