-- Programs, what they may do where, and how they were let in.

-- The document holds the fields of an app: scopes, URLs, logo, category, instructions.
CREATE TABLE clients (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    owner_id TEXT REFERENCES users (id),
    secret BYTEA NOT NULL,
    is_listed BOOLEAN NOT NULL,
    document TEXT NOT NULL,
    created_at TEXT NOT NULL,
    deleted_at TEXT
);
CREATE INDEX clients_of_owner ON clients (owner_id, created_at);

-- A connection binds a client to a place: a location, an account, or a user's own profile
-- (account_id '' then). It owns one access token, found by its hash. A revoked connection stays,
-- so that its journal can still be read; its place is null then, and free for another. ref_window: for
-- how many minutes a ref of an order may not come again; null for no such rule.
CREATE TABLE connections (
    account_id TEXT NOT NULL,
    id TEXT NOT NULL,
    client_id TEXT NOT NULL REFERENCES clients (id),
    place TEXT,
    location_id TEXT,
    device_id TEXT NOT NULL,
    scope TEXT NOT NULL,
    catalog_id TEXT,
    customer_list_id TEXT,
    user_id TEXT,
    token_hash TEXT NOT NULL,
    blocked_at TEXT,
    revoked_at TEXT,
    ref_window BIGINT,
    created_at TEXT NOT NULL,
    PRIMARY KEY (account_id, id)
);
CREATE UNIQUE INDEX connections_by_token ON connections (token_hash);
CREATE UNIQUE INDEX connections_by_place ON connections (place, client_id, device_id);
CREATE INDEX connections_of_client ON connections (client_id);

-- What a user has granted and the client has not yet fetched. The connection is made, or bound
-- anew, when the code is exchanged. place and device_id are those of that connection: whoever blocks
-- or ends it makes the code void.
CREATE TABLE codes (
    hash TEXT PRIMARY KEY,
    client_id TEXT NOT NULL REFERENCES clients (id),
    place TEXT NOT NULL,
    device_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    document TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    used_at TEXT
);
-- what a block makes void
CREATE INDEX codes_of_place ON codes (client_id, place, device_id);
-- chores: what is too old
CREATE INDEX codes_by_age ON codes (expires_at);

-- Each client's own name for a thing. holder_id is the order (or customer) that contains it.
CREATE TABLE private_refs (
    account_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    holder_id TEXT NOT NULL,
    object_id TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (account_id, client_id, holder_id, object_id)
);
-- lists filtered by private_ref
CREATE INDEX private_refs_by_value ON private_refs (account_id, client_id, value);
