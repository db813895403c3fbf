//! `passeplat admin connection resend`, beside a hub that runs.

use serde_json::Value;

use super::{ACCOUNT, connect, get, start};
use crate::tools::http::{self, HttpConnection, request};
use crate::tools::hub_process::{HubFiles, HubProcess, text_field};

async fn post(hub: &HubProcess, path: &str, token: &str, body: &str) {
    let host = http::host(&hub.url).unwrap();
    let mut connection = HttpConnection::open(&host).await.unwrap();
    let request = request("POST", &host, path, token, Some(body));
    let answer = connection.exchange(&request).await.unwrap();
    assert_eq!(answer.status, 200, "{path}");
}

#[tokio::test]
async fn admin_sends_an_app_what_it_missed() {
    let folder = tempfile::tempdir().unwrap();
    let hub = start(&HubFiles::in_folder(folder.path(), None)).await;
    let account = hub.admin(&ACCOUNT).await.unwrap();
    let mut tokens = Vec::new();
    let mut till = Value::Null;
    for name in ["Site", "Caisse"] {
        let client = ["client", "create", "--name", name];
        let client = hub.admin(&client).await.unwrap();
        till = connect(&hub, &account, &client).await;
        tokens.push(text_field(&till, "access_token").unwrap());
    }
    let (site, token) = (&tokens[0], &tokens[1]);
    post(&hub, "/v1/location/orders", site, r#"{"status":"new"}"#).await;
    let passive = r#"{"events":{"order":["create","update"]}}"#;
    post(&hub, "/v1/callback", token, passive).await;

    let account = text_field(&account, "account_id").unwrap();
    let till = text_field(&till, "connection_id").unwrap();
    let resend = async |more: &[&str]| {
        let command = ["connection", "resend", "--account", &account];
        let since = ["--connection", &till, "--since", "2020-01-01T00:00:00Z"];
        hub.admin(&[&command, &since[..], more].concat()).await
    };
    let counted = resend(&["--missed", "--dry-run"]).await.unwrap();
    assert_eq!(
        (&counted["found"], &counted["resent"]),
        (&1.into(), &0.into())
    );
    let none = resend(&["--missed", "--event", "update"]).await.unwrap();
    assert_eq!(none["resent"], 0);
    let until = ["--missed", "--until", "2020-01-02T00:00:00Z"];
    assert_eq!(resend(&until).await.unwrap()["found"], 0);
    let sent = resend(&["--missed", "--resource", "order"]).await.unwrap();
    assert_eq!(
        (&sent["resent"], &sent["state"]),
        (&1.into(), &"finished".into())
    );
    let (_, events) = get(&hub, "/v1/callback/events", token).await;
    assert_eq!(events.as_array().map(Vec::len), Some(1));
    let job = text_field(&sent, "job_id").unwrap();
    let stop = ["connection", "resend", "--account", &account];
    let stop = [&stop, &["--connection", &till, "--stop", &job][..]].concat();
    assert_eq!(hub.admin(&stop).await.unwrap()["state"], "finished");
    for (wrong, error) in [
        (["--resource", "pizza"], "--resource: 'pizza'"),
        (["--event", "eaten"], "--event: 'eaten'"),
        (["--until", "tomorrow"], "--until"),
        (["--location", "Lyon"], "--location"),
        (["--order", "A 1"], "--order"),
    ] {
        let refused = resend(&wrong).await.unwrap_err().to_string();
        assert!(refused.contains(error), "{refused}");
    }
}
