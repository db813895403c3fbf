-- What keeps a request that is sent twice from happening twice.

-- One row per Idempotency-Key of a connection, written together with what the request changed.
-- The body is the answer; it is null for as long as only the change is known.
CREATE TABLE idempotency_keys (
    account_id TEXT NOT NULL,
    connection_id TEXT NOT NULL,
    key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    order_id TEXT,
    body BYTEA,
    created_at TEXT NOT NULL,
    PRIMARY KEY (account_id, connection_id, key)
);
-- chores: what is past its day
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);

-- The last order with each ref, of connections that refuse a ref that comes again too soon.
CREATE TABLE recent_refs (
    account_id TEXT NOT NULL,
    connection_id TEXT NOT NULL,
    location_id TEXT NOT NULL,
    ref TEXT NOT NULL,
    order_id TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (account_id, connection_id, location_id, ref)
);
-- chores: what is past the longest window
CREATE INDEX recent_refs_by_age ON recent_refs (created_at);
