-- AlterTable
ALTER TABLE "people" ADD COLUMN     "avatar_file_id" UUID;
