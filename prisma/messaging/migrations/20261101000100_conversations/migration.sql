-- CreateEnum
CREATE TYPE "ConversationKind" AS ENUM ('DIRECT', 'GROUP');

-- CreateTable
CREATE TABLE "conversations" (
    "id" UUID NOT NULL,
    "kind" "ConversationKind" NOT NULL,
    "title" TEXT,
    "owner_id" UUID,
    "pair_low" UUID,
    "pair_high" UUID,
    "participant_count" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "last_activity_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "conversations_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "conversations_pair_ordered" CHECK ("pair_low" < "pair_high")
);

-- CreateTable
CREATE TABLE "memberships" (
    "conversation_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "joined_seq" BIGINT NOT NULL,
    "left_seq" BIGINT,
    "joined_at" TIMESTAMPTZ(3) NOT NULL,
    "newest" BOOLEAN NOT NULL DEFAULT true,
    "read_seq" BIGINT NOT NULL,
    "final_title" TEXT,
    "final_owner_id" UUID,
    "final_participant_count" INTEGER,
    "final_activity_at" TIMESTAMPTZ(3),

    CONSTRAINT "memberships_pkey" PRIMARY KEY ("conversation_id","user_id","joined_seq"),
    CONSTRAINT "memberships_last_open" CHECK ("newest" OR "left_seq" IS NOT NULL)
);

-- CreateTable
CREATE TABLE "messages" (
    "id" UUID NOT NULL,
    "conversation_id" UUID NOT NULL,
    "seq" BIGINT NOT NULL,
    "sender_id" UUID,
    "body" TEXT,
    "reply_to_message_id" UUID,
    "version" INTEGER NOT NULL DEFAULT 1,
    "sent_at" TIMESTAMPTZ(3) NOT NULL,
    "edited_at" TIMESTAMPTZ(3),
    "edited_seq" BIGINT,
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "messages_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "messages_tombstone_empty" CHECK ("deleted_at" IS NULL OR "body" IS NULL)
);

-- CreateTable
CREATE TABLE "past_texts" (
    "message_id" UUID NOT NULL,
    "version" INTEGER NOT NULL,
    "seq" BIGINT NOT NULL,
    "body" TEXT,
    "edited_at" TIMESTAMPTZ(3),

    CONSTRAINT "past_texts_pkey" PRIMARY KEY ("message_id","version")
);

-- CreateTable
CREATE TABLE "reactions" (
    "message_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "emoji" TEXT NOT NULL,
    "seq" BIGINT NOT NULL,

    CONSTRAINT "reactions_pkey" PRIMARY KEY ("message_id","user_id","emoji")
);

-- CreateIndex
CREATE UNIQUE INDEX "conversations_pair_low_pair_high_key" ON "conversations"("pair_low", "pair_high");

-- CreateIndex
CREATE INDEX "memberships_conversation_id_joined_seq_idx" ON "memberships"("conversation_id", "joined_seq");

-- CreateIndex
CREATE INDEX "messages_sender_id_idx" ON "messages"("sender_id");

-- CreateIndex
CREATE UNIQUE INDEX "messages_conversation_id_seq_key" ON "messages"("conversation_id", "seq");

-- CreateIndex
CREATE INDEX "reactions_user_id_idx" ON "reactions"("user_id");

-- AddForeignKey
ALTER TABLE "memberships" ADD CONSTRAINT "memberships_conversation_id_fkey" FOREIGN KEY ("conversation_id") REFERENCES "conversations"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "messages" ADD CONSTRAINT "messages_conversation_id_fkey" FOREIGN KEY ("conversation_id") REFERENCES "conversations"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "past_texts" ADD CONSTRAINT "past_texts_message_id_fkey" FOREIGN KEY ("message_id") REFERENCES "messages"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "reactions" ADD CONSTRAINT "reactions_message_id_fkey" FOREIGN KEY ("message_id") REFERENCES "messages"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What Prisma's schema cannot say: a person's newest interval in a conversation is one, and is found by the person.
CREATE UNIQUE INDEX "memberships_newest" ON "memberships" ("user_id", "conversation_id") WHERE "newest";

-- Who is in a conversation now, in the order in which they joined.
CREATE INDEX "memberships_present" ON "memberships" ("conversation_id", "joined_seq") WHERE "left_seq" IS NULL;
