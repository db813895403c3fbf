-- The delivery of an order; an order has one at most. The document is the delivery as the API
-- returns it, with the driver's position, which the order does not show.

CREATE TABLE deliveries (
    account_id TEXT NOT NULL,
    order_id TEXT NOT NULL,
    id TEXT NOT NULL,
    location_id TEXT NOT NULL,
    created_at TEXT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (account_id, order_id)
);

-- What carriers ask for the delivery of an order, as the API returns it.
CREATE TABLE delivery_quotes (
    account_id TEXT NOT NULL,
    order_id TEXT NOT NULL,
    id TEXT NOT NULL,
    location_id TEXT NOT NULL,
    created_at TEXT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (account_id, order_id, id)
);
