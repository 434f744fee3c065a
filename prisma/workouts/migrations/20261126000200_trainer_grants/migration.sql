-- What trainers may see of their clients: a domain's own copy, kept by training's events. Every domain that asks has these
-- two tables by a migration that is this file, to the letter (a test compares them). platform/grants reads and writes
-- them, Prisma does not know them.

CREATE TABLE trainer_grants (
  trainer_id uuid NOT NULL,
  client_id uuid NOT NULL,
  permissions text[] NOT NULL,
  PRIMARY KEY (trainer_id, client_id)
);

-- The copy holds everything that training had committed at this time, by this database's clock.
CREATE TABLE trainer_grants_freshness (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  complete_at timestamptz NOT NULL
);
INSERT INTO trainer_grants_freshness (complete_at) VALUES ('-infinity');
