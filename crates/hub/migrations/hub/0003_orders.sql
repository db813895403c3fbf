-- The document is the order as the API returns it, with every private_ref null: those are filled
-- in for each reader. total is in minor units of the account's currency. There is no reference to
-- accounts: PostgreSQL would lock the account's row for every order.

CREATE TABLE orders (
    account_id TEXT NOT NULL,
    id TEXT NOT NULL,
    location_id TEXT NOT NULL,
    status TEXT NOT NULL,
    ref TEXT,
    created_by TEXT NOT NULL,
    client_id TEXT NOT NULL,
    connection_id TEXT NOT NULL,
    customer_id TEXT,
    total BIGINT NOT NULL,
    version BIGINT NOT NULL,
    created_at TEXT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (account_id, id)
);
-- GET /location/orders, and the back office with one location chosen
CREATE INDEX orders_of_location ON orders (account_id, location_id, created_at, id);
-- GET /account/orders, and the back office with all locations
CREATE INDEX orders_of_account ON orders (account_id, created_at, id);
-- the same lists with ?status=
CREATE INDEX orders_of_location_by_status
    ON orders (account_id, location_id, status, created_at, id);
CREATE INDEX orders_by_status ON orders (account_id, status, created_at, id);
-- ?created_by=
CREATE INDEX orders_of_location_by_sender
    ON orders (account_id, location_id, created_by, created_at, id);
CREATE INDEX orders_by_sender ON orders (account_id, created_by, created_at, id);
-- ?customer_id=
CREATE INDEX orders_of_customer ON orders (account_id, customer_id, created_at, id)
    WHERE customer_id IS NOT NULL;
-- the back office's search. A ref may be longer than an entry of an index on PostgreSQL.
CREATE INDEX orders_by_ref ON orders (account_id, substr(ref, 1, 255)) WHERE ref IS NOT NULL;
