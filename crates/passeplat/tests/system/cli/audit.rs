//! `passeplat admin audit`: what the operator's commands leave in the audit log.

use serde_json::Value;

use super::{ACCOUNT, connect, start};
use crate::tools::hub_process::{HubFiles, text_field};

fn actions(answer: &Value) -> Vec<String> {
    let entries = answer["entries"].as_array().into_iter().flatten();
    let mut actions: Vec<String> = entries
        .filter_map(|entry| entry["action"].as_str().map(str::to_owned))
        .collect();
    actions.sort();
    actions
}

#[tokio::test]
async fn every_command_that_changes_something_is_recorded() {
    let folder = tempfile::tempdir().unwrap();
    let hub = start(&HubFiles::in_folder(folder.path(), None)).await;
    let account = hub.admin(&ACCOUNT).await.unwrap();
    let client = ["client", "create", "--name", "Caisse"];
    let client = hub.admin(&client).await.unwrap();
    let till = connect(&hub, &account, &client).await;
    let id = text_field(&account, "account_id").unwrap();
    let till = text_field(&till, "connection_id").unwrap();
    let set = ["connection", "set", "--account", &id, "--connection", &till];
    hub.admin(&[&set[..], &["--ref-window", "10"]].concat())
        .await
        .unwrap();
    for change in ["suspend", "resume"] {
        hub.admin(&["account", change, "--account", &id])
            .await
            .unwrap();
    }
    let listed = hub
        .admin(&["audit", "list", "--account", &id])
        .await
        .unwrap();
    assert_eq!(
        actions(&listed),
        [
            "account.create",
            "account.resume",
            "account.suspend",
            "connection.create",
            "connection.update",
            "location.create",
        ]
    );
    assert_eq!(listed["entries"][0]["actor"]["kind"], "command");
    let first = ["audit", "list", "--account", &id, "--limit", "4"];
    let first = hub.admin(&first).await.unwrap();
    let next = text_field(&first, "next").unwrap();
    let rest = ["audit", "list", "--account", &id, "--cursor", &next];
    assert_eq!(actions(&hub.admin(&rest).await.unwrap()).len(), 2);
    let of_nobody = hub.admin(&["audit", "list"]).await.unwrap();
    assert_eq!(actions(&of_nobody), ["client.create"]);
    let secret = text_field(&client, "client_secret").unwrap();
    assert!(!of_nobody.to_string().contains(&secret));
}
