-- Where a user was last, as account or account/location: what a new browser opens on.
ALTER TABLE users ADD COLUMN place TEXT;

-- what somebody who is signed in is invited to
CREATE INDEX invitations_by_email ON invitations (email);
