-- What is still to be done about everything that waits for a connection whose callback has got another URL, none,
-- or is gone: a part at a time, since a million events may wait. In this order: its lanes are deleted (closes);
-- what waits up to the turn cancel_to is deleted; and all that waits gets lanes (fills), and attempts that begin
-- anew (resets). after_turn and after_event_id say how far that has come. Since opened_turn the callback has its
-- URL: what came since then is looked at again until checks_until.
CREATE TABLE lane_jobs (
    account_id TEXT NOT NULL,
    connection_id TEXT NOT NULL,
    closes BOOLEAN NOT NULL,
    cancel_to BIGINT,
    fills BOOLEAN NOT NULL,
    resets BOOLEAN NOT NULL,
    after_turn BIGINT NOT NULL,
    after_event_id TEXT NOT NULL,
    opened_turn BIGINT NOT NULL,
    checks_until TEXT,
    due_at TEXT NOT NULL,
    PRIMARY KEY (account_id, connection_id)
);
CREATE INDEX lane_jobs_due ON lane_jobs (due_at);

-- is_filling: what waits has not got its lanes yet, and what comes waits behind it, without one. is_closing: lanes
-- of before are still being deleted; nothing of them is sent.
ALTER TABLE callbacks ADD COLUMN is_filling BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE callbacks ADD COLUMN is_closing BOOLEAN NOT NULL DEFAULT FALSE;

-- Callbacks that have just got their URL are looked at once more.
INSERT INTO lane_jobs (account_id, connection_id, closes, cancel_to, fills, resets, after_turn, after_event_id,
        opened_turn, checks_until, due_at)
    SELECT account_id, connection_id, FALSE, NULL, TRUE, FALSE, 0, '', 0, lanes_checked_at, lanes_checked_at
    FROM callbacks WHERE lanes_checked_at IS NOT NULL;
DROP INDEX callbacks_to_check;
ALTER TABLE callbacks DROP COLUMN lanes_checked_at;
