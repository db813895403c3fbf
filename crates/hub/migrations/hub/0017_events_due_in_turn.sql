-- What is due at the same moment stands in its turn: an event is never before the one that it waits
-- for, once it was moved behind it.
DROP INDEX event_deliveries_due;
CREATE INDEX event_deliveries_due ON event_deliveries (connection_id, due_at, turn)
    WHERE state = 'pending' AND due_at IS NOT NULL;
