-- The exchange of a code may be asked for again with the same Idempotency-Key, and is answered the same: what
-- the key was (its hash), and which connection the code gave.
ALTER TABLE codes ADD COLUMN used_key TEXT;
ALTER TABLE codes ADD COLUMN connection_id TEXT;
