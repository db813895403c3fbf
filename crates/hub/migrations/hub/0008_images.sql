-- Images of catalogs. Their bytes are files elsewhere; what is here names them.

-- remove_at is null while the catalog uses the image. Only the client that sent an image gives it a
-- private ref.
CREATE TABLE images (
    account_id TEXT NOT NULL REFERENCES accounts (id),
    catalog_id TEXT NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    size BIGINT NOT NULL,
    md5 TEXT NOT NULL,
    file TEXT NOT NULL,
    client_id TEXT NOT NULL,
    private_ref TEXT,
    remove_at TEXT,
    created_at TEXT NOT NULL,
    PRIMARY KEY (account_id, catalog_id, id)
);
-- one private ref per client and catalog; ?private_ref=
CREATE UNIQUE INDEX images_by_private_ref
    ON images (account_id, catalog_id, client_id, private_ref) WHERE private_ref IS NOT NULL;
-- chores: what nobody has used for too long
CREATE INDEX images_to_remove ON images (remove_at) WHERE remove_at IS NOT NULL;

-- Files that no image names: written and not yet named, or named by an image that is gone. They are
-- deleted once they are due.
CREATE TABLE image_leftovers (
    account_id TEXT NOT NULL,
    file TEXT NOT NULL,
    due_at TEXT NOT NULL,
    PRIMARY KEY (account_id, file)
);
CREATE INDEX image_leftovers_by_age ON image_leftovers (due_at);
