-- Splits user_sessions into 8 partitions by hash of id, while the server runs (PostgreSQL 15 or later).
-- docs/sizing.md says when, what it costs, and what was measured.
--   psql -v ON_ERROR_STOP=1 -f partition-sessions.sql DATABASE
-- It may be stopped before the last transaction: DROP TABLE user_sessions_split; DROP FUNCTION split_sessions CASCADE.
-- Every statement commits by itself but the two that say BEGIN.
\timing on
SET lock_timeout = '3s';

CREATE TABLE user_sessions_split (LIKE user_sessions INCLUDING DEFAULTS INCLUDING CONSTRAINTS) PARTITION BY HASH (id);
SELECT format('CREATE TABLE user_sessions_%s PARTITION OF user_sessions_split FOR VALUES WITH (MODULUS 8, REMAINDER %s)', i, i)
FROM generate_series(0, 7) AS i \gexec
ALTER TABLE user_sessions_split ADD CONSTRAINT pk_user_sessions_split PRIMARY KEY (id);
CREATE INDEX split_sessions_user_id ON user_sessions_split (user_id);
CREATE INDEX split_sessions_expires_at ON user_sessions_split (expires_at);
CREATE INDEX split_sessions_parent_id ON user_sessions_split (parent_id);
CREATE INDEX split_sessions_client_id ON user_sessions_split (lower(client_id)) WHERE client_id IS NOT NULL;
-- Before the rows, because a key on a partitioned table cannot be added NOT VALID: adding it later would block all writes to users
-- while it reads every row.
ALTER TABLE user_sessions_split
  ADD CONSTRAINT fk_split_users_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
  ADD CONSTRAINT fk_split_parent_id FOREIGN KEY (parent_id) REFERENCES user_sessions_split (id) ON DELETE SET NULL;

-- What the server writes from here on is written to both.
CREATE FUNCTION split_sessions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    DELETE FROM user_sessions_split WHERE id = OLD.id;
    RETURN NULL;
  END IF;
  IF NEW.parent_id IS NOT NULL THEN
    INSERT INTO user_sessions_split SELECT * FROM user_sessions WHERE id = NEW.parent_id ON CONFLICT (id) DO NOTHING;
  END IF;
  INSERT INTO user_sessions_split SELECT NEW.* ON CONFLICT (id) DO UPDATE SET
    user_id = excluded.user_id, token_hash = excluded.token_hash, expires_at = excluded.expires_at, created_at = excluded.created_at,
    kind = excluded.kind, client_id = excluded.client_id, parent_id = excluded.parent_id,
    authorization_id = excluded.authorization_id, scopes = excluded.scopes, resources = excluded.resources,
    offline = excluded.offline, security_stamp = excluded.security_stamp, auth_time = excluded.auth_time, amr = excluded.amr,
    acr = excluded.acr, requested_claims = excluded.requested_claims, persistent = excluded.persistent,
    last_seen_at = excluded.last_seen_at, absolute_expires_at = excluded.absolute_expires_at, ip_address = excluded.ip_address,
    user_agent = excluded.user_agent, previous_token_hash = excluded.previous_token_hash, rotated_at = excluded.rotated_at,
    rotation_counter = excluded.rotation_counter, confirmation = excluded.confirmation;
  RETURN NULL;
END $$;
CREATE TRIGGER split_sessions AFTER INSERT OR UPDATE OR DELETE ON user_sessions FOR EACH ROW EXECUTE FUNCTION split_sessions();

-- The rows of before, browser sessions first because the others point to them. FOR SHARE: a session that ends meanwhile waits for its
-- copy, and the trigger then deletes both. Without it, a session that has ended could come back.
CREATE PROCEDURE copy_sessions(size int) LANGUAGE plpgsql AS $$
DECLARE
  which int;
  last uuid;
  final uuid;
BEGIN
  FOR which IN 0..1 LOOP
    last := '00000000-0000-0000-0000-000000000000';
    LOOP
      SELECT max(id::text)::uuid INTO final FROM (SELECT id FROM user_sessions WHERE id > last ORDER BY id LIMIT size) AS next;
      EXIT WHEN final IS NULL;
      INSERT INTO user_sessions_split
      SELECT * FROM user_sessions WHERE id > last AND id <= final AND kind = which FOR SHARE
      ON CONFLICT (id) DO NOTHING;
      COMMIT;
      last := final;
    END LOOP;
  END LOOP;
END $$;
CALL copy_sessions(2000);
ANALYZE user_sessions_split;

-- No row may differ. One transaction sees both tables as they are at one moment.
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT count(*) AS differing FROM (
  (SELECT id, user_id, token_hash, expires_at, parent_id FROM user_sessions
   EXCEPT SELECT id, user_id, token_hash, expires_at, parent_id FROM user_sessions_split)
  UNION ALL
  (SELECT id, user_id, token_hash, expires_at, parent_id FROM user_sessions_split
   EXCEPT SELECT id, user_id, token_hash, expires_at, parent_id FROM user_sessions)) AS both_ways \gset
COMMIT;
SELECT :differing = 0 AS same \gset
\if :same
-- The only moment in which sign-ins wait.
BEGIN;
LOCK TABLE user_sessions, user_sessions_split IN ACCESS EXCLUSIVE MODE;
DROP TRIGGER split_sessions ON user_sessions;
ALTER TABLE user_sessions RENAME TO user_sessions_before;
ALTER INDEX pk_user_sessions RENAME TO pk_user_sessions_before;
ALTER INDEX idx_sessions_user_id RENAME TO idx_sessions_user_id_before;
ALTER INDEX idx_sessions_expires_at RENAME TO idx_sessions_expires_at_before;
ALTER INDEX idx_sessions_parent_id RENAME TO idx_sessions_parent_id_before;
ALTER INDEX idx_sessions_client_id RENAME TO idx_sessions_client_id_before;
ALTER TABLE user_sessions_split RENAME TO user_sessions;
ALTER INDEX pk_user_sessions_split RENAME TO pk_user_sessions;
ALTER INDEX split_sessions_user_id RENAME TO idx_sessions_user_id;
ALTER INDEX split_sessions_expires_at RENAME TO idx_sessions_expires_at;
ALTER INDEX split_sessions_parent_id RENAME TO idx_sessions_parent_id;
ALTER INDEX split_sessions_client_id RENAME TO idx_sessions_client_id;
ALTER TABLE user_sessions RENAME CONSTRAINT fk_split_users_user_id TO fk_user_sessions_users_user_id;
ALTER TABLE user_sessions RENAME CONSTRAINT fk_split_parent_id TO fk_user_sessions_user_sessions_parent_id;
CREATE TRIGGER user_sessions_before_insert BEFORE INSERT ON user_sessions FOR EACH ROW EXECUTE FUNCTION user_sessions_before_insert();
COMMIT;
DROP PROCEDURE copy_sessions;
DROP FUNCTION split_sessions;
\echo Done. DROP TABLE user_sessions_before when nothing needs it.
\else
\echo The tables differ in :differing rows. Nothing was changed for the server.
\endif
