-- Sending many events again, in the background and a few at a time. A job walks through what happened
-- between since and until, oldest first; cursor_at and cursor_id are where it is, and change together with
-- what it sends: a job that breaks off goes on from there. due_at is when its next part is to be done, and
-- null when it has ended.
-- what: failed (was given up), missed (was never sent), matching (was sent, whatever became of it). events is
-- which events, by resource, as in a callback; none is all of them. location_id and order_id are null for all.
-- total is how many there were when it began, has_more that they were not counted to the end. waits counts how
-- often in a row it waited for a callback in flight.
CREATE TABLE resend_jobs (
    account_id TEXT NOT NULL,
    connection_id TEXT NOT NULL,
    id TEXT NOT NULL,
    what TEXT NOT NULL,
    since TEXT NOT NULL,
    until TEXT NOT NULL,
    events TEXT NOT NULL,
    location_id TEXT,
    order_id TEXT,
    total BIGINT NOT NULL,
    has_more BIGINT NOT NULL,
    done BIGINT NOT NULL,
    repeated BIGINT NOT NULL,
    skipped BIGINT NOT NULL,
    state TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    ended_at TEXT,
    cursor_at TEXT NOT NULL,
    cursor_id TEXT NOT NULL,
    waits BIGINT NOT NULL,
    due_at TEXT,
    PRIMARY KEY (account_id, connection_id, id)
)
-- SQLite: WITHOUT ROWID
;
-- chores: which job is next
CREATE INDEX resend_jobs_due ON resend_jobs (due_at) WHERE due_at IS NOT NULL;

-- What happened in an account since a time. The condition, always true, sets it apart: no other statement goes
-- by it.
CREATE INDEX events_by_time ON events (account_id, created_at, id) WHERE turn >= 0;
-- What happened later to the same thing. What belongs to an order is found by it.
CREATE INDEX events_of_subject ON events (account_id, subject_id, turn) WHERE order_id IS NULL;
