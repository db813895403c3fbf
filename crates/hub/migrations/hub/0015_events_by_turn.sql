-- A version is the moment of the change in microseconds, and always more than the one before. So the
-- turns of a connection's events are sorted by time, and by what happened first to one thing even
-- where a clock went back: GET /callback/events goes by them.
DROP INDEX event_deliveries_pending;
CREATE INDEX event_deliveries_pending
    ON event_deliveries (account_id, connection_id, turn, event_id) WHERE state = 'pending';
