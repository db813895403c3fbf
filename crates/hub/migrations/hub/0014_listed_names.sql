-- The name of a listed client as it is compared, so that no two that look alike are offered; null for
-- those that are not listed.
ALTER TABLE clients ADD COLUMN listed_name TEXT;
CREATE UNIQUE INDEX clients_by_listed_name ON clients (listed_name);
