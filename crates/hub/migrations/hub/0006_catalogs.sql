-- What is in catalogs. A section ("products", "option_lists" …) is cut into parts of about 64 KiB of
-- JSON, compressed: a catalog is replaced by writing some dozens of small rows, one thing of it is
-- found by reading one of them, and the whole is its parts in a row. first_id is the id of the first
-- thing in the part, padded so that ids sort as they were made. The section "refs" holds the refs
-- of skus and options, for those who ask whether there is such a thing.
CREATE TABLE catalog_parts (
    account_id TEXT NOT NULL,
    catalog_id TEXT NOT NULL,
    section TEXT NOT NULL,
    first_id TEXT NOT NULL,
    document BYTEA NOT NULL,
    PRIMARY KEY (account_id, catalog_id, section, first_id)
);
