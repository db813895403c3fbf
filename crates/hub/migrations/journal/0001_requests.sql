-- Every API call, for support. Bodies are compressed with zstd; packing is the number of the
-- dictionary, 0 for none. duration is in microseconds.

CREATE TABLE requests (
    account_id TEXT NOT NULL,
    id TEXT NOT NULL,
    connection_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    location_id TEXT,
    order_id TEXT,
    resource TEXT NOT NULL,
    method TEXT NOT NULL,
    url TEXT NOT NULL,
    status BIGINT NOT NULL,
    duration BIGINT NOT NULL,
    at TEXT NOT NULL,
    packing BIGINT NOT NULL,
    request_body BYTEA NOT NULL,
    response_body BYTEA NOT NULL,
    PRIMARY KEY (account_id, id, at)
)
-- PostgreSQL: PARTITION BY RANGE (at)
;
-- the logs of a connection, newest first
CREATE INDEX requests_of_connection ON requests (account_id, connection_id, at, id);
-- the journey of an order
CREATE INDEX requests_of_order ON requests (account_id, order_id, at) WHERE order_id IS NOT NULL;
-- chores on SQLite: what is past its retention. PostgreSQL drops days, and keeps this one empty.
CREATE INDEX requests_by_age ON requests (at)
-- PostgreSQL: WHERE FALSE
;

-- The days for which PostgreSQL has a table: requests_20260307 for 2026-03-07.
CREATE TABLE request_days (
    day TEXT PRIMARY KEY
);
