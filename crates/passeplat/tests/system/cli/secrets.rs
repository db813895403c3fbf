//! Secrets for `passeplat admin` that do not stand among its arguments, which others can see.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::PROGRAM;
use crate::tools::hub_process::{HubFiles, HubProcess};

/// Runs `passeplat admin` beside a hub, with these variables and this on standard input.
fn admin(files: &HubFiles, arguments: &[&str], variables: &[(&str, &str)], input: &str) -> Output {
    let mut child = Command::new(PROGRAM)
        .args(["admin", "--database", &files.database, "--key-file"])
        .arg(&files.key_file)
        .args(arguments)
        .envs(variables.iter().copied())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that does not read has perhaps ended already.
    let _unread = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

fn said(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_password_comes_by_a_variable_or_by_standard_input() {
    let folder = tempfile::tempdir().unwrap();
    let files = HubFiles::in_folder(folder.path(), None);
    let hub = HubProcess::start(Path::new(PROGRAM), &files, &[])
        .await
        .unwrap();
    let user = |email: &'static str| ["user", "create", "--name", "Ada", "--email", email];
    let variable = [("PASSEPLAT_ADMIN_PASSWORD", "correct horse battery")];

    let by_variable = admin(&files, &user("ada@shop.example"), &variable, "");
    assert!(by_variable.status.success(), "{}", said(&by_variable));

    let arguments = [&user("bob@shop.example")[..], &["--password-stdin"]].concat();
    let by_input = admin(&files, &arguments, &[], "correct horse battery\n");
    assert!(by_input.status.success(), "{}", said(&by_input));

    let without = admin(&files, &user("eve@shop.example"), &[], "");
    assert!(!without.status.success());
    assert!(
        said(&without).contains("--password-stdin"),
        "{}",
        said(&without)
    );

    let nothing = admin(&files, &arguments, &[], "");
    assert!(
        said(&nothing).contains("nothing on standard input"),
        "{}",
        said(&nothing)
    );

    let help = admin(&files, &["user", "create", "--help"], &variable, "");
    assert!(
        said(&help).contains("PASSEPLAT_ADMIN_PASSWORD"),
        "{}",
        said(&help)
    );
    assert!(!said(&help).contains("horse"), "{}", said(&help));
    hub.terminate().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_secret_comes_by_a_variable_or_by_standard_input() {
    let folder = tempfile::tempdir().unwrap();
    let files = HubFiles::in_folder(folder.path(), None);
    let hub = HubProcess::start(Path::new(PROGRAM), &files, &[])
        .await
        .unwrap();
    let variable = [("PASSEPLAT_ADMIN_CLIENT_SECRET", "geheim-1")];
    let by_variable = admin(&files, &["client", "create", "--name", "A"], &variable, "");
    assert!(
        said(&by_variable).contains("geheim-1"),
        "{}",
        said(&by_variable)
    );
    let arguments = ["client", "create", "--name", "B", "--client-secret-stdin"];
    let by_input = admin(&files, &arguments, &[], "geheim-2\n");
    assert!(said(&by_input).contains("geheim-2"), "{}", said(&by_input));
    hub.terminate().await.unwrap();
}
