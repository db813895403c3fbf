-- What was sold, as the dashboard adds it up: a narrow row beside each order, so that a month is added up
-- without reading its documents. quarter is the beginning of the quarter of an hour in which the order came,
-- in UTC: 2026-03-07T18:45. Every hour and day of every time zone is made of those. is_sale: it was neither
-- refused nor called off. products has a line per product, with thousandths, hundredths, name and sku.
CREATE TABLE sales (
    account_id TEXT NOT NULL,
    location_id TEXT NOT NULL,
    quarter TEXT NOT NULL,
    order_id TEXT NOT NULL,
    is_sale BOOLEAN NOT NULL,
    total BIGINT NOT NULL,
    channel TEXT NOT NULL,
    connection_name TEXT NOT NULL,
    products TEXT NOT NULL,
    PRIMARY KEY (account_id, location_id, quarter, order_id)
)
-- SQLite: WITHOUT ROWID
;

-- The sales of a whole day in UTC, for days with many: a line per quarter, per origin, per product. Made after the
-- day when somebody looks at it, and deleted when an order of the day changes.
CREATE TABLE sales_days (
    account_id TEXT NOT NULL,
    location_id TEXT NOT NULL,
    day TEXT NOT NULL,
    quarters TEXT NOT NULL,
    origins TEXT NOT NULL,
    products TEXT NOT NULL,
    PRIMARY KEY (account_id, location_id, day)
);

-- Of older orders no products are known: they are in the documents, into which SQL does not look.
INSERT INTO sales (account_id, location_id, quarter, order_id, is_sale, total, channel, connection_name, products)
    SELECT account_id, location_id,
        substr(created_at, 1, 14) || CASE WHEN substr(created_at, 15, 2) < '15' THEN '00'
            WHEN substr(created_at, 15, 2) < '30' THEN '15'
            WHEN substr(created_at, 15, 2) < '45' THEN '30' ELSE '45' END,
        id, status NOT IN ('rejected', 'cancelled', 'delivery_failed'), total, created_by, created_by, ''
    FROM orders;

-- By what a caller says an order is found in the back office. phone has the digits from the last to the
-- first, without country or trunk zeros; the others are folded. Null: there is none.
CREATE TABLE order_search (
    account_id TEXT NOT NULL,
    order_id TEXT NOT NULL,
    location_id TEXT NOT NULL,
    created_at TEXT NOT NULL,
    phone TEXT,
    email TEXT,
    first_name TEXT,
    last_name TEXT,
    collection_code TEXT,
    PRIMARY KEY (account_id, order_id)
);
CREATE INDEX order_search_by_phone ON order_search (account_id, phone, created_at, order_id)
    WHERE phone IS NOT NULL;
CREATE INDEX order_search_by_email ON order_search (account_id, email, created_at, order_id)
    WHERE email IS NOT NULL;
CREATE INDEX order_search_by_first_name ON order_search (account_id, first_name, created_at, order_id)
    WHERE first_name IS NOT NULL;
CREATE INDEX order_search_by_last_name ON order_search (account_id, last_name, created_at, order_id)
    WHERE last_name IS NOT NULL;
CREATE INDEX order_search_by_code ON order_search (account_id, collection_code, created_at, order_id)
    WHERE collection_code IS NOT NULL;
