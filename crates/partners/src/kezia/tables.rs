//! The till's own tables, beside those of the kit.

/// Migrations, in order; the next one is added at the end.
pub(crate) const TABLES: &[&str] = &[
    "
    CREATE TABLE orders (
        id TEXT PRIMARY KEY,
        state TEXT NOT NULL,
        is_pending INTEGER NOT NULL,
        arrived_at INTEGER NOT NULL,
        is_opened INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE INDEX orders_by_age ON orders (is_pending, arrived_at);
    CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
    CREATE TABLE articles (ref TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
",
    "
    DROP TABLE articles;
    CREATE TABLE categories (
        id INTEGER PRIMARY KEY,
        parent INTEGER REFERENCES categories (id),
        name TEXT NOT NULL
    ) STRICT;
    CREATE TABLE articles (
        idart INTEGER PRIMARY KEY AUTOINCREMENT,
        code TEXT NOT NULL,
        name TEXT NOT NULL,
        category INTEGER NOT NULL REFERENCES categories (id),
        price_cents INTEGER NOT NULL,
        tax_thousandths INTEGER NOT NULL,
        stock INTEGER,
        is_published INTEGER NOT NULL,
        is_option INTEGER NOT NULL,
        option_list TEXT NOT NULL
    ) STRICT;
    CREATE INDEX articles_by_code ON articles (code) WHERE code <> '';
    CREATE INDEX articles_by_category ON articles (category);
    CREATE TABLE menus (
        idart INTEGER PRIMARY KEY,
        name TEXT NOT NULL,
        is_published INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE menu_lines (
        menu INTEGER NOT NULL REFERENCES menus (idart),
        position INTEGER NOT NULL,
        label TEXT NOT NULL,
        price_cents INTEGER NOT NULL,
        articles TEXT NOT NULL,
        PRIMARY KEY (menu, position)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE associations (
        hub_ref TEXT PRIMARY KEY,
        hub_name TEXT NOT NULL,
        idart INTEGER,
        is_validated INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE customers (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        first_name TEXT NOT NULL,
        last_name TEXT NOT NULL,
        email TEXT NOT NULL,
        phone TEXT NOT NULL,
        address TEXT NOT NULL,
        postal_code TEXT NOT NULL,
        city TEXT NOT NULL,
        is_web INTEGER NOT NULL,
        hub_id TEXT,
        must_send INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE INDEX customers_by_email ON customers (email) WHERE email <> '';
    CREATE INDEX customers_by_phone ON customers (phone) WHERE phone <> '';
    CREATE INDEX customers_to_send ON customers (id) WHERE must_send = 1;
    CREATE TABLE documents (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL,
        body TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        web_order TEXT,
        hub_id TEXT
    ) STRICT;
    CREATE INDEX documents_by_kind ON documents (kind, number);
    CREATE UNIQUE INDEX documents_by_web_order ON documents (web_order) WHERE web_order IS NOT NULL;
    CREATE INDEX documents_by_hub_id ON documents (hub_id) WHERE hub_id IS NOT NULL;
    CREATE TABLE ticket_lines (
        seller TEXT NOT NULL,
        idart INTEGER NOT NULL,
        quantity INTEGER NOT NULL,
        PRIMARY KEY (seller, idart)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE exports (
        action INTEGER PRIMARY KEY,
        title TEXT NOT NULL,
        queued_at INTEGER NOT NULL,
        sent_at INTEGER
    ) STRICT;
",
    "
    CREATE TABLE sent_forms (number TEXT PRIMARY KEY, sent_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    CREATE INDEX sent_forms_by_time ON sent_forms (sent_at);
",
];
