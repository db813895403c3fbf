-- Planners that know nothing of a table yet took these two for statements about a few deliveries.
-- What is pending is not settled: the condition names the index, as with event_deliveries_due.
DROP INDEX event_deliveries_pending;
CREATE INDEX event_deliveries_pending
    ON event_deliveries (account_id, connection_id, turn, event_id)
    WHERE state = 'pending' AND settled_at IS NULL;
-- The back office's log of a connection. It no longer begins with the account, as statements about
-- one event do.
DROP INDEX event_deliveries_of_connection;
CREATE INDEX event_deliveries_of_connection
    ON event_deliveries (connection_id, created_at, event_id);

-- What was told leaves dead entries at the head of the queue's indexes, and every look at the head
-- wades through them until they are vacuumed. By default that is when a fifth of the table is dead:
-- of a table of millions, never in time.
-- PostgreSQL: ALTER TABLE event_deliveries SET (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 5000);
