//! Settings that cannot be used keep every command from starting, and all are told at once.

use std::path::Path;
use std::process::{Command, Output};

use crate::PROGRAM;

fn run(folder: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    Command::new(PROGRAM)
        .args(arguments)
        .envs(variables.iter().copied())
        .current_dir(folder)
        .output()
        .unwrap()
}

#[test]
fn every_wrong_setting_is_told_at_once_with_its_source_and_a_good_value() {
    let folder = tempfile::tempdir().unwrap();
    let file = "[events]\nmax_in_flight = 0\nretry_seconds = []\n[serverr]\nlisten = \"\"\n";
    std::fs::write(folder.path().join("hub.toml"), file).unwrap();
    let output = run(
        folder.path(),
        &[
            "serve",
            "--config",
            "hub.toml",
            "--public-url",
            "hub.example.com",
            "--set",
            "limits.body_bytes=10",
        ],
        &[
            ("PASSEPLAT_LOG_LEVEL", "warning"),
            ("PASSEPLAT_SERVER_LISTN", "0.0.0.0:80"),
        ],
    );
    assert_eq!(output.status.code(), Some(1));
    let output_text = String::from_utf8(output.stderr).unwrap();
    let expected = r#"passeplat: these settings cannot be used:
  serverr (hub.toml): there is no such setting; did you mean server?
  PASSEPLAT_SERVER_LISTN (a variable of the environment): there is no such setting; did you mean PASSEPLAT_SERVER_LISTEN?
  events.retry_seconds (hub.toml): must be a list of 1 to 32 whole numbers of seconds from 1 to 604800 each, not []; for example [60, 120, 240]
  events.max_in_flight (hub.toml): must be a whole number of callbacks from 1 to 512, not 0; for example 16
  limits.body_bytes (--set limits.body_bytes): must be a whole number of bytes from 1048576 to 134217728, not 10; for example 8388608
  log.level (PASSEPLAT_LOG_LEVEL): must be one level for everything (error, warn, info, debug, trace, off), and may name others for modules, not "warning"; for example "info,hub::dispatch=debug"
  server.public_url (--public-url): must be http:// or https:// with a host, without a user, a password or a path behind, not "hub.example.com"; for example "https://hub.example.com"
"#;
    let sorted = |text: &str| {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    assert_eq!(sorted(&output_text), sorted(expected), "{output_text}");
    assert!(
        !folder.path().join("data").exists(),
        "it began all the same"
    );
}

#[test]
fn config_prints_the_settings_without_secrets() {
    let folder = tempfile::tempdir().unwrap();
    let variables = [
        (
            "PASSEPLAT_DATABASE_URL",
            "postgres://hub:geheim@db/hub?password=geheim",
        ),
        ("PASSEPLAT_KEYS_VALUE", &"42".repeat(32)),
        ("PASSEPLAT_MAIL_TRANSPORT", "smtp"),
        ("PASSEPLAT_MAIL_SMTP_URL", "smtps://hub:geheim@mail"),
        ("PASSEPLAT_IMAGES_STORE", "s3://images"),
        ("PASSEPLAT_IMAGES_S3_ACCESS_KEY", "AKIA"),
        ("PASSEPLAT_IMAGES_S3_SECRET_KEY", "geheim"),
    ];
    let output = run(folder.path(), &["config"], &variables);
    let output_text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success());
    assert!(
        !output_text.contains("geheim") && !output_text.contains("4242"),
        "{output_text}"
    );
    for line in [
        r#"url = "postgres://****@db/hub?password=****""#,
        r#"value = "****""#,
        r#"smtp_url = "smtps://****@mail""#,
        r#"s3_secret_key = "****""#,
    ] {
        assert!(output_text.contains(line), "{line}\n{output_text}");
    }
}

#[test]
fn config_says_what_is_wrong_instead_of_what_is_not_in_force() {
    let folder = tempfile::tempdir().unwrap();
    let output = run(
        folder.path(),
        &["config", "--set", "events.max_in_flight=0"],
        &[],
    );
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
}

#[test]
fn a_reader_of_the_settings_that_is_gone_is_an_error_and_no_panic() {
    let folder = tempfile::tempdir().unwrap();
    let full = std::fs::File::options()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let output = Command::new(PROGRAM)
        .arg("config")
        .current_dir(folder.path())
        .stdout(full)
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap()
        .wait_with_output()
        .unwrap();
    let output_text = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(
        output_text.starts_with("passeplat: ") && !output_text.contains("panicked"),
        "{output_text}"
    );
}

#[test]
fn a_secret_that_stands_where_a_flag_should_is_not_repeated() {
    let folder = tempfile::tempdir().unwrap();
    let output = run(
        folder.path(),
        &["config", "--set", "keys.value:geheim"],
        &[],
    );
    let output_text = String::from_utf8(output.stderr).unwrap();
    assert!(
        output_text.contains("--set KEY=VALUE") && !output_text.contains("geheim"),
        "{output_text}"
    );
}
