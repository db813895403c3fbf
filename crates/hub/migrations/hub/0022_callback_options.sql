-- The secret that was replaced last: it signs and is accepted until then, so that an app can change over.
ALTER TABLE clients ADD COLUMN previous_secret BYTEA;
ALTER TABLE clients ADD COLUMN previous_secret_until TEXT;

-- How the callbacks of all connections of a client are sent, as its developer has chosen: with the headers
-- of Standard Webhooks; acknowledged only by a status of 2xx; the newest of several updates only.
ALTER TABLE clients ADD COLUMN has_standard_webhooks BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE clients ADD COLUMN is_strict BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE clients ADD COLUMN coalesces_updates BOOLEAN NOT NULL DEFAULT FALSE;

-- The waits before each new attempt to send something to a connection: seconds, separated by commas. Null:
-- those of the settings.
ALTER TABLE connections ADD COLUMN retry_seconds TEXT;

-- Whether new orders that are wanted later are sent when they are to be prepared. The same is in callbacks,
-- where whoever records an event looks at it.
ALTER TABLE connections ADD COLUMN fires_orders BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE callbacks ADD COLUMN fires_orders BOOLEAN NOT NULL DEFAULT FALSE;

-- A new order that is held back until then.
ALTER TABLE lanes ADD COLUMN fire_at TEXT;

-- When its preparation begins, if anybody wants it only then. Null: it was sent at once.
ALTER TABLE orders ADD COLUMN fires_at TEXT;
-- chores: which orders have stayed new since then
CREATE INDEX orders_fired ON orders (fires_at, account_id, id)
    WHERE status = 'new' AND fires_at IS NOT NULL;
