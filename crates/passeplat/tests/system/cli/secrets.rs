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

fn stderr_text(output: &Output) -> String {
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
    assert!(
        by_variable.status.success(),
        "{}",
        stderr_text(&by_variable)
    );

    let arguments = [&user("bob@shop.example")[..], &["--password-stdin"]].concat();
    let by_input = admin(&files, &arguments, &[], "correct horse battery\n");
    assert!(by_input.status.success(), "{}", stderr_text(&by_input));

    let without = admin(&files, &user("eve@shop.example"), &[], "");
    assert!(!without.status.success());
    assert!(
        stderr_text(&without).contains("--password-stdin"),
        "{}",
        stderr_text(&without)
    );

    let nothing = admin(&files, &arguments, &[], "");
    assert!(
        stderr_text(&nothing).contains("nothing on standard input"),
        "{}",
        stderr_text(&nothing)
    );

    let help = admin(&files, &["user", "create", "--help"], &variable, "");
    assert!(
        stderr_text(&help).contains("PASSEPLAT_ADMIN_PASSWORD"),
        "{}",
        stderr_text(&help)
    );
    assert!(
        !stderr_text(&help).contains("horse"),
        "{}",
        stderr_text(&help)
    );
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
        stderr_text(&by_variable).contains("geheim-1"),
        "{}",
        stderr_text(&by_variable)
    );
    let arguments = ["client", "create", "--name", "B", "--client-secret-stdin"];
    let by_input = admin(&files, &arguments, &[], "geheim-2\n");
    assert!(
        stderr_text(&by_input).contains("geheim-2"),
        "{}",
        stderr_text(&by_input)
    );
    hub.terminate().await.unwrap();
}
