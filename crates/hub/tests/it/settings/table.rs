//! Good and bad values of each setting.

const WEB: &str =
    "must be http:// or https:// with a host, without a user, a password or a path behind";
const NETS: &str =
    "must be a list of networks, each an address with the length of its prefix, in quotes";
const ALL_NETS: &str = "must not name every address there is";
const CONTROL: &str = "must not hold line breaks or other control characters";
const DAYS: &str = "must be a whole number of days from 1 to 3650";
const CALLS: &str = "must be a whole number of calls from 1 to 1000000000";
const MAILS: &str = "must be a whole number of mails from 1 to 1000000";
const CONNECTIONS: &str = "must be a whole number of connections from 16 to 65536";
const CONNECTIONS_OF_ONE: &str = "must be a whole number of connections from 4 to 65536";
const RETRIES: &str = "must be a list of 1 to 32 whole numbers of seconds from 1 to 604800 each";
const LEVELS: &str = "must be one level for everything (error, warn, info, debug, trace, off), and may name \
                      others for modules";
const POSTGRES: &str = "must be postgres://user:password@host/name, with %40 for @, %3A for :, %2F for / and \
                        %3F for ? in the user and the password, and with %40 for @ behind the ?";
const SMTP: &str = "must be smtps://user:password@host or smtp://host:25, with %40 for @, %3A for : and %2F \
                    for / in the user and the password";
const SQLITE: &str = "must name a file and nothing else behind sqlite:";
const SUPPORT: &str = "must be an e-mail address, the https:// address of a page, or empty";
const ENDPOINT: &str = "must be http:// or https:// with a host, without a user or a password";

/// Values that each setting may not have, and what is said of them.
pub const WRONG: &[(&str, &str, &str)] = &[
    ("brand", "", "must not be empty"),
    ("brand", "  ", "must not be empty"),
    ("brand", "Pass\nplat", CONTROL),
    (
        "brand",
        "Passeplat Passeplat Passeplat Passeplat Passeplat Passeplat P",
        "must have 60 characters at most",
    ),
    ("support", "help", SUPPORT),
    ("support", "http://hub.example.com/help", SUPPORT),
    ("support", "javascript:alert(1)", SUPPORT),
    (
        "server.listen",
        "localhost:8080",
        "must be an IP address and a port; an IPv6 address stands in brackets",
    ),
    (
        "server.listen",
        "127.0.0.1",
        "must be an IP address and a port; an IPv6 address stands in brackets",
    ),
    (
        "server.metrics_listen",
        "localhost:9464",
        "must be an IP address and a port; an IPv6 address stands in brackets",
    ),
    ("server.connections", "15", CONNECTIONS),
    ("server.connections", "65537", CONNECTIONS),
    ("server.connections_per_address", "3", CONNECTIONS_OF_ONE),
    ("server.public_url", "hub.example.com", WEB),
    ("server.public_url", "ftp://hub.example.com", WEB),
    ("server.public_url", "https://hub.example.com/hub", WEB),
    ("server.public_url", "https://hub.example.com?a=1", WEB),
    ("server.public_url", "https://hub.example.com/\n", WEB),
    ("server.public_url", "https://", WEB),
    ("server.public_url", "https://hub.example.com:0", WEB),
    (
        "server.public_url",
        "http://0.0.0.0:8080",
        "must name an address that others can reach",
    ),
    (
        "server.public_url",
        "http://[::]:8080",
        "must name an address that others can reach",
    ),
    (
        "server.api_public_url",
        "https://me:geheim@api.example.com",
        WEB,
    ),
    (
        "server.oauth_public_url",
        "https://me@login.example.com",
        WEB,
    ),
    (
        "server.office_public_url",
        "https://office.example.com#top",
        WEB,
    ),
    ("server.trusted_proxies", r#"["10.0.0.1"]"#, NETS),
    ("server.trusted_proxies", "[10]", NETS),
    (
        "server.trusted_proxies",
        "10.0.0.0/8",
        "must be a list of networks",
    ),
    (
        "server.trusted_proxies",
        r#"["10.0.0.0/8", "0.0.0.0/0"]"#,
        ALL_NETS,
    ),
    (
        "server.proxy_header",
        "x-real-ip",
        r#"must be "x-forwarded-for" or "forwarded""#,
    ),
    (
        "server.cookie_domain",
        "com",
        "must be a domain with a point in it",
    ),
    (
        "server.cookie_domain",
        "example.com; Secure",
        "must be a domain with a point in it",
    ),
    (
        "server.cookie_domain",
        ".example.com",
        "must be a domain with a point in it",
    ),
    (
        "server.cookie_domain",
        "192.0.2.1",
        "must be a domain with a point in it",
    ),
    ("server.session_days", "0", DAYS),
    ("mail.per_recipient", "0", MAILS),
    ("mail.per_user", "-1", MAILS),
    ("mail.per_account", "1000001", MAILS),
    (
        "database.url",
        "mysql://db/hub",
        "must be sqlite:PATH or postgres://user:password@host/name",
    ),
    (
        "database.url",
        "hub.db",
        "must be sqlite:PATH or postgres://user:password@host/name",
    ),
    (
        "database.url",
        "sqlite:",
        "must be sqlite:PATH or postgres://user:password@host/name",
    ),
    ("database.url", "sqlite::memory:", SQLITE),
    ("database.url", "sqlite:hub.db?mode=rwc", SQLITE),
    (
        "database.url",
        "sqlite:data/",
        "must name a file and no folder",
    ),
    ("database.url", "sqlite:hub\n.db", CONTROL),
    (
        "database.url",
        "postgres:///hub",
        "must name a host, as in postgres://user:password@host/name",
    ),
    ("database.url", "postgres://hub:ge@heim@db/hub", POSTGRES),
    ("database.url", "postgres://db:port/hub", POSTGRES),
    ("database.url", "postgres://hub:12?ge=heim@db/hub", POSTGRES),
    (
        "database.url",
        "postgres://db/hub?sslmode=allow",
        "must have an sslmode of disable, prefer, require, verify-ca or verify-full, as in \
         postgres://user:password@db.example.com/hub?sslmode=verify-full&sslrootcert=/etc/passeplat/db.pem",
    ),
    (
        "database.url",
        "postgres://db/hub?sslmode=require&sslmode=disable",
        "must name sslmode once",
    ),
    (
        "database.url",
        "postgres://db/hub?sslmode=",
        "must not have an empty sslmode",
    ),
    (
        "database.url",
        "postgres://db/hub?sslrootcert=/db.pem&sslmode=prefer",
        "must have sslmode=verify-full or verify-ca beside sslrootcert, as in \
         postgres://user:password@db.example.com/hub?sslmode=verify-full&sslrootcert=/etc/passeplat/db.pem",
    ),
    (
        "database.url",
        "postgres://db/hub?sslrootcert=system&sslmode=verify-ca",
        "must have sslmode=verify-full beside sslrootcert=system, since anybody can get a certificate for a \
         name of their own",
    ),
    (
        "database.url",
        "postgres://db/hub?sslmode=verify-ca",
        "must name the file of the authorities as sslrootcert beside sslmode=verify-ca, as in \
         postgres://user:password@db.example.com/hub?sslmode=verify-full&sslrootcert=/etc/passeplat/db.pem",
    ),
    (
        "database.url",
        "postgres://db/hub?sslcert=/hub.pem",
        "must name sslkey, the file of the key, beside sslcert",
    ),
    (
        "database.url",
        "postgres://db/hub?sslkey=/hub.key",
        "must name sslcert, the file of the certificate, beside sslkey",
    ),
    (
        "database.url",
        "postgres://db/hub?sslcert=/hub.pem&sslkey=/hub.key&sslmode=disable",
        "must have sslmode=require or more beside sslcert, as in \
         postgres://user:password@db.example.com/hub?sslmode=verify-full&sslrootcert=/etc/passeplat/db.pem",
    ),
    (
        "database.url",
        "postgres://db/hub?sslnegotiation=direct&sslmode=prefer",
        "must have sslmode=require or more beside sslnegotiation=direct, as in \
         postgres://user:password@db.example.com/hub?sslmode=verify-full&sslrootcert=/etc/passeplat/db.pem",
    ),
    (
        "database.url",
        "postgres://db/hub?sslcrl=/crl.pem",
        "must be one that the hub understands: unknown option `sslcrl`",
    ),
    (
        "database.url",
        "postgres://one,two/hub?hostaddr=192.0.2.1&port=1,2,3",
        "must have a port for each host, or one for all",
    ),
    (
        "database.group_commit",
        "0",
        "must be a whole number of changes from 1 to 4096",
    ),
    (
        "database.group_commit",
        "5000",
        "must be a whole number of changes from 1 to 4096",
    ),
    (
        "database.threads",
        "-1",
        "must be a whole number of threads from 0 to 256",
    ),
    (
        "database.threads",
        "257",
        "must be a whole number of threads from 0 to 256",
    ),
    (
        "database.timeout_seconds",
        "0",
        "must be a whole number of seconds from 1 to 600",
    ),
    ("keys.file", "", "must not be empty"),
    ("keys.file", "ke\ty", CONTROL),
    (
        "keys.value",
        "geheim",
        "must be 64 hexadecimal characters, or empty",
    ),
    (
        "mail.transport",
        "sendmail",
        r#"must be "folder" or "smtp""#,
    ),
    ("mail.folder", "", "must not be empty"),
    ("mail.smtp_url", "mail.example.com", SMTP),
    ("mail.smtp_url", "https://mail.example.com", SMTP),
    ("mail.smtp_url", "smtps://", SMTP),
    (
        "mail.from",
        "hub",
        "must be an e-mail address, with or without a name before it",
    ),
    (
        "mail.from",
        "Hub\n<hub@example.com>",
        "must be an e-mail address, with or without a name before it",
    ),
    ("limits.enabled", "yes", "must be true or false"),
    ("limits.per_minute", "0", CALLS),
    ("limits.per_hour", "-5", CALLS),
    ("limits.per_day", "many", CALLS),
    ("limits.heavy_per_minute", "0", CALLS),
    (
        "limits.body_bytes",
        "10",
        "must be a whole number of bytes from 1048576 to 134217728",
    ),
    (
        "limits.body_bytes",
        "8 MB",
        "must be a whole number of bytes from 1048576 to 134217728",
    ),
    (
        "limits.logins_per_minute",
        "0",
        "must be a whole number of attempts from 1 to 100000",
    ),
    ("egress.allow_loopback", "1", "must be true or false"),
    ("egress.allow_private", "", "must be true or false"),
    ("egress.allow_nets", r#"["localhost"]"#, NETS),
    ("egress.allow_nets", r#"["::/0"]"#, ALL_NETS),
    ("egress.extra_ca_file", "a\0.pem", CONTROL),
    ("events.retention_days", "0", DAYS),
    ("events.retry_seconds", "[]", RETRIES),
    ("events.retry_seconds", "[0]", RETRIES),
    ("events.retry_seconds", r#"["60"]"#, RETRIES),
    ("events.retry_seconds", "60", RETRIES),
    ("events.order_retry_seconds", "[]", RETRIES),
    (
        "events.timeout_seconds",
        "0",
        "must be a whole number of seconds from 1 to 120",
    ),
    (
        "events.max_in_flight",
        "0",
        "must be a whole number of callbacks from 1 to 512",
    ),
    (
        "events.max_in_flight",
        "513",
        "must be a whole number of callbacks from 1 to 512",
    ),
    ("journal.retention_days", "0", DAYS),
    ("audit.retention_days", "0", DAYS),
    ("journal.retention_days", "99999999999999999999", DAYS),
    (
        "images.store",
        "http://127.0.0.1:9000/images",
        "must be a folder, s3://BUCKET or s3://BUCKET/PREFIX",
    ),
    (
        "images.store",
        "s3:images",
        "must be a folder, s3://BUCKET or s3://BUCKET/PREFIX",
    ),
    (
        "images.store",
        "s3://",
        "must name a bucket of 3 to 63 letters, digits, points and hyphens behind s3://",
    ),
    (
        "images.store",
        "s3://a b",
        "must name a bucket of 3 to 63 letters, digits, points and hyphens behind s3://",
    ),
    ("images.s3_endpoint", "127.0.0.1:9000", ENDPOINT),
    (
        "images.s3_endpoint",
        "http://me:geheim@127.0.0.1:9000",
        ENDPOINT,
    ),
    (
        "images.s3_region",
        "us east",
        "must be the name of a region, in letters, digits and hyphens",
    ),
    (
        "images.s3_access_key",
        "AKIA\n",
        "must not hold spaces or control characters",
    ),
    (
        "images.s3_secret_key",
        "ge heim",
        "must not hold spaces or control characters",
    ),
    ("developers.may_publish", "no", "must be true or false"),
    ("developers.design_page", "on", "must be true or false"),
    ("developers.tour", "yes", "must be true or false"),
    ("log.format", "xml", r#"must be "text" or "json""#),
    ("log.level", "warning", LEVELS),
    ("log.level", "", LEVELS),
    ("log.level", "hub=debug", LEVELS),
    ("log.level", "info,debug", LEVELS),
    ("log.level", "info,hub::dispatch", LEVELS),
    ("log.level", "info,hub:dispatch=debug", LEVELS),
];

/// Settings that do not go together, and what is said of which.
pub const NOT_TOGETHER: &[(&[(&str, &str)], &str)] = &[
    (
        &[("server.metrics_listen", "127.0.0.1:8080")],
        "server.metrics_listen (--set server.metrics_listen): must have another port than server.listen, \
         which takes the same address; ",
    ),
    (
        &[
            ("server.listen", "0.0.0.0:9464"),
            ("server.metrics_listen", "127.0.0.1:9464"),
        ],
        "server.metrics_listen (--set server.metrics_listen): must have another port than server.listen",
    ),
    (
        &[("mail.transport", "smtp")],
        r#"mail.smtp_url (the default): must be set, since mail.transport is "smtp"; "#,
    ),
    (
        &[("mail.smtp_url", "smtps://mail.example.com")],
        r#"mail.transport (the default): must be "smtp", since mail.smtp_url names a server"#,
    ),
    (
        &[("images.store", "s3://images"), ("images.s3_region", "")],
        "images.s3_region (--set images.s3_region): must be set, since images.store is a bucket; ",
    ),
    (
        &[
            ("images.store", "s3://images"),
            ("images.s3_access_key", "AKIA"),
        ],
        "images.s3_secret_key (the default): must be set, since images.s3_access_key is",
    ),
    (
        &[
            ("images.store", "s3://images"),
            ("images.s3_secret_key", "geheim"),
        ],
        "images.s3_access_key (the default): must be set, since images.s3_secret_key is; ",
    ),
    (
        &[("images.s3_endpoint", "http://127.0.0.1:9000")],
        "images.store (the default): must be s3://BUCKET, since images.s3_endpoint is set; ",
    ),
    (
        &[("database.url", "sqlite:hub"), ("keys.file", "hub")],
        "keys.file (--set keys.file): must not be the file of the database; ",
    ),
    (
        &[
            ("server.cookie_domain", "example.com"),
            ("server.public_url", "https://hub.example.org"),
        ],
        "server.cookie_domain (--set server.cookie_domain): must hold the public hosts of OAuth and the back \
         office, and server.public_url is not below \"example.com\"; ",
    ),
    (
        &[
            ("server.cookie_domain", "example.com"),
            ("server.public_url", "https://hub.example.com"),
            ("server.office_public_url", "https://office.badexample.com"),
        ],
        "server.cookie_domain (--set server.cookie_domain): must hold the public hosts of OAuth and the back \
         office, and server.office_public_url is not below \"example.com\"; ",
    ),
];

/// Values at the edge of what is allowed.
pub const RIGHT: &[(&str, &str)] = &[
    ("brand", "Ø"),
    ("support", ""),
    ("support", "https://hub.example.com/help?lang=fr"),
    ("server.listen", "[::]:0"),
    ("server.metrics_listen", "127.0.0.1:0"),
    ("server.connections", "16"),
    ("server.connections", "65536"),
    ("server.connections_per_address", "4"),
    ("server.public_url", "http://[2001:db8::1]:8080/"),
    ("server.public_url", "https://hub.example.com/"),
    ("server.trusted_proxies", r#"["10.0.0.1/32", "fd00::/8"]"#),
    ("database.url", "sqlite:///var/lib/hub@home.db"),
    ("database.url", "postgres:///hub?host=/run/postgresql"),
    (
        "database.url",
        "postgresql://hub:a%40b%3F@one,two:5433/hub?sslmode=require",
    ),
    ("database.url", "postgres://hub:ge/heim@db/hub"),
    (
        "database.url",
        "postgres://db/hub?sslrootcert=/a%20b/db.pem&sslcert=/hub.pem&sslkey=/hub%40home.key",
    ),
    ("database.url", "postgres://db/hub?sslmode=verify-full"),
    ("database.threads", "256"),
    (
        "keys.value",
        " 4242424242424242424242424242424242424242424242424242424242424242\n",
    ),
    ("events.retry_seconds", "[1]"),
    ("events.order_retry_seconds", "[604800]"),
    ("events.max_in_flight", "512"),
    ("images.store", "/srv/images"),
    ("images.store", "s3://images/of/the/hub"),
    ("log.level", "off"),
    ("log.level", "INFO"),
    ("log.level", "hub::dispatch=debug, warn, hyper=off"),
];
