-- Who is sent orders when they are to be prepared is asked with every request: of few callbacks.
CREATE INDEX callbacks_that_fire ON callbacks (account_id) WHERE fires_orders;

-- The page of alarms, and the sign that there are some: those that are open, newest first, without the ended ones
-- between them.
CREATE INDEX alarms_open_by_time ON alarms (account_id, ended_at, began_at, id) WHERE ended_at IS NULL;
