-- The second factor of a user: the secret of their authenticator app, sealed with the master key. It counts once it
-- was confirmed by a code; until then enabled_at is null. last_step is the newest step of time a code of which was
-- used: no code of it, or of one before, is taken again.
CREATE TABLE second_factors (
    user_id TEXT PRIMARY KEY REFERENCES users (id),
    secret BYTEA NOT NULL,
    created_at TEXT NOT NULL,
    enabled_at TEXT,
    last_step BIGINT NOT NULL
);

-- Codes that are left, each of which may be used once in the place of one of the app: a keyed digest of each.
CREATE TABLE recovery_codes (
    user_id TEXT NOT NULL REFERENCES users (id),
    digest TEXT NOT NULL,
    PRIMARY KEY (user_id, digest)
);
