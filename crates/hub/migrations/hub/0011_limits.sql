-- What several hubs on one database count together: requests of a connection, guesses from an
-- address. A hub that is alone, as on SQLite, counts in memory and leaves this empty.

-- number says which window of its length this is, since 1970; taken is how much of it the hubs have
-- used or have set aside for themselves. Where little is left, it is_scarce.
CREATE TABLE counts (
    name TEXT PRIMARY KEY,
    number BIGINT NOT NULL,
    taken BIGINT NOT NULL,
    is_scarce BOOLEAN NOT NULL,
    ends_at TEXT NOT NULL
);
-- chores: what each hub accounts for exactly
CREATE INDEX counts_scarce ON counts (ends_at) WHERE is_scarce;
-- chores: what is over
CREATE INDEX counts_by_age ON counts (ends_at);
