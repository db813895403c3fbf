-- The address that a user would like to have instead of theirs, until a link that was sent there is
-- used: one at a time.
CREATE TABLE wished_addresses (
    user_id TEXT PRIMARY KEY REFERENCES users (id),
    email TEXT NOT NULL,
    hash TEXT NOT NULL UNIQUE,
    expires_at TEXT NOT NULL
);
-- chores: what is too old
CREATE INDEX wished_addresses_by_age ON wished_addresses (expires_at);
