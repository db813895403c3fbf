-- Who did what, one row per change. account_id is '' for what belongs to no account (a client, a user), and
-- location_id is '' for what belongs to the whole account. actor_name, subject_name and the document are what
-- they were at that moment, so that they can be read when the user, the app or the thing is gone. The document
-- holds what differs, before and after, and never a secret.
CREATE TABLE audit_entries (
    account_id TEXT NOT NULL,
    created_at TEXT NOT NULL,
    id TEXT NOT NULL,
    location_id TEXT NOT NULL,
    action TEXT NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_id TEXT NOT NULL,
    actor_name TEXT NOT NULL,
    address TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    subject_name TEXT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (account_id, id)
);
-- The condition, always true, sets it apart: no other statement goes by it.
CREATE INDEX audit_entries_of_account ON audit_entries (account_id, created_at, id) WHERE id <> '';
CREATE INDEX audit_entries_of_location ON audit_entries (account_id, location_id, created_at, id);
CREATE INDEX audit_entries_of_actor ON audit_entries (account_id, actor_id, created_at, id);
CREATE INDEX audit_entries_of_subject ON audit_entries (account_id, subject_id, created_at, id);
-- chores: what is past its retention. The condition, always true, sets it apart as well.
CREATE INDEX audit_entries_by_age ON audit_entries (created_at) WHERE action <> '';

-- Connections that have ended, the newest first: of an account, and of a location. The condition on the id, always
-- true, sets the first apart: no other statement goes by it.
CREATE INDEX connections_ended ON connections (account_id, revoked_at, id)
    WHERE revoked_at IS NOT NULL AND id <> '';
CREATE INDEX connections_ended_at ON connections (account_id, location_id, revoked_at, id)
    WHERE revoked_at IS NOT NULL;

-- From where a session was last used, and with which browser.
ALTER TABLE sessions ADD COLUMN address TEXT;
ALTER TABLE sessions ADD COLUMN user_agent TEXT;
