-- Who there is: people, accounts with their locations, and what an account holds.
-- Times are UTC text of fixed width; money is in minor units of the account's currency.

CREATE TABLE hub_settings (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE users (
    id TEXT PRIMARY KEY,
    email TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    locale TEXT NOT NULL,
    timezone TEXT NOT NULL,
    password_hash TEXT,
    created_at TEXT NOT NULL
);

CREATE TABLE sessions (
    hash TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id),
    created_at TEXT NOT NULL,
    seen_at TEXT NOT NULL
);
CREATE INDEX sessions_of_user ON sessions (user_id);
-- chores: what nobody uses any more
CREATE INDEX sessions_by_age ON sessions (seen_at);

CREATE TABLE password_resets (
    hash TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id),
    expires_at TEXT NOT NULL
);
-- chores: what is too old
CREATE INDEX password_resets_by_age ON password_resets (expires_at);

-- Who has asked for a user and not yet shown that the address is theirs. back is where they were
-- going.
CREATE TABLE sign_ups (
    hash TEXT PRIMARY KEY,
    email TEXT NOT NULL,
    name TEXT NOT NULL,
    locale TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    back TEXT NOT NULL,
    expires_at TEXT NOT NULL
);
CREATE INDEX sign_ups_by_age ON sign_ups (expires_at);

CREATE TABLE accounts (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    currency TEXT NOT NULL,
    country TEXT NOT NULL,
    timezone TEXT NOT NULL,
    next_location BIGINT NOT NULL,
    created_at TEXT NOT NULL,
    suspended_at TEXT
);

-- The document holds what the API returns of a location and SQL never looks for.
CREATE TABLE locations (
    account_id TEXT NOT NULL REFERENCES accounts (id),
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    timezone TEXT NOT NULL,
    resume_at TEXT,
    document TEXT NOT NULL,
    version BIGINT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (account_id, id)
);
-- chores: which locations go back to normal next
CREATE INDEX locations_to_resume ON locations (resume_at) WHERE resume_at IS NOT NULL;

-- Rights of a user on an account (location_id '') or on one location; a bit per permission.
CREATE TABLE memberships (
    account_id TEXT NOT NULL REFERENCES accounts (id),
    user_id TEXT NOT NULL REFERENCES users (id),
    location_id TEXT NOT NULL,
    permissions BIGINT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (account_id, user_id, location_id)
);
CREATE INDEX memberships_of_user ON memberships (user_id);

CREATE TABLE invitations (
    account_id TEXT NOT NULL REFERENCES accounts (id),
    email TEXT NOT NULL,
    location_id TEXT NOT NULL,
    hash TEXT NOT NULL UNIQUE,
    permissions BIGINT NOT NULL,
    invited_by TEXT REFERENCES users (id),
    expires_at TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (account_id, email, location_id)
);
-- chores: what is too old
CREATE INDEX invitations_by_age ON invitations (expires_at);

-- What is in a catalog lies in catalog_parts.
CREATE TABLE catalogs (
    account_id TEXT NOT NULL REFERENCES accounts (id),
    id TEXT NOT NULL,
    location_id TEXT,
    name TEXT NOT NULL,
    version BIGINT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (account_id, id)
);

CREATE TABLE customer_lists (
    account_id TEXT NOT NULL REFERENCES accounts (id),
    id TEXT NOT NULL,
    location_id TEXT,
    name TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (account_id, id)
);

-- The document holds the personal data. email and phone are folded copies to search by.
CREATE TABLE customers (
    account_id TEXT NOT NULL REFERENCES accounts (id),
    id TEXT NOT NULL,
    customer_list_id TEXT NOT NULL,
    nb_orders BIGINT NOT NULL,
    order_total BIGINT NOT NULL,
    first_order_date TEXT,
    last_order_date TEXT,
    email TEXT,
    phone TEXT,
    document TEXT NOT NULL,
    version BIGINT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (account_id, id)
);
CREATE INDEX customers_of_list ON customers (account_id, customer_list_id, created_at, id);

-- Balances are thousandths of a point.
CREATE TABLE loyalty_cards (
    account_id TEXT NOT NULL REFERENCES accounts (id),
    id TEXT NOT NULL,
    customer_list_id TEXT NOT NULL,
    customer_id TEXT NOT NULL,
    ref TEXT,
    name TEXT,
    balance BIGINT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (account_id, id)
);
CREATE INDEX loyalty_cards_of_customer ON loyalty_cards (account_id, customer_id);

CREATE TABLE loyalty_operations (
    account_id TEXT NOT NULL REFERENCES accounts (id),
    id TEXT NOT NULL,
    loyalty_card_id TEXT NOT NULL,
    customer_id TEXT NOT NULL,
    order_id TEXT,
    order_location_id TEXT,
    reason TEXT,
    delta BIGINT NOT NULL,
    new_balance BIGINT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (account_id, id)
);
CREATE INDEX loyalty_operations_of_card
    ON loyalty_operations (account_id, loyalty_card_id, created_at, id);
