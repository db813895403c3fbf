//! How often one may guess: from where, through a proxy or not, and at which hub.

use crate::engine::{Engine, apply};
use crate::support::{Anybody, TestHub, logged, on_postgres_with};

const ONCE: (&str, &str) = ("limits.logins_per_minute", "1");
const PROXIES: (&str, &str) = ("server.trusted_proxies", r#"["10.0.0.0/8", "fd00::/8"]"#);
const RFC_7239: (&str, &str) = ("server.proxy_header", "forwarded");

/// Guesses at the secret of an app: 401 for a wrong one, 429 for one too many.
fn guess(who: &Anybody, headers: &[(&str, &str)]) -> u16 {
    let body = "client_id=till.clients.test&client_secret=wrong&code=x";
    who.send("POST", "/oauth2/v1/token", headers, body).status
}

/// What two guesses by way of `end` are answered, when the header says these two things.
fn two_guesses(settings: &[(&str, &str)], end: &str, name: &str, values: [&str; 2]) -> [u16; 2] {
    let hub = TestHub::start_with(settings);
    hub.client("till");
    let who = hub.anybody().from(end);
    values.map(|value| guess(&who, &[(name, value)]))
}

#[apply(each_engine!)]
fn each_address_has_guesses_of_its_own(engine: Engine) {
    let hub = engine.start_with(&[ONCE]);
    hub.client("till");
    let (one, other) = (
        hub.anybody().from("198.51.100.7"),
        hub.anybody().from("198.51.100.8"),
    );
    assert_eq!(guess(&one, &[]), 401);
    assert_eq!(guess(&one, &[]), 429);
    assert_eq!(guess(&other, &[]), 401);
}

#[test]
fn what_a_trusted_proxy_says_is_believed() {
    let xff = "x-forwarded-for";
    let two = ["198.51.100.7", "198.51.100.8"];
    assert_eq!(
        two_guesses(&[ONCE, PROXIES], "10.1.2.3", xff, two),
        [401, 401]
    );
    let same = ["198.51.100.7", "198.51.100.7:4711"];
    assert_eq!(
        two_guesses(&[ONCE, PROXIES], "10.1.2.3", xff, same),
        [401, 429]
    );
    let v6 = ["2001:db8::1", "[2001:db8:0:1::1]:4711"];
    assert_eq!(
        two_guesses(&[ONCE, PROXIES], "fd00::1", xff, v6),
        [401, 401]
    );
    let mapped = "::ffff:10.1.2.3";
    assert_eq!(two_guesses(&[ONCE, PROXIES], mapped, xff, two), [401, 401]);
}

#[apply(each_engine!)]
fn a_whole_network_of_ipv6_counts_as_one_address(engine: Engine) {
    let hub = engine.start_with(&[ONCE]);
    hub.client("till");
    let [one, beside, elsewhere] =
        ["2001:db8::1", "2001:db8::ffff:2", "2001:db8:0:1::1"].map(|end| hub.anybody().from(end));
    assert_eq!(guess(&one, &[]), 401);
    assert_eq!(guess(&beside, &[]), 429);
    assert_eq!(guess(&elsewhere, &[]), 401);
}

#[test]
fn what_anybody_else_says_is_not() {
    let xff = "x-forwarded-for";
    let two = ["198.51.100.7", "198.51.100.8"];
    assert_eq!(two_guesses(&[ONCE], "10.1.2.3", xff, two), [401, 429]);
    assert_eq!(
        two_guesses(&[ONCE, PROXIES], "203.0.113.9", xff, two),
        [401, 429]
    );
}

#[test]
fn what_a_caller_wrote_before_the_proxy_did_is_not() {
    let xff = "x-forwarded-for";
    let spoofed = ["1.1.1.1, 198.51.100.7", "2.2.2.2, 198.51.100.7"];
    assert_eq!(
        two_guesses(&[ONCE, PROXIES], "10.1.2.3", xff, spoofed),
        [401, 429]
    );
    let through_two = [
        "1.1.1.1, 198.51.100.7, 10.9.9.9",
        "2.2.2.2,198.51.100.7,10.9.9.9",
    ];
    assert_eq!(
        two_guesses(&[ONCE, PROXIES], "10.1.2.3", xff, through_two),
        [401, 429]
    );
    let garbage = ["1.1.1.1, unknown", "2.2.2.2, unknown"];
    assert_eq!(
        two_guesses(&[ONCE, PROXIES], "10.1.2.3", xff, garbage),
        [401, 429]
    );
}

#[test]
fn the_header_that_the_proxy_does_not_write_is_ignored() {
    let two = ["for=198.51.100.7", "for=198.51.100.8"];
    let settings = [ONCE, PROXIES];
    assert_eq!(
        two_guesses(&settings, "10.1.2.3", "forwarded", two),
        [401, 429]
    );
    let settings = [ONCE, PROXIES, RFC_7239];
    let two = ["198.51.100.7", "198.51.100.8"];
    assert_eq!(
        two_guesses(&settings, "10.1.2.3", "x-forwarded-for", two),
        [401, 429]
    );
}

#[test]
fn the_standard_header_is_understood() {
    let settings = [ONCE, PROXIES, RFC_7239];
    let end = "10.1.2.3";
    let two = [
        r#"for="[2001:db8::7]:4711";proto=https"#,
        "proto=https; For=198.51.100.8",
    ];
    assert_eq!(two_guesses(&settings, end, "forwarded", two), [401, 401]);
    let spoofed = [
        r#"for="1.1.1.1, for=198.51.100.7"#,
        "for=2.2.2.2, for=198.51.100.7",
    ];
    assert_eq!(
        two_guesses(&settings, end, "forwarded", spoofed),
        [401, 429]
    );
}

#[test]
fn hubs_on_one_database_count_guesses_together() {
    on_postgres_with(&[("limits.logins_per_minute", "2")], |hub| {
        hub.client("till");
        let (here, there) = (hub.anybody(), hub.anybody().at(&hub.another_hub()));
        assert_eq!(guess(&here, &[]), 401);
        assert_eq!(guess(&there, &[]), 401);
        assert_eq!((guess(&here, &[]), guess(&there, &[])), (429, 429));
        hub.pass(std::time::Duration::from_secs(52));
        assert_eq!((guess(&here, &[]), guess(&there, &[])), (401, 401));
    });
}

#[apply(each_engine!)]
fn a_right_secret_passes_however_often_others_guessed(engine: Engine) {
    let hub = engine.start_with(&[ONCE]);
    hub.client("till");
    // Everybody comes through one address that is not known as a proxy.
    let proxy = hub.anybody().from("10.1.2.3");
    for status in [401, 429, 429] {
        assert_eq!(guess(&proxy, &[]), status);
    }
    let right = "client_id=till.clients.test&client_secret=secret of till&code=x";
    let answer = proxy.send("POST", "/oauth2/v1/token", &[], right);
    assert_eq!(answer.status, 400, "the secret is right, the code is not");
}

#[test]
fn the_first_forwarded_address_from_who_is_not_trusted_is_told_in_the_log_once() {
    let hub = TestHub::start_with(&[PROXIES]);
    hub.client("till");
    let lines = logged(|| {
        let trusted = hub.anybody().from("10.1.2.3");
        guess(&trusted, &[("x-forwarded-for", "198.51.100.7")]);
        let stranger = hub.anybody().from("203.0.113.9");
        guess(&stranger, &[]);
        for _ in 0..2 {
            guess(&stranger, &[("x-forwarded-for", "198.51.100.7")]);
        }
    });
    let about: Vec<_> = lines
        .iter()
        .filter(|line| line.contains("server.trusted_proxies"))
        .collect();
    assert_eq!(about.len(), 1, "{lines:?}");
    assert!(about[0].contains("WARN") && about[0].contains("203.0.113.9"));
}
