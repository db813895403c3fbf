-- What happened, who must hear of it, and what became of each attempt to tell them.

CREATE TABLE callbacks (
    account_id TEXT NOT NULL,
    connection_id TEXT NOT NULL,
    url TEXT,
    events TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (account_id, connection_id)
);

-- Who hears of what: what the callback and the grant of a connection come to. A location, catalog
-- or customer list of null stands for all of them.
CREATE TABLE followers (
    account_id TEXT NOT NULL,
    resource TEXT NOT NULL,
    kind TEXT NOT NULL,
    connection_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    location_id TEXT,
    catalog_id TEXT,
    customer_list_id TEXT,
    PRIMARY KEY (account_id, resource, kind, connection_id)
);
CREATE INDEX followers_by_connection ON followers (account_id, connection_id);

-- One row per change, however many hear of it. The document holds the states (or the state change)
-- with every private_ref null. turn is the version of the subject: the order in which to tell.
-- Retention counts from kept_from: at first when it happened; if it then turns out that somebody
-- was told later, when the last of them was. So what is past its retention is looked at once or
-- twice, not at every round of the chores.
CREATE TABLE events (
    account_id TEXT NOT NULL,
    id TEXT NOT NULL,
    resource TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    location_id TEXT,
    order_id TEXT,
    turn BIGINT NOT NULL,
    client_id TEXT,
    request_id TEXT,
    created_at TEXT NOT NULL,
    kept_from TEXT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (account_id, id)
);
-- the journey of an order
CREATE INDEX events_of_order ON events (account_id, order_id, created_at) WHERE order_id IS NOT NULL;
-- chores: what is past its retention
CREATE INDEX events_by_age ON events (kept_from);

-- state: pending, acknowledged, expired or deleted. due_at is when to tell it next; it
-- counts only while the callback has a URL.
-- The key begins with the event: the journey and the chores ask for all deliveries of one.
-- While a callback is under way, lease_until says when another worker may take it over, and due_at
-- says the same, so that what is under way is not among what is due. uncounted says how many of the
-- attempts do not count: the callback had another URL when they were begun. It is more than attempts
-- while such a one is under way.
CREATE TABLE event_deliveries (
    account_id TEXT NOT NULL,
    connection_id TEXT NOT NULL,
    event_id TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    turn BIGINT NOT NULL,
    state TEXT NOT NULL,
    due_at TEXT,
    lease_until TEXT,
    attempts BIGINT NOT NULL,
    uncounted BIGINT NOT NULL,
    created_at TEXT NOT NULL,
    settled_at TEXT,
    PRIMARY KEY (account_id, event_id, connection_id)
);
-- dispatch: what is due for one connection. The second condition, always true, sets it apart from the
-- other indexes of what is pending: planners choose between them before they know the table.
CREATE INDEX event_deliveries_due ON event_deliveries (connection_id, due_at)
    WHERE state = 'pending' AND due_at IS NOT NULL;
-- dispatch: is an earlier event of the same subject still open?
CREATE INDEX event_deliveries_in_turn ON event_deliveries (connection_id, subject_id, turn)
    WHERE state = 'pending';
-- GET /callback/events
CREATE INDEX event_deliveries_pending
    ON event_deliveries (account_id, connection_id, created_at, event_id) WHERE state = 'pending';
-- the back office's log of a connection
CREATE INDEX event_deliveries_of_connection
    ON event_deliveries (account_id, connection_id, created_at, event_id);

-- One row per attempt. duration is in microseconds; answer is the beginning of what came back.
CREATE TABLE delivery_attempts (
    account_id TEXT NOT NULL,
    connection_id TEXT NOT NULL,
    event_id TEXT NOT NULL,
    number BIGINT NOT NULL,
    url TEXT NOT NULL,
    started_at TEXT NOT NULL,
    duration BIGINT NOT NULL,
    status BIGINT,
    failure TEXT,
    answer TEXT NOT NULL,
    PRIMARY KEY (account_id, event_id, connection_id, number)
);
