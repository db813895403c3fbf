//! What a hub on PostgreSQL says of the way there when it starts, and that it says nothing of customers.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use crate::postgres_files::on_postgresql;

use super::logging::{log_of_an_order, startup_warnings};

#[tokio::test]
async fn data_that_go_beyond_this_machine_in_clear_are_warned_of_with_the_cure() {
    let folder = tempfile::tempdir().unwrap();
    let Some(mut files) = on_postgresql("clear", folder.path()) else {
        return;
    };
    assert_eq!(startup_warnings(&files).await, [""; 0], "of this machine");
    // An address of this machine that does not look like one.
    let beyond = files.database.replacen("127.0.0.1", "0.0.0.0", 1);
    files.database = format!("{beyond}?sslmode=prefer");
    let warnings = startup_warnings(&files).await;
    let expected = "WARN PostgreSQL does not support TLS, customers' data is sent unencrypted \
                    setting=\"database.url\" host=\"0.0.0.0:";
    let is_told =
        |line: &String| line.starts_with(expected) && line.contains("cure=\"sslmode=verify-full\"");
    assert!(warnings.iter().any(is_told), "{warnings:#?}");
    files.database = format!("{beyond}?sslmode=disable");
    assert_eq!(
        startup_warnings(&files).await,
        [""; 0],
        "where that is wanted"
    );
}

#[tokio::test]
async fn the_key_of_a_certificate_that_others_can_read_is_warned_of() {
    let folder = tempfile::tempdir().unwrap();
    let Some(mut files) = on_postgresql("loose", folder.path()) else {
        return;
    };
    let own = rcgen::generate_simple_self_signed(Vec::<String>::new()).unwrap();
    let (certificate, key) = (folder.path().join("hub.crt"), folder.path().join("hub.key"));
    fs::write(&certificate, own.cert.pem()).unwrap();
    fs::write(&key, own.signing_key.serialize_pem()).unwrap();
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    files.database = format!(
        "{}?sslmode=prefer&sslcert={}&sslkey={}",
        files.database,
        certificate.display(),
        key.display()
    );
    let key = key.display();
    let expected = format!(
        "WARN key of the client certificate readable by other users file={key} mode=\"0644\" cure=\"chmod 600 {key}\""
    );
    assert_eq!(startup_warnings(&files).await, [expected]);
}

#[tokio::test]
async fn no_customer_is_in_the_log_of_a_hub_on_postgresql_at_any_level() {
    let folder = tempfile::tempdir().unwrap();
    let Some(files) = on_postgresql("verbose", folder.path()) else {
        return;
    };
    for level in ["debug", "trace", "trace,tokio_postgres=trace,tokio=trace"] {
        let log = log_of_an_order(&files, level).await;
        assert!(log.contains("request completed method="), "{level}: {log}");
        // What the driver and the HTTP client say of their work.
        for library in [
            "executing statement",
            "preparing query",
            "pooling idle connection",
        ] {
            assert!(!log.contains(library), "{level}: {library}");
        }
    }
}
