-- AlterTable
ALTER TABLE "plan_versions" ADD COLUMN     "tutorial_file_ids" UUID[];
