-- When each connection was last heard of, and whether its callbacks are acknowledged. heard_at is null as
-- long as nothing was heard. failing_since is the beginning of the callbacks that fail one after the other;
-- it is empty after one was acknowledged, and null before the first. Several hubs write here: what was heard
-- last wins.
CREATE TABLE connection_presence (
    account_id TEXT NOT NULL,
    connection_id TEXT NOT NULL,
    heard_at TEXT,
    failing_since TEXT,
    PRIMARY KEY (account_id, connection_id)
);
-- chores: who has just become silent, and what is too old
CREATE INDEX connection_presence_heard ON connection_presence (heard_at) WHERE heard_at IS NOT NULL;
-- chores: who has just failed for too long
CREATE INDEX connection_presence_failing ON connection_presence (failing_since) WHERE failing_since > '';

-- chores: which orders have just stayed new for too long
CREATE INDEX orders_new ON orders (created_at, account_id, id) WHERE status = 'new';

-- What a location, or an account (location_id '') for those of its locations that have no row, wants to be
-- told. kinds has a bit per kind of alarm. Quiet hours are minutes of the day in the zone of the location.
-- The secret of the webhook is derived from the master key and webhook_salt.
CREATE TABLE alarm_settings (
    account_id TEXT NOT NULL,
    location_id TEXT NOT NULL,
    kinds BIGINT NOT NULL,
    minutes BIGINT NOT NULL,
    silent_minutes BIGINT NOT NULL,
    quiet_from BIGINT,
    quiet_to BIGINT,
    has_mails BOOLEAN NOT NULL,
    webhook_url TEXT,
    webhook_salt TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    PRIMARY KEY (account_id, location_id)
);
CREATE INDEX alarm_settings_by_minutes ON alarm_settings (minutes);
CREATE INDEX alarm_settings_by_silent_minutes ON alarm_settings (silent_minutes);

-- Something that is wrong, or was until ended_at. subject_id is an order or a connection: ids and nothing
-- that is personal. location_id is '' for a connection of the whole account. notified_at is when people were
-- first told that it began.
CREATE TABLE alarms (
    account_id TEXT NOT NULL,
    id TEXT NOT NULL,
    location_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    began_at TEXT NOT NULL,
    ended_at TEXT,
    notified_at TEXT,
    PRIMARY KEY (account_id, id)
);
-- one alarm of a kind about one thing at a time
CREATE UNIQUE INDEX alarms_open ON alarms (account_id, kind, subject_id) WHERE ended_at IS NULL;
-- how many there are at a location; chores: which of them have ended
CREATE INDEX alarms_standing ON alarms (account_id, location_id, id) WHERE ended_at IS NULL;
CREATE INDEX alarms_to_check ON alarms (id) WHERE ended_at IS NULL;
-- the page of alarms
CREATE INDEX alarms_of_location ON alarms (account_id, location_id, began_at, id);
CREATE INDEX alarms_of_account ON alarms (account_id, began_at, id);
-- chores: orders that stay new after they were received, and what is past its retention
CREATE INDEX alarms_by_end ON alarms (ended_at) WHERE ended_at IS NOT NULL;

-- What is still to be told of alarms: one row per change (begin, end) and channel (mail, webhook). Whoever
-- tells it moves due_at first, as a lease.
CREATE TABLE alarm_notices (
    account_id TEXT NOT NULL,
    alarm_id TEXT NOT NULL,
    change TEXT NOT NULL,
    channel TEXT NOT NULL,
    due_at TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    PRIMARY KEY (account_id, alarm_id, change, channel)
);
CREATE INDEX alarm_notices_due ON alarm_notices (due_at);

-- The last look for alarms, one row. Orders are looked at up to checked_until. From deaf_from to deaf_until
-- no hub ran, and nobody can have been heard of.
CREATE TABLE alarm_looks (
    name TEXT PRIMARY KEY,
    looked_at TEXT NOT NULL,
    checked_until TEXT NOT NULL,
    deaf_from TEXT NOT NULL,
    deaf_until TEXT NOT NULL
);
