-- What is left at each location, by ref. What has no row has no limit.

-- The version counts what happened to the inventory of a location: the order in which to tell.
CREATE TABLE inventories (
    account_id TEXT NOT NULL REFERENCES accounts (id),
    location_id TEXT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (account_id, location_id)
);

-- kind: sku or option. stock is in thousandths; expires_at is only there when it is zero.
CREATE TABLE inventory_entries (
    account_id TEXT NOT NULL REFERENCES accounts (id),
    location_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    ref TEXT NOT NULL,
    stock BIGINT NOT NULL,
    expires_at TEXT,
    PRIMARY KEY (account_id, location_id, kind, ref)
);
-- chores: what is available again
CREATE INDEX inventory_entries_to_expire ON inventory_entries (expires_at)
    WHERE expires_at IS NOT NULL;
