//! Backing up and restoring, by the commands that stand in the README.

use std::path::Path;
use std::process::Command;

use crate::PROGRAM;
use crate::tools::counting::{ListedOrder, OrderList};
use crate::tools::http;
use crate::tools::hub_process::{HubFiles, HubProcess, Merchant};

const README: &str = include_str!("../../../../README.md");

/// The commands of the README's chapter on backups, in its order.
fn commands() -> [String; 2] {
    let (_, chapter) = README.split_once("### Back up and restore").unwrap();
    let mut blocks = chapter.split("```sh\n").skip(1);
    [(); 2].map(|()| {
        let (commands, _) = blocks.next().unwrap().split_once("```").unwrap();
        commands.to_owned()
    })
}

/// Runs commands of the README, with a folder in the place of `/var`.
fn run(commands: &str, var: &Path) {
    let here = commands.replace("/var/", &format!("{}/", var.display()));
    let done = Command::new("sh").args(["-euc", &here]).output().unwrap();
    let log = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{here}\n{log}");
}

async fn start(files: &HubFiles) -> HubProcess {
    HubProcess::start(Path::new(PROGRAM), files, &[])
        .await
        .unwrap()
}

fn orders(hub: &HubProcess, merchant: &Merchant) -> OrderList {
    OrderList {
        host: http::host(&hub.url).unwrap(),
        path: "/v1/location/orders".to_owned(),
        token: merchant.token.clone(),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_of_a_running_hub_is_restored_by_the_commands_of_the_readme() {
    let var = tempfile::tempdir().unwrap();
    let lib = var.path().join("lib/passeplat");
    std::fs::create_dir_all(lib.join("hub.images")).unwrap();
    let files = HubFiles::in_folder(&lib, None);
    let hub = start(&files).await;
    let merchant = Merchant::open(&hub).await.unwrap();
    let first = orders(&hub, &merchant).mark().await.unwrap();
    orders(&hub, &merchant).mark().await.unwrap();

    let [back_up, restore] = commands();
    run(&back_up, var.path());
    orders(&hub, &merchant).mark().await.unwrap();
    hub.kill().await.unwrap();

    run(&restore, var.path());
    let hub = start(&files).await;
    let found: Vec<ListedOrder> = orders(&hub, &merchant).since(&first).await.unwrap();
    assert_eq!(found.len(), 2, "as when the copy was made");
    let status = hub.terminate().await.unwrap();
    assert!(status.success(), "{status}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hub_that_was_told_to_stop_leaves_one_file_a_database() {
    let folder = tempfile::tempdir().unwrap();
    let files = HubFiles::in_folder(folder.path(), None);
    let hub = start(&files).await;
    let merchant = Merchant::open(&hub).await.unwrap();
    let first = orders(&hub, &merchant).mark().await.unwrap();
    let status = hub.terminate().await.unwrap();
    assert!(status.success(), "{status}");
    let mut left: Vec<String> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with("hub.") && name.contains("db"))
        .collect();
    left.sort();
    assert_eq!(left, ["hub.db", "hub.journal.db"]);

    let copy = tempfile::tempdir().unwrap();
    std::fs::copy(folder.path().join("hub.db"), copy.path().join("hub.db")).unwrap();
    std::fs::copy(folder.path().join("key"), copy.path().join("key")).unwrap();
    let hub = start(&HubFiles::in_folder(copy.path(), None)).await;
    let found: Vec<ListedOrder> = orders(&hub, &merchant).since(&first).await.unwrap();
    assert_eq!(found.len(), 1);
}
