-- When the user of a session last showed who they are, by password or code. Null: when it began.
ALTER TABLE sessions ADD COLUMN confirmed_at TEXT;
