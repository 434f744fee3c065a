-- CreateEnum
CREATE TYPE "file_purpose" AS ENUM ('AVATAR', 'MESSAGE', 'TUTORIAL', 'MEASUREMENT');

-- CreateEnum
CREATE TYPE "file_state" AS ENUM ('UPLOADING', 'PROCESSING', 'READY', 'REJECTED', 'DELETING');

-- CreateEnum
CREATE TYPE "file_rejection" AS ENUM ('HASH_MISMATCH', 'TYPE_MISMATCH', 'TYPE_REFUSED', 'UNREADABLE_IMAGE', 'SIZE_MISMATCH');

-- CreateEnum
CREATE TYPE "file_upload_method" AS ENUM ('DIRECT', 'RESUMABLE');

-- CreateTable
CREATE TABLE "files" (
    "id" UUID NOT NULL,
    "owner_id" UUID NOT NULL,
    "purpose" "file_purpose" NOT NULL,
    "name" TEXT NOT NULL,
    "announced_type" TEXT NOT NULL,
    "announced_sha256" TEXT,
    "size_bytes" BIGINT NOT NULL,
    "method" "file_upload_method" NOT NULL,
    "state" "file_state" NOT NULL DEFAULT 'UPLOADING',
    "rejection" "file_rejection",
    "content_type" TEXT,
    "sha256" TEXT,
    "width_px" INTEGER,
    "height_px" INTEGER,
    "thumbnails" JSONB NOT NULL DEFAULT '[]',
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "claimed_until" TIMESTAMPTZ(3),
    "changed_at" TIMESTAMPTZ(3) NOT NULL,
    "loose_since" TIMESTAMPTZ(3),

    CONSTRAINT "files_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "attachments" (
    "file_id" UUID NOT NULL,
    "subject_kind" TEXT NOT NULL,
    "subject_id" UUID NOT NULL,
    "checked_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "attachments_pkey" PRIMARY KEY ("file_id","subject_kind","subject_id")
);

-- CreateIndex
CREATE INDEX "files_owner_id_id_idx" ON "files"("owner_id", "id");

-- CreateIndex
CREATE INDEX "files_loose_since_idx" ON "files"("loose_since");

-- CreateIndex
CREATE INDEX "files_state_changed_at_idx" ON "files"("state", "changed_at");

-- CreateIndex
CREATE INDEX "attachments_checked_at_idx" ON "attachments"("checked_at");

-- AddForeignKey
ALTER TABLE "attachments" ADD CONSTRAINT "attachments_file_id_fkey" FOREIGN KEY ("file_id") REFERENCES "files"("id") ON DELETE CASCADE ON UPDATE CASCADE;
