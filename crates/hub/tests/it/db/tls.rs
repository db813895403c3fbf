//! TLS to PostgreSQL: each mode does what it promises, and what goes wrong is said with its cure.

use std::path::Path;
use std::sync::LazyLock;

use hub::clock::Clock;
use hub::config::Config;
use hub::entropy::Entropy;
use hub::{Hub, Opening};
use rcgen::{BasicConstraints, ExtendedKeyUsagePurpose, IsCa};

use crate::support::{Authority, Cluster, Issued, Receiver, TestHub, postgres_server};

/// Who may come how. The superuser of the tests themselves may do anything.
const RULES: &str = "local all all trust
host all passeplat 127.0.0.1/32 trust
hostssl all hub 127.0.0.1/32 trust
hostssl all shown 127.0.0.1/32 cert
host all secret 127.0.0.1/32 scram-sha-256
";

/// A server that takes TLS, with a certificate for 127.0.0.1.
struct Encrypted {
    cluster: Cluster,
    authority: Authority,
    stranger: Authority,
    folder: tempfile::TempDir,
}

/// One for all tests that change nothing of it.
static SERVER: LazyLock<Option<Encrypted>> = LazyLock::new(Encrypted::start);

impl Encrypted {
    fn start() -> Option<Self> {
        let server = Self {
            cluster: Cluster::start()?,
            authority: Authority::new(),
            stranger: Authority::named("a stranger"),
            folder: tempfile::tempdir().expect("a folder"),
        };
        server.cluster.keep_file("pg_hba.conf", RULES);
        server
            .cluster
            .keep_file("users.crt", &server.authority.pem());
        server.cluster.run("CREATE ROLE hub LOGIN SUPERUSER");
        server.cluster.run("CREATE ROLE shown LOGIN");
        server
            .cluster
            .run("CREATE ROLE secret LOGIN PASSWORD 'geheim'");
        server
            .cluster
            .run("ALTER SYSTEM SET ssl_ca_file = 'users.crt'");
        server.cluster.run("ALTER SYSTEM SET ssl = on");
        server.show(&server.authority.issue(&["127.0.0.1"]));
        Some(server)
    }

    /// From now on the server shows this certificate.
    fn show(&self, issued: &Issued) {
        self.cluster.keep_file("server.crt", &issued.pem());
        self.cluster.keep_file("server.key", &issued.key_pem());
        self.cluster.reload();
    }

    /// The address for a user, with options.
    fn url(&self, user: &str, options: &str) -> String {
        let address = self.cluster.url.split_once('@').expect("a user").1;
        format!("postgres://{user}@{address}?{options}")
    }

    /// Puts a file beside the test.
    fn file(&self, name: &str, text: &str) -> String {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).expect("a file");
        path.display().to_string()
    }

    fn trusting(&self) -> String {
        format!("sslrootcert={}", self.authority.path())
    }

    fn distrusting(&self) -> String {
        format!("sslrootcert={}", self.stranger.path())
    }

    /// The options by which the hub shows a certificate.
    fn showing(&self, name: &str, issued: &Issued) -> String {
        let certificate = self.file(&format!("{name}.crt"), &issued.pem());
        let key = self.file(&format!("{name}.key"), &issued.key_pem());
        format!("sslcert={certificate}&sslkey={key}")
    }
}

/// What comes of looking for a hub there: "reached" if the server was asked.
fn look(url: &str) -> String {
    let flags = [
        ("database.url", url.to_owned()),
        ("keys.value", "42".repeat(32)),
    ];
    let config = match Config::read(None, [], &flags) {
        Ok(config) => config,
        Err(error) => return error.to_string(),
    };
    let opened = Hub::open_as(Opening::Existing, config, Clock::real(), Entropy::seeded(1));
    let message = match opened {
        Ok(_) => return "a hub".to_owned(),
        Err(error) => error.to_string(),
    };
    match message.contains("there is no hub at") {
        true => "reached".to_owned(),
        false => message,
    }
}

#[track_caller]
fn assert_refused(url: &str, expected: &[&str]) {
    let message = look(url);
    for words in expected {
        assert!(message.contains(words), "{url}: {message}");
    }
}

const NOT_TRUSTED: &str = "the server's certificate comes from an authority that is not trusted";

#[test]
fn each_mode_checks_the_server_as_far_as_it_promises() {
    let Some(server) = &*SERVER else { return };
    let (trusting, distrusting) = (server.trusting(), server.distrusting());
    let namesake = Authority::new();
    let mistaken = format!("sslrootcert={}", namesake.path());
    // This user is let in with TLS only.
    for (options, expected) in [
        (String::new(), "reached"),
        ("sslmode=prefer".to_owned(), "reached"),
        ("sslmode=require".to_owned(), "reached"),
        (format!("sslmode=require&{trusting}"), "reached"),
        (format!("sslmode=require&{distrusting}"), NOT_TRUSTED),
        (format!("sslmode=verify-ca&{trusting}"), "reached"),
        (format!("sslmode=verify-ca&{distrusting}"), NOT_TRUSTED),
        (format!("sslmode=verify-full&{trusting}"), "reached"),
        (format!("sslmode=verify-full&{distrusting}"), NOT_TRUSTED),
        (format!("sslmode=verify-ca&{mistaken}"), NOT_TRUSTED),
        (format!("sslmode=verify-full&{mistaken}"), NOT_TRUSTED),
        (trusting.clone(), "reached"),
        (distrusting.clone(), NOT_TRUSTED),
        ("sslmode=verify-full".to_owned(), "only the public ones are"),
        ("sslrootcert=system".to_owned(), "only the public ones are"),
        ("sslmode=disable".to_owned(), "write sslmode=verify-full"),
    ] {
        assert_refused(&server.url("hub", &options), &[expected]);
    }
}

#[test]
fn a_certificate_for_another_name_is_good_enough_for_verify_ca_only() {
    let Some(server) = &*SERVER else { return };
    let elsewhere = |options: &str| {
        let options = format!("hostaddr=127.0.0.1&{options}&{}", server.trusting());
        server
            .url("hub", &options)
            .replacen("127.0.0.1", "db.test", 1)
    };
    assert_refused(&elsewhere("sslmode=verify-ca"), &["reached"]);
    assert_refused(&elsewhere("sslmode=require"), &["reached"]);
    let words = &["not for db.test", "127.0.0.1", "sslmode=verify-ca"];
    assert_refused(&elsewhere("sslmode=verify-full"), words);
    // An address alone is a name, too.
    let address = server.cluster.url.rsplit_once(':').unwrap().1;
    let (port, name) = address.split_once('/').unwrap();
    let url = format!(
        "postgres:///{name}?user=hub&hostaddr=127.0.0.1&port={port}&{}",
        server.trusting()
    );
    assert_refused(&url, &["reached"]);
}

#[test]
fn a_server_without_tls_is_spoken_to_in_clear_only_where_that_is_allowed() {
    let Some(plain) = postgres_server() else {
        return;
    };
    let stranger = Authority::new();
    let root = format!("sslrootcert={}", stranger.path());
    let beyond = plain.replacen("127.0.0.1", "0.0.0.0", 1);
    const NO_TLS: &str = "the server does not take TLS";
    for (server, options, expected) in [
        (&plain, String::new(), "reached"),
        (&plain, "sslmode=disable".to_owned(), "reached"),
        (&plain, "sslmode=prefer".to_owned(), "reached"),
        (&plain, "sslmode=require".to_owned(), NO_TLS),
        (&plain, format!("sslmode=verify-ca&{root}"), NO_TLS),
        (&plain, format!("sslmode=verify-full&{root}"), NO_TLS),
        (&plain, root.clone(), NO_TLS),
        // This is an address of this machine that does not look like one.
        (
            &beyond,
            String::new(),
            "unless the address says so: switch it on there (ssl = on)",
        ),
        (
            &beyond,
            "sslmode=require".to_owned(),
            "write sslmode=disable in the address",
        ),
        (&beyond, "sslmode=disable".to_owned(), "reached"),
        (&beyond, "sslmode=prefer".to_owned(), "reached"),
    ] {
        assert_refused(&format!("{server}?{options}"), &[expected]);
    }
}

#[test]
fn a_certificate_that_is_no_good_is_named_with_what_is_wrong() {
    let Some(server) = Encrypted::start() else {
        return;
    };
    let url = server.url("hub", &format!("sslmode=verify-full&{}", server.trusting()));
    for (issued, expected) in [
        (
            server.authority.issue_with(&["127.0.0.1"], |params| {
                params.not_after = rcgen::date_time_ymd(2020, 1, 1);
            }),
            "the server's certificate has expired",
        ),
        (
            server.authority.issue_with(&["127.0.0.1"], |params| {
                params.not_before = rcgen::date_time_ymd(2090, 1, 1);
            }),
            "the server's certificate is not valid yet",
        ),
        (
            server.authority.issue_with(&["127.0.0.1"], |params| {
                params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
            }),
            "the server's certificate is an authority's own",
        ),
        (
            server.authority.issue(&[]),
            "names no host as subjectAltName",
        ),
        (
            server.authority.issue_with(&["127.0.0.1"], |params| {
                params.extended_key_usages = vec![ExtendedKeyUsagePurpose::CodeSigning];
            }),
            "the server's certificate cannot be used",
        ),
    ] {
        server.show(&issued);
        assert_refused(&url, &[expected]);
    }
}

#[test]
fn a_hub_shows_its_certificate_where_the_server_wants_one() {
    let Some(server) = &*SERVER else { return };
    let known = server.showing("known", &server.authority.issue_to("shown"));
    let trusting = server.trusting();
    let url = |options: &str| server.url("shown", options);
    assert_refused(
        &url(&format!("{known}&sslmode=verify-full&{trusting}")),
        &["reached"],
    );
    assert_refused(&url(&known), &["reached"]);
    assert_refused(&url("sslmode=require"), &["sslcert=FILE and sslkey=FILE"]);
    let unknown = server.showing("unknown", &server.stranger.issue_to("shown"));
    assert_refused(&url(&unknown), &["sslcert ", "unknown.crt"]);
    let old = server.authority.issue_with(&[], |params| {
        params.not_after = rcgen::date_time_ymd(2020, 1, 1);
    });
    assert_refused(&url(&server.showing("old", &old)), &["sslcert ", "old.crt"]);
}

#[test]
fn a_file_that_cannot_be_used_is_named_with_its_option() {
    let Some(server) = &*SERVER else { return };
    let (one, other) = (
        server.authority.issue_to("shown"),
        server.authority.issue_to("shown"),
    );
    let certificate = server.file("one.crt", &one.pem());
    let key = server.file("one.key", &one.key_pem());
    let other = server.file("other.key", &other.key_pem());
    let empty = server.file("empty", "");
    let torn = server.file("torn", "-----BEGIN CERTIFICATE-----\ngeheim\n");
    let nothing = Path::new(&empty)
        .with_file_name("nothing")
        .display()
        .to_string();
    for (options, expected) in [
        (
            format!("sslrootcert={nothing}"),
            format!("sslrootcert {nothing} cannot be read: No such file"),
        ),
        (
            format!("sslrootcert={empty}"),
            format!("sslrootcert {empty}: there is no certificate in it"),
        ),
        (
            format!("sslrootcert={torn}"),
            format!("sslrootcert {torn} is not whole PEM"),
        ),
        (
            format!("sslcert={nothing}&sslkey={key}"),
            format!("sslcert {nothing} cannot be read"),
        ),
        (
            format!("sslcert={certificate}&sslkey={nothing}"),
            format!("sslkey {nothing} cannot be read"),
        ),
        (
            format!("sslcert={certificate}&sslkey={certificate}"),
            format!("sslkey {certificate}: there is no private key in it"),
        ),
        (
            format!("sslcert={certificate}&sslkey={other}"),
            format!("sslkey {other} does not belong to the certificate of sslcert {certificate}"),
        ),
    ] {
        assert_refused(&server.url("shown", &options), &[&expected]);
        assert!(!look(&server.url("shown", &options)).contains("geheim"));
    }
}

#[test]
fn a_password_is_bound_to_the_connection_and_never_told() {
    let Some(server) = &*SERVER else { return };
    let url = |password: &str, options: &str| {
        server.url(
            &format!("secret:{password}"),
            &format!("channel_binding=require&{options}"),
        )
    };
    assert_refused(&url("geheim", &server.trusting()), &["reached"]);
    assert_refused(
        &url("geheim", "sslmode=disable"),
        &["channel_binding=require needs TLS"],
    );
    for url in [
        url("verraten", "sslmode=require"),
        url("verraten", &server.distrusting()),
        url("verraten", "sslmode=disable"),
        url("verraten", "sslrootcert=/nothing"),
        url("verraten", "sslmode=verify-ca"),
    ] {
        let message = look(&url);
        assert!(
            message != "reached" && !message.contains("verraten"),
            "{message}"
        );
    }
}

#[test]
fn every_connection_of_a_hub_has_tls_and_notifications_come_through_it() {
    let Some(server) = Encrypted::start() else {
        return;
    };
    let url = server.url("hub", &format!("sslmode=verify-full&{}", server.trusting()));
    let settings = [("database.url", url.as_str()), ("database.threads", "4")];
    let hub = TestHub::start_with(&settings);
    let receiver = Receiver::start(&hub);
    let other = hub.another_hub();
    let wake = other.db().dispatch_signal();
    let till = hub.client("till");
    till.post(
        "/callback",
        crate::support::json!({ "url": receiver.url("/till"), "events": { "order": ["create"] } }),
    )
    .status_and_body();
    let kiosk = hub.client("kiosk");
    let order = crate::support::json!({ "status": "new", "ref": "a" });
    assert_eq!(kiosk.post("/location/orders", order).status, 200);
    hub.wait(wake.notified());
    hub.wait(hub::dispatch::run_due(&other)).expect("a round");
    assert_eq!(receiver.count(), 1);
    let sql = "SELECT ssl || ' ' || COUNT(*) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
        WHERE usename = 'hub' GROUP BY ssl";
    let kinds = hub.wait(crate::support::ask(&server.cluster.url, sql));
    assert!(
        matches!(&kinds[..], [one] if one.starts_with("true ")),
        "{kinds:?}"
    );
}

#[test]
fn a_renewed_file_is_read_without_a_restart() {
    let Some(server) = Encrypted::start() else {
        return;
    };
    let root = server.file("root.crt", &server.authority.pem());
    let url = server.url("hub", &format!("sslrootcert={root}"));
    let settings = [
        ("database.url", url.as_str()),
        ("database.threads", "1"),
        ("database.timeout_seconds", "1"),
    ];
    let hub = TestHub::start_with(&settings);
    let kiosk = hub.client("kiosk");
    let read = || kiosk.get("/location/orders").status;
    assert_eq!(read(), 200);
    server.show(&server.stranger.issue(&["127.0.0.1"]));
    // Answers when they are gone.
    server
        .cluster
        .run("SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity WHERE usename = 'hub'");
    assert_eq!(read(), 503);
    std::fs::write(&root, server.stranger.pem()).unwrap();
    assert_eq!(read(), 200);
}
