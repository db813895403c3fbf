//! Where a hub of a test keeps its things.

use std::path::Path;
use std::process::Command;

use crate::tools::hub_process::HubFiles;

/// A place with a database of its own on the test server, which throws it away with everything
/// else; none, and a line that says so, where no server is named.
pub fn on_postgresql(test: &str, folder: &Path) -> Option<HubFiles> {
    let Ok(server) = std::env::var("PASSEPLAT_TEST_POSTGRES") else {
        println!("not run: PASSEPLAT_TEST_POSTGRES names no server");
        return None;
    };
    let database = fresh_database(&server, test, folder);
    Some(HubFiles::in_folder(folder, Some(&database)))
}

fn fresh_database(server: &str, test: &str, folder: &Path) -> String {
    let tail = folder.file_name().unwrap().to_str().unwrap().to_lowercase();
    let name: String = tail.chars().filter(char::is_ascii_alphanumeric).collect();
    let name = format!("{test}_{name}");
    let made = Command::new("psql")
        .args([
            server,
            "-q",
            "-c",
            &format!("CREATE DATABASE {name} TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'"),
        ])
        .output()
        .unwrap();
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
    let mut url = url::Url::parse(server).unwrap();
    url.set_path(&name);
    url.into()
}
