//! Callbacks over https, to servers whose certificate comes from an authority of one's own.

use std::sync::Arc;

use hub::Hub;
use hub::clock::Clock;
use hub::config::Config;
use hub::entropy::Entropy;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;

use super::{change, follow, log, minutes};
use crate::engine::{Engine, apply};
use crate::support::{Authority, Receiver, TestHub};

/// A server that `authority` says to be `name`.
fn server(authority: &Authority, name: &str) -> TlsAcceptor {
    let issued = authority.issue(&[name]);
    let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![issued.der()], issued.key_der())
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

/// Tells a till at this receiver of a change, once; how the attempt failed, if it did.
fn tell(hub: &TestHub, receiver: &Receiver) -> Option<String> {
    let till = hub.client("till");
    follow(&till, &receiver.url("/till?shop=1"));
    let office = hub.connect("office", "account[orders.write]", None);
    change(&office, &hub.location, 25);
    hub.dispatch();
    let dispatches = log(hub, &till);
    assert_eq!(dispatches[0].attempts.len(), 1);
    dispatches[0].attempts[0].failure.clone()
}

#[apply(each_engine!)]
fn a_callback_over_https_reaches_a_server_of_a_trusted_authority(engine: Engine) {
    let authority = Authority::new();
    let trusting = [("egress.extra_ca_file", authority.path())];
    let hub = engine.start_with(&trusting);
    let receiver = Receiver::start_tls(&hub, server(&authority, "127.0.0.1"));
    assert!(receiver.url("/").starts_with("https://"));
    assert_eq!(tell(&hub, &receiver), None);
    assert_eq!(minutes(&receiver), [25]);
    assert_eq!(receiver.received()[0].path, "/till?shop=1");
}

#[test]
fn a_server_of_an_authority_that_is_not_trusted_is_told_nothing() {
    let (authority, other) = (Authority::new(), Authority::new());
    for settings in [vec![], vec![("egress.extra_ca_file", other.path())]] {
        let hub = TestHub::start_with(&settings);
        let receiver = Receiver::start_tls(&hub, server(&authority, "127.0.0.1"));
        assert_eq!(tell(&hub, &receiver).as_deref(), Some("tls"));
        assert_eq!(receiver.count(), 0);
    }
}

#[test]
fn a_certificate_for_another_name_is_not_good_enough() {
    let authority = Authority::new();
    let hub = TestHub::start_with(&[("egress.extra_ca_file", authority.path())]);
    let receiver = Receiver::start_tls(&hub, server(&authority, "till.example"));
    assert_eq!(tell(&hub, &receiver).as_deref(), Some("tls"));
    assert_eq!(receiver.count(), 0);
}

#[test]
fn a_server_that_does_not_speak_tls_is_not_trusted() {
    let hub = TestHub::start();
    let receiver = Receiver::start(&hub);
    let url = receiver.url("/").replace("http:", "https:");
    let till = hub.client("till");
    follow(&till, &url);
    let office = hub.connect("office", "account[orders.write]", None);
    change(&office, &hub.location, 25);
    hub.dispatch();
    assert_eq!(
        log(&hub, &till)[0].attempts[0].failure.as_deref(),
        Some("tls")
    );
}

#[test]
fn authorities_that_cannot_be_read_keep_the_hub_from_starting() {
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("empty.pem");
    std::fs::write(&empty, "no certificate").unwrap();
    for path in [empty, folder.path().join("nothing.pem")] {
        let flags = [
            (
                "database.url",
                format!("sqlite:{}", folder.path().join("hub.db").display()),
            ),
            ("keys.value", "42".repeat(32)),
            ("egress.extra_ca_file", path.display().to_string()),
        ];
        let config = Config::read(None, [], &flags).unwrap();
        let message = Hub::open(config, Clock::real(), Entropy::seeded(1)).unwrap_err();
        let message = message.to_string();
        assert!(message.starts_with("'egress.extra_ca_file'"), "{message}");
    }
}
