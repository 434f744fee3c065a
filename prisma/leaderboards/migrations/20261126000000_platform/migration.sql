-- The platform's tables, the same in every domain's schema: each domain's first migration is this file, to the letter
-- (a test compares them). platform/events and platform/db read and write them, Prisma does not know them.

-- Names the log's unbroken history. Whoever restores the database from a backup writes another value here.
CREATE TABLE log_epoch (
  epoch text PRIMARY KEY
);
INSERT INTO log_epoch (epoch) VALUES (replace(gen_random_uuid()::text, '-', ''));

-- One row a topic. Locked by an append until its commit: that makes seq gap-free and ordered by commit.
CREATE TABLE topics (
  topic text PRIMARY KEY,
  head_seq bigint NOT NULL
);

-- The event log. position is the relay's: given in commit order, so that a reader never meets a gap that fills later.
CREATE TABLE events (
  entry bigint GENERATED ALWAYS AS IDENTITY,
  position bigint,
  topic text NOT NULL,
  seq bigint NOT NULL,
  id uuid NOT NULL,
  kind text NOT NULL,
  version integer NOT NULL,
  occurred_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  traceparent text NOT NULL DEFAULT '',
  payload bytea NOT NULL
) PARTITION BY RANGE (occurred_at);
CREATE INDEX events_topic_seq ON events (topic, seq);
CREATE INDEX events_position ON events (position);
CREATE INDEX events_unsealed ON events (entry) WHERE position IS NULL;
-- Catches what no week's partition takes: the maintenance job makes weeks ahead and drops old ones.
CREATE TABLE events_default PARTITION OF events DEFAULT;

-- How far the relay has sealed the log.
CREATE TABLE log_head (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  position bigint NOT NULL
);
INSERT INTO log_head (position) VALUES (0);

-- How far this domain's consumers have come in the logs of others. Written in the transaction of the effect.
CREATE TABLE consumer_positions (
  consumer text PRIMARY KEY,
  epoch text NOT NULL,
  position bigint NOT NULL
);

-- Answers to creations, kept for a day, so that a lost reply can be asked for again.
CREATE TABLE idempotency_keys (
  viewer_id text NOT NULL,
  method text NOT NULL,
  key text NOT NULL,
  request_hash bytea NOT NULL,
  response jsonb,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (viewer_id, method, key)
);
CREATE INDEX idempotency_keys_created_at ON idempotency_keys (created_at);
