-- Lists of customers and loyalty cards, and how personal data goes.

-- GET /location/customer_lists, GET /account/customer_lists
CREATE INDEX customer_lists_of_account ON customer_lists (account_id, created_at, id);

-- GET …/customers with ?email= and ?phone=. The order of the list is in the index, too, so that what
-- matches is put in order before any customer is read.
CREATE INDEX customers_by_email
    ON customers (account_id, customer_list_id, email, created_at, id) WHERE email IS NOT NULL;
CREATE INDEX customers_by_phone
    ON customers (account_id, customer_list_id, phone, created_at, id) WHERE phone IS NOT NULL;

-- For what stands elsewhere than at their beginning: email and phone cut into pieces, one from every
-- third character on.
CREATE TABLE customer_pieces (
    account_id TEXT NOT NULL,
    customer_list_id TEXT NOT NULL,
    piece TEXT NOT NULL,
    created_at TEXT NOT NULL,
    customer_id TEXT NOT NULL,
    PRIMARY KEY (account_id, customer_list_id, piece, created_at, customer_id)
);

-- GET …/loyalty_cards, also with ?ref= and ?name=
CREATE INDEX loyalty_cards_of_list ON loyalty_cards (account_id, customer_list_id, created_at, id);
CREATE INDEX loyalty_cards_by_ref
    ON loyalty_cards (account_id, customer_list_id, ref, created_at, id) WHERE ref IS NOT NULL;
CREATE INDEX loyalty_cards_by_name
    ON loyalty_cards (account_id, customer_list_id, name, created_at, id) WHERE name IS NOT NULL;

-- anonymising: what was told of a customer
CREATE INDEX events_of_customer ON events (account_id, subject_id, created_at, id)
    WHERE resource = 'customer';

-- Customers whose personal data is on its way out of everything that was stored before. step says
-- where it is being looked for (events, orders, journal) and the rest how far that has come; searched
-- is what else than the id to look for in the journal; client_id and request_id say who asked.
CREATE TABLE erasures (
    account_id TEXT NOT NULL,
    customer_id TEXT NOT NULL,
    step TEXT NOT NULL,
    after_key TEXT NOT NULL,
    after_id TEXT NOT NULL,
    searched TEXT NOT NULL,
    client_id TEXT,
    request_id TEXT,
    requested_at TEXT NOT NULL,
    PRIMARY KEY (account_id, customer_id)
);

-- Lists that are gone, and whose customers are following.
CREATE TABLE deleted_customer_lists (
    account_id TEXT NOT NULL,
    id TEXT NOT NULL,
    deleted_at TEXT NOT NULL,
    PRIMARY KEY (account_id, id)
);
