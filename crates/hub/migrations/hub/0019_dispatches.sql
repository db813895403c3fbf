-- An event on its way to one app is a dispatch: a delivery is what a courier brings.
ALTER TABLE event_deliveries RENAME TO dispatches;
ALTER TABLE delivery_attempts RENAME TO dispatch_attempts;

-- The indexes as they were, with their new names. PostgreSQL renames them, however long they are; SQLite
-- has no way to, and makes them again.
-- PostgreSQL: ALTER INDEX event_deliveries_pkey RENAME TO dispatches_pkey;
-- PostgreSQL: ALTER INDEX delivery_attempts_pkey RENAME TO dispatch_attempts_pkey;
-- PostgreSQL: ALTER INDEX event_deliveries_due RENAME TO dispatches_due;
-- PostgreSQL: ALTER INDEX event_deliveries_in_turn RENAME TO dispatches_in_turn;
-- PostgreSQL: ALTER INDEX event_deliveries_pending RENAME TO dispatches_pending;
-- PostgreSQL: ALTER INDEX event_deliveries_of_connection RENAME TO dispatches_of_connection;
DROP INDEX IF EXISTS event_deliveries_due;
CREATE INDEX IF NOT EXISTS dispatches_due ON dispatches (connection_id, due_at, turn)
    WHERE state = 'pending' AND due_at IS NOT NULL;
DROP INDEX IF EXISTS event_deliveries_in_turn;
CREATE INDEX IF NOT EXISTS dispatches_in_turn ON dispatches (connection_id, subject_id, turn)
    WHERE state = 'pending';
DROP INDEX IF EXISTS event_deliveries_pending;
CREATE INDEX IF NOT EXISTS dispatches_pending
    ON dispatches (account_id, connection_id, turn, event_id)
    WHERE state = 'pending' AND settled_at IS NULL;
DROP INDEX IF EXISTS event_deliveries_of_connection;
CREATE INDEX IF NOT EXISTS dispatches_of_connection
    ON dispatches (connection_id, created_at, event_id);
