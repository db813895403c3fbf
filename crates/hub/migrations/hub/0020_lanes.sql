-- What waits apart from what was. A dispatch has one row in dispatches from its beginning to the end of
-- its retention, and one in pending_dispatches while it waits: to be sent, or to be fetched. So the cost
-- of either does not grow with the other.
CREATE TABLE pending_dispatches (
    account_id TEXT NOT NULL,
    connection_id TEXT NOT NULL,
    turn BIGINT NOT NULL,
    event_id TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (account_id, connection_id, turn, event_id)
)
-- SQLite: WITHOUT ROWID
;
-- what comes next of one thing
CREATE INDEX pending_dispatches_of_subject
    ON pending_dispatches (account_id, subject_id, connection_id, turn, event_id);

-- A lane: what is sent to one connection of one thing, one event after the other. event_id is at its head.
-- last_event_id is the newest: while it is the head, nothing follows. A lane without events is no row. Only
-- a callback with a URL has lanes.
-- due_at is when to send the head. While it is under way, due_at and lease_until say when another worker may
-- take it over. attempts counts the attempts of the head; uncounted how many of them do not count, because
-- the callback had another URL when they were begun: more than attempts while such a one is under way.
-- is_replay: the head is sent once more because somebody wished so.
CREATE TABLE lanes (
    account_id TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    connection_id TEXT NOT NULL,
    event_id TEXT NOT NULL,
    turn BIGINT NOT NULL,
    last_event_id TEXT NOT NULL,
    due_at TEXT,
    lease_until TEXT,
    attempts BIGINT NOT NULL,
    uncounted BIGINT NOT NULL,
    is_replay BIGINT NOT NULL,
    PRIMARY KEY (account_id, subject_id, connection_id)
)
-- SQLite: WITHOUT ROWID
;

INSERT INTO pending_dispatches (account_id, connection_id, turn, event_id, subject_id, created_at)
    SELECT account_id, connection_id, turn, event_id, subject_id, created_at
    FROM dispatches WHERE state = 'pending';
INSERT INTO lanes (account_id, subject_id, connection_id, event_id, turn, last_event_id, due_at,
        lease_until, attempts, uncounted, is_replay)
    SELECT h.account_id, h.subject_id, h.connection_id, h.event_id, h.turn, h.last_event_id, h.due_at,
        h.lease_until, h.attempts, h.uncounted, 0
    FROM (SELECT d.*,
            ROW_NUMBER() OVER (PARTITION BY d.account_id, d.subject_id, d.connection_id
                ORDER BY d.turn, d.event_id) AS place,
            FIRST_VALUE(d.event_id) OVER (PARTITION BY d.account_id, d.subject_id, d.connection_id
                ORDER BY d.turn DESC, d.event_id DESC) AS last_event_id
        FROM dispatches d
        JOIN callbacks b ON b.account_id = d.account_id AND b.connection_id = d.connection_id
            AND b.url IS NOT NULL
        WHERE d.state = 'pending' AND d.due_at IS NOT NULL) h
    WHERE h.place = 1;
-- The dispatcher: what is due for one connection. The condition, always true, sets it apart from the key:
-- planners choose between them before they know the table.
CREATE INDEX lanes_due ON lanes (connection_id, due_at, turn) WHERE due_at IS NOT NULL;

DROP INDEX dispatches_due;
DROP INDEX dispatches_in_turn;
DROP INDEX dispatches_pending;
-- The condition, always true, sets it apart from the key: see lanes_due.
DROP INDEX dispatches_of_connection;
CREATE INDEX dispatches_of_connection ON dispatches (connection_id, created_at, event_id)
    WHERE turn >= 0;
ALTER TABLE dispatches DROP COLUMN due_at;
ALTER TABLE dispatches DROP COLUMN lease_until;
ALTER TABLE dispatches DROP COLUMN uncounted;
-- When somebody last wished that it be sent once more.
ALTER TABLE dispatches ADD COLUMN resent_at TEXT;

-- When to look once more for what became pending while the callback got its URL.
ALTER TABLE callbacks ADD COLUMN lanes_checked_at TEXT;
CREATE INDEX callbacks_to_check ON callbacks (lanes_checked_at) WHERE lanes_checked_at IS NOT NULL;

-- What was sent leaves dead entries at the head of the queue's indexes, and every look at the head wades
-- through them until they are vacuumed: these tables are short, and vacuumed often. A dispatch ends by a
-- change that touches no index, as long as its page has room.
-- PostgreSQL: ALTER TABLE pending_dispatches SET (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 5000);
-- PostgreSQL: ALTER TABLE lanes SET (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 5000);
-- PostgreSQL: ALTER TABLE dispatches RESET (autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold);
-- PostgreSQL: ALTER TABLE dispatches SET (fillfactor = 85);
