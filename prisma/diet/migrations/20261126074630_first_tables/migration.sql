-- CreateEnum
CREATE TYPE "ingredient_source" AS ENUM ('FDC', 'OFF', 'PERSON');

-- CreateEnum
CREATE TYPE "food_origin" AS ENUM ('PLANT', 'ANIMAL_PRODUCT', 'FISH', 'MEAT');

-- CreateEnum
CREATE TYPE "recipe_sharing" AS ENUM ('PRIVATE', 'CLIENTS', 'PUBLIC');

-- CreateEnum
CREATE TYPE "diet_objective_kind" AS ENUM ('MAINTAIN', 'LOSE', 'GAIN', 'CUSTOM');

-- CreateEnum
CREATE TYPE "meal_kind" AS ENUM ('BREAKFAST', 'LUNCH', 'DINNER', 'SNACK');

-- CreateEnum
CREATE TYPE "allergen" AS ENUM ('GLUTEN', 'CRUSTACEANS', 'EGGS', 'FISH', 'PEANUTS', 'SOYBEANS', 'MILK', 'NUTS', 'CELERY', 'MUSTARD', 'SESAME', 'SULPHITES', 'LUPIN', 'MOLLUSCS');

-- CreateEnum
CREATE TYPE "aisle" AS ENUM ('PRODUCE', 'BAKERY', 'DAIRY_AND_EGGS', 'MEAT', 'FISH', 'GRAINS_AND_PULSES', 'OILS_AND_SPICES', 'NUTS_AND_SEEDS', 'SWEETS', 'DRINKS', 'OTHER');

-- CreateEnum
CREATE TYPE "food_unit" AS ENUM ('G', 'KG', 'OZ', 'LB', 'ML', 'L', 'TSP', 'TBSP', 'CUP', 'PIECE', 'SERVING');

-- CreateTable
CREATE TABLE "ingredients" (
    "id" UUID NOT NULL,
    "owner_id" UUID,
    "name" TEXT NOT NULL,
    "source" "ingredient_source" NOT NULL,
    "source_id" TEXT,
    "energy_cal" INTEGER NOT NULL,
    "protein_mg" INTEGER NOT NULL,
    "carbohydrate_mg" INTEGER NOT NULL,
    "sugar_mg" INTEGER,
    "fat_mg" INTEGER NOT NULL,
    "saturated_fat_mg" INTEGER,
    "fibre_mg" INTEGER,
    "salt_mg" INTEGER,
    "allergens" "allergen"[],
    "allergens_known" BOOLEAN NOT NULL,
    "origin" "food_origin",
    "aisle" "aisle" NOT NULL,
    "density_mg_per_ml" INTEGER,
    "piece_mg" INTEGER,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "ingredients_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ingredient_prices" (
    "user_id" UUID NOT NULL,
    "ingredient_id" UUID NOT NULL,
    "amount_minor" INTEGER NOT NULL,
    "currency" CHAR(3) NOT NULL,

    CONSTRAINT "ingredient_prices_pkey" PRIMARY KEY ("user_id","ingredient_id")
);

-- CreateTable
CREATE TABLE "food_imports" (
    "source" "ingredient_source" NOT NULL,
    "file" TEXT NOT NULL,
    "done_rows" INTEGER NOT NULL,
    "bad_rows" INTEGER NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "food_imports_pkey" PRIMARY KEY ("source")
);

-- CreateTable
CREATE TABLE "recipes" (
    "id" UUID NOT NULL,
    "owner_id" UUID,
    "title" TEXT NOT NULL,
    "description" TEXT,
    "servings" INTEGER NOT NULL,
    "steps" TEXT[],
    "tags" TEXT[],
    "sharing" "recipe_sharing" NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "recipes_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "recipe_lines" (
    "recipe_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "ingredient_id" UUID,
    "sub_recipe_id" UUID,
    "amount_milli" INTEGER NOT NULL,
    "unit" "food_unit" NOT NULL,

    CONSTRAINT "recipe_lines_pkey" PRIMARY KEY ("recipe_id","position")
);

-- CreateTable
CREATE TABLE "recipe_ratings" (
    "recipe_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "stars" INTEGER NOT NULL,
    "rated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "recipe_ratings_pkey" PRIMARY KEY ("recipe_id","user_id")
);

-- CreateTable
CREATE TABLE "objectives" (
    "user_id" UUID NOT NULL,
    "kind" "diet_objective_kind" NOT NULL,
    "targets" JSONB NOT NULL,
    "resting_energy_cal" INTEGER,
    "spent_energy_cal" INTEGER,
    "set_by_id" UUID,
    "set_at" TIMESTAMPTZ(3) NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "objectives_pkey" PRIMARY KEY ("user_id")
);

-- CreateTable
CREATE TABLE "meal_plans" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "author_id" UUID,
    "title" TEXT NOT NULL,
    "starts_on" DATE NOT NULL,
    "day_count" INTEGER NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "meal_plans_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "meal_plan_portions" (
    "meal_plan_id" UUID NOT NULL,
    "day_index" INTEGER NOT NULL,
    "meal_index" INTEGER NOT NULL,
    "position" INTEGER NOT NULL,
    "meal" "meal_kind" NOT NULL,
    "ingredient_id" UUID,
    "recipe_id" UUID,
    "amount_milli" INTEGER NOT NULL,
    "unit" "food_unit" NOT NULL,

    CONSTRAINT "meal_plan_portions_pkey" PRIMARY KEY ("meal_plan_id","day_index","meal_index","position")
);

-- CreateTable
CREATE TABLE "meal_plan_overrides" (
    "id" UUID NOT NULL,
    "meal_plan_id" UUID,
    "meal_plan_version" INTEGER NOT NULL,
    "user_id" UUID NOT NULL,
    "actor_id" UUID,
    "reason" TEXT NOT NULL,
    "warnings" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "reviewer_id" UUID,
    "reviewed_at" TIMESTAMPTZ(3),
    "review_note" TEXT,

    CONSTRAINT "meal_plan_overrides_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "diet_days" (
    "user_id" UUID NOT NULL,
    "day" DATE NOT NULL,
    "closed_at" TIMESTAMPTZ(3),
    "within_target" BOOLEAN,
    "targets" JSONB,

    CONSTRAINT "diet_days_pkey" PRIMARY KEY ("user_id","day")
);

-- CreateTable
CREATE TABLE "food_entries" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "day" DATE NOT NULL,
    "meal" "meal_kind" NOT NULL,
    "ingredient_id" UUID,
    "recipe_id" UUID,
    "amount_milli" INTEGER NOT NULL,
    "unit" "food_unit" NOT NULL,
    "nutrients" JSONB NOT NULL,
    "logged_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "food_entries_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "shopping_lists" (
    "id" UUID NOT NULL,
    "owner_id" UUID NOT NULL,
    "title" TEXT NOT NULL,
    "meal_plan_id" UUID NOT NULL,
    "from_day" DATE NOT NULL,
    "to_day" DATE NOT NULL,
    "servings_factor" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "shopping_lists_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "shopping_items" (
    "id" UUID NOT NULL,
    "shopping_list_id" UUID NOT NULL,
    "ingredient_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "aisle" "aisle" NOT NULL,
    "amount_mg" BIGINT NOT NULL,
    "amount_ul" BIGINT,
    "pieces" INTEGER,
    "cost_minor" BIGINT,
    "currency" CHAR(3),
    "ticked_by_id" UUID,
    "ticked_at" TIMESTAMPTZ(3),

    CONSTRAINT "shopping_items_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "shopping_list_members" (
    "shopping_list_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "joined_seq" BIGINT NOT NULL,
    "left_seq" BIGINT,

    CONSTRAINT "shopping_list_members_pkey" PRIMARY KEY ("shopping_list_id","user_id")
);

-- CreateIndex
CREATE INDEX "ingredients_owner_id_name_idx" ON "ingredients"("owner_id", "name");

-- CreateIndex
CREATE INDEX "ingredients_name_id_idx" ON "ingredients"("name", "id");

-- CreateIndex
CREATE UNIQUE INDEX "ingredients_source_source_id_key" ON "ingredients"("source", "source_id");

-- CreateIndex
CREATE INDEX "recipes_owner_id_created_at_id_idx" ON "recipes"("owner_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "recipes_created_at_id_idx" ON "recipes"("created_at", "id");

-- CreateIndex
CREATE INDEX "recipe_lines_sub_recipe_id_idx" ON "recipe_lines"("sub_recipe_id");

-- CreateIndex
CREATE INDEX "recipe_lines_ingredient_id_idx" ON "recipe_lines"("ingredient_id");

-- CreateIndex
CREATE INDEX "recipe_ratings_user_id_idx" ON "recipe_ratings"("user_id");

-- CreateIndex
CREATE INDEX "objectives_set_by_id_idx" ON "objectives"("set_by_id");

-- CreateIndex
CREATE INDEX "meal_plans_user_id_starts_on_id_idx" ON "meal_plans"("user_id", "starts_on", "id");

-- CreateIndex
CREATE INDEX "meal_plans_author_id_idx" ON "meal_plans"("author_id");

-- CreateIndex
CREATE INDEX "meal_plan_portions_recipe_id_idx" ON "meal_plan_portions"("recipe_id");

-- CreateIndex
CREATE INDEX "meal_plan_portions_ingredient_id_idx" ON "meal_plan_portions"("ingredient_id");

-- CreateIndex
CREATE INDEX "meal_plan_overrides_user_id_created_at_id_idx" ON "meal_plan_overrides"("user_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "meal_plan_overrides_created_at_id_idx" ON "meal_plan_overrides"("created_at", "id");

-- CreateIndex
CREATE INDEX "meal_plan_overrides_actor_id_idx" ON "meal_plan_overrides"("actor_id");

-- CreateIndex
CREATE INDEX "meal_plan_overrides_meal_plan_id_idx" ON "meal_plan_overrides"("meal_plan_id");

-- CreateIndex
CREATE INDEX "meal_plan_overrides_reviewer_id_idx" ON "meal_plan_overrides"("reviewer_id");

-- CreateIndex
CREATE INDEX "food_entries_user_id_day_logged_at_id_idx" ON "food_entries"("user_id", "day", "logged_at", "id");

-- CreateIndex
CREATE INDEX "shopping_items_shopping_list_id_aisle_name_idx" ON "shopping_items"("shopping_list_id", "aisle", "name");

-- CreateIndex
CREATE INDEX "shopping_items_ticked_by_id_idx" ON "shopping_items"("ticked_by_id");

-- CreateIndex
CREATE INDEX "shopping_list_members_user_id_shopping_list_id_idx" ON "shopping_list_members"("user_id", "shopping_list_id");

-- AddForeignKey
ALTER TABLE "ingredient_prices" ADD CONSTRAINT "ingredient_prices_ingredient_id_fkey" FOREIGN KEY ("ingredient_id") REFERENCES "ingredients"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "recipe_lines" ADD CONSTRAINT "recipe_lines_recipe_id_fkey" FOREIGN KEY ("recipe_id") REFERENCES "recipes"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "recipe_lines" ADD CONSTRAINT "recipe_lines_ingredient_id_fkey" FOREIGN KEY ("ingredient_id") REFERENCES "ingredients"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "recipe_lines" ADD CONSTRAINT "recipe_lines_sub_recipe_id_fkey" FOREIGN KEY ("sub_recipe_id") REFERENCES "recipes"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "recipe_ratings" ADD CONSTRAINT "recipe_ratings_recipe_id_fkey" FOREIGN KEY ("recipe_id") REFERENCES "recipes"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "meal_plan_portions" ADD CONSTRAINT "meal_plan_portions_meal_plan_id_fkey" FOREIGN KEY ("meal_plan_id") REFERENCES "meal_plans"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "meal_plan_overrides" ADD CONSTRAINT "meal_plan_overrides_meal_plan_id_fkey" FOREIGN KEY ("meal_plan_id") REFERENCES "meal_plans"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "food_entries" ADD CONSTRAINT "food_entries_user_id_day_fkey" FOREIGN KEY ("user_id", "day") REFERENCES "diet_days"("user_id", "day") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "shopping_items" ADD CONSTRAINT "shopping_items_shopping_list_id_fkey" FOREIGN KEY ("shopping_list_id") REFERENCES "shopping_lists"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "shopping_list_members" ADD CONSTRAINT "shopping_list_members_shopping_list_id_fkey" FOREIGN KEY ("shopping_list_id") REFERENCES "shopping_lists"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What Prisma does not say: words of names, and what each row must hold.
CREATE INDEX "ingredients_words" ON "ingredients" USING gin (to_tsvector('simple', "name"));
CREATE INDEX "recipes_words" ON "recipes" USING gin (to_tsvector('simple', "title"));
CREATE INDEX "recipes_tags" ON "recipes" USING gin ("tags");
CREATE INDEX "diet_days_open" ON "diet_days" ("day") WHERE "closed_at" IS NULL;
CREATE INDEX "meal_plan_overrides_open" ON "meal_plan_overrides" ("user_id") WHERE "reviewed_at" IS NULL;
ALTER TABLE "recipe_lines" ADD CHECK (num_nonnulls("ingredient_id", "sub_recipe_id") = 1), ADD CHECK ("amount_milli" > 0);
ALTER TABLE "meal_plan_portions" ADD CHECK (num_nonnulls("ingredient_id", "recipe_id") = 1), ADD CHECK ("amount_milli" > 0);
ALTER TABLE "food_entries" ADD CHECK (num_nonnulls("ingredient_id", "recipe_id") = 1), ADD CHECK ("amount_milli" > 0);
ALTER TABLE "recipe_ratings" ADD CHECK ("stars" BETWEEN 1 AND 5);
