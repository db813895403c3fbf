//! pgbouncer between the hub and PostgreSQL: in session mode it will do, in others it is refused.

use hub::clock::Clock;
use hub::config::Config;
use hub::entropy::Entropy;
use hub::{Hub, Opening};

use crate::support::{Cluster, Pooler, TestHub, json};

/// Why no hub was made there.
fn refusal(url: &str) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let flags = [
        ("database.url", url.to_owned()),
        ("keys.file", folder.path().join("key").display().to_string()),
    ];
    let config = Config::read(None, [], &flags).expect("settings");
    let opened = Hub::open_as(
        Opening::ExistingOrNew,
        config,
        Clock::real(),
        Entropy::seeded(1),
    );
    opened.expect_err("a refusal").to_string()
}

#[test]
fn a_pooler_that_shares_its_sessions_is_refused_with_the_cure() {
    let Some(cluster) = Cluster::start() else {
        return;
    };
    for mode in ["transaction", "statement"] {
        let pooler = Pooler::start(&cluster.url, mode);
        let message = refusal(&pooler.url);
        assert!(
            message.contains("shares its sessions among clients"),
            "{mode}: {message}"
        );
        assert!(
            message.contains("the hub needs pool_mode = session"),
            "{mode}: {message}"
        );
    }
    let tables = crate::support::ask_now(
        &cluster.url,
        "SELECT 1 FROM pg_tables WHERE schemaname = 'public'",
    );
    assert!(tables.is_empty(), "{tables:?}");
}

#[test]
fn a_pooler_that_shares_its_sessions_is_refused_while_others_use_it() {
    let Some(cluster) = Cluster::start() else {
        return;
    };
    let pooler = Pooler::start(&cluster.url, "transaction");
    crate::support::while_others_ask(&pooler.url, 4, || {
        let message = refusal(&pooler.url);
        // It is found out by asking, or by a statement that is not there: either way the cure is told.
        assert!(
            message.contains("the hub needs pool_mode = session"),
            "{message}"
        );
    });
}

#[test]
fn a_hub_works_and_hears_of_others_through_a_pooler_in_session_mode() {
    let Some(cluster) = Cluster::start() else {
        return;
    };
    let pooler = Pooler::start(&cluster.url, "session");
    let settings = [
        ("database.url", pooler.url.as_str()),
        ("database.threads", "4"),
    ];
    let hub = TestHub::start_with(&settings);
    let other = hub.another_hub();
    let wake = other.db().dispatch_signal();
    let kiosk = hub.client("kiosk");
    let till = hub.client("till");
    let follow = json!({ "events": { "order": ["create"] } });
    assert_eq!(till.post("/callback", follow).status, 200);
    let order = json!({ "status": "new", "ref": "a" });
    assert_eq!(kiosk.post("/location/orders", order).status, 200);
    hub.wait(wake.notified());
    assert_eq!(kiosk.get("/location/orders").status, 200);
}

#[test]
fn what_a_pooler_does_not_pass_on_is_said_in_words() {
    let Some(cluster) = Cluster::start() else {
        return;
    };
    let pooler = Pooler::start(&cluster.url, "session");
    let message = refusal(&format!("{}?options=-csearch_path%3Dhub", pooler.url));
    for words in [
        "unsupported startup parameter",
        "leave it out of the address",
        "ignore_startup_parameters",
    ] {
        assert!(message.contains(words), "{message}");
    }
    let message = refusal(&format!("{}?sslmode=require", pooler.url));
    assert!(
        message.contains("the server does not take TLS"),
        "{message}"
    );
}
