//! The commands: what `passeplat admin` makes, what `passeplat serve` refuses, what stays; what is
//! logged, and what happens when it cannot be.

mod audit;
mod connections;
mod demo;
mod lines;
mod logging;
mod operations;
mod postgres;
mod resend;
mod secrets;
mod settings;
mod shortage;

use std::path::Path;
use std::process::{Command, Output};

use hub::clock::Clock;
use hub::entropy::Entropy;
use hub::oauth::clients;
use serde_json::Value;
use wire::id::ClientId;

use crate::PROGRAM;
use crate::tools::http::{self, HttpConnection, request};
use crate::tools::hub_process::{HubFiles, HubProcess, text_field};

const ACCOUNT: [&str; 12] = [
    "account",
    "create",
    "--name",
    "Les Trois Gourmands",
    "--currency",
    "EUR",
    "--country",
    "FR",
    "--timezone",
    "Europe/Paris",
    "--location-name",
    "Lyon",
];

async fn start(files: &HubFiles) -> HubProcess {
    HubProcess::start(Path::new(PROGRAM), files, &[])
        .await
        .unwrap()
}

async fn get(hub: &HubProcess, path: &str, token: &str) -> (u16, Value) {
    let host = http::host(&hub.url).unwrap();
    let mut connection = HttpConnection::open(&host).await.unwrap();
    let answer = connection
        .exchange(&request("GET", &host, path, token, None))
        .await
        .unwrap();
    (answer.status, serde_json::from_slice(answer.body).unwrap())
}

/// A hub with one account and one client, and a connection between them.
async fn create_connection(hub: &HubProcess) -> (Value, Value, Value) {
    let account = hub.admin(&ACCOUNT).await.unwrap();
    let client = hub
        .admin(&["client", "create", "--name", "Caisse"])
        .await
        .unwrap();
    let connection = connect(hub, &account, &client).await;
    (account, client, connection)
}

async fn connect(hub: &HubProcess, account: &Value, client: &Value) -> Value {
    let (client, location) = (
        text_field(client, "client_id"),
        text_field(account, "location_id"),
    );
    let scope = "location[orders.write]";
    let wanted = [
        "connection",
        "create",
        "--client",
        &client.unwrap(),
        "--location",
        &location.unwrap(),
        "--scope",
        scope,
    ];
    hub.admin(&wanted).await.unwrap()
}

#[tokio::test]
async fn admin_makes_a_connection_whose_token_opens_its_location() {
    let folder = tempfile::tempdir().unwrap();
    let hub = start(&HubFiles::in_folder(folder.path(), None)).await;
    let (account, _, connection) = create_connection(&hub).await;
    let token = text_field(&connection, "access_token").unwrap();
    let (status, location) = get(&hub, "/v1/location", &token).await;
    assert_eq!((status, &location["id"]), (200, &account["location_id"]));
}

#[tokio::test]
async fn an_account_comes_with_a_catalog_and_a_customer_list() {
    let folder = tempfile::tempdir().unwrap();
    let hub = start(&HubFiles::in_folder(folder.path(), None)).await;
    let account = hub.admin(&ACCOUNT).await.unwrap();
    for key in [
        "account_id",
        "location_id",
        "catalog_id",
        "customer_list_id",
    ] {
        assert!(!text_field(&account, key).unwrap().is_empty(), "{key}");
    }
}

#[tokio::test]
async fn a_second_location_of_an_account_has_the_next_number() {
    let folder = tempfile::tempdir().unwrap();
    let hub = start(&HubFiles::in_folder(folder.path(), None)).await;
    let account = text_field(&hub.admin(&ACCOUNT).await.unwrap(), "account_id").unwrap();
    let wanted = [
        "location",
        "create",
        "--account",
        &account,
        "--name",
        "Villeurbanne",
    ];
    let location = hub.admin(&wanted).await.unwrap();
    assert_eq!(
        text_field(&location, "location_id").unwrap(),
        format!("{account}-1")
    );
}

#[tokio::test]
async fn a_client_keeps_the_id_and_the_secret_that_it_was_given() {
    let folder = tempfile::tempdir().unwrap();
    let hub = start(&HubFiles::in_folder(folder.path(), None)).await;
    let (id, secret) = ("test.clients.example", "a secret that the tests know");
    let wanted = [
        "client",
        "create",
        "--name",
        "Site",
        "--client-id",
        id,
        "--client-secret",
        secret,
        "--redirect-uri",
        "https://shop.example/back",
    ];
    let client = hub.admin(&wanted).await.unwrap();
    let given = [
        text_field(&client, "client_id").unwrap(),
        text_field(&client, "client_secret").unwrap(),
    ];
    assert_eq!(given, [id, secret]);
}

#[tokio::test]
async fn a_client_can_be_made_an_app_without_a_browser() {
    let folder = tempfile::tempdir().unwrap();
    let files = HubFiles::in_folder(folder.path(), None);
    let hub = start(&files).await;
    let wanted = [
        "client",
        "create",
        "--name",
        "Site",
        "--client-id",
        "site.clients.example",
        "--location-scope",
        "location[orders.write]",
        "--account-scope",
        "account[orders.read]",
        "--connect-url",
        "https://shop.example/connect",
        "--open-url",
        "https://shop.example/open?a=1",
        "--disconnect-url",
        "http://shop.example/gone",
    ];
    hub.admin(&wanted).await.unwrap();
    let flags = [
        ("database.url", files.database.clone()),
        ("keys.file", files.key_file.display().to_string()),
    ];
    let config = hub::config::Config::read(None, [], &flags).unwrap();
    let inside = hub::Hub::open(config, Clock::real(), Entropy::Real).unwrap();
    let client = inside
        .read("test.client", |tx| {
            clients::find(tx, &ClientId::parse("site.clients.example").unwrap())
        })
        .await
        .unwrap()
        .unwrap();
    assert!(client.is_app());
    let app = client.app;
    let names = [
        app.location_scope,
        app.account_scope,
        app.connect_url,
        app.open_url,
        app.disconnect_url,
    ];
    let expected = [7, 9, 11, 13, 15].map(|at| Some(wanted[at].to_owned()));
    assert_eq!(names, expected);
}

#[tokio::test]
async fn an_app_with_an_address_or_a_scope_that_cannot_be_is_refused_by_its_flag() {
    let folder = tempfile::tempdir().unwrap();
    let hub = start(&HubFiles::in_folder(folder.path(), None)).await;
    for (flag, value) in [
        ("--redirect-uri", "javascript:alert(1)"),
        ("--connect-url", "shop.example/connect"),
        ("--open-url", "javascript:alert(1)"),
        ("--disconnect-url", "https://shop.example/ gone"),
        ("--location-scope", "account[orders.read]"),
        ("--account-scope", "account[nothing.read]"),
    ] {
        let wanted = ["client", "create", "--name", "Site", flag, value];
        let refused = hub.admin(&wanted).await.unwrap_err().to_string();
        assert!(refused.contains(flag), "{refused}");
    }
}

#[tokio::test]
async fn the_same_connection_made_again_has_the_same_token() {
    let folder = tempfile::tempdir().unwrap();
    let hub = start(&HubFiles::in_folder(folder.path(), None)).await;
    let (account, client, first) = create_connection(&hub).await;
    let again = connect(&hub, &account, &client).await;
    assert_eq!(first["access_token"], again["access_token"]);
}

#[tokio::test]
async fn admin_has_a_ref_refused_when_it_comes_again() {
    let folder = tempfile::tempdir().unwrap();
    let hub = start(&HubFiles::in_folder(folder.path(), None)).await;
    let (account, _, connection) = create_connection(&hub).await;
    let (account, id, token) = (
        text_field(&account, "account_id").unwrap(),
        text_field(&connection, "connection_id").unwrap(),
        text_field(&connection, "access_token").unwrap(),
    );
    let set = |connection: String, minutes: &'static str| {
        let (account, hub) = (account.clone(), &hub);
        async move {
            let wanted = [
                "connection",
                "set",
                "--account",
                &account,
                "--connection",
                &connection,
                "--ref-window",
                minutes,
            ];
            hub.admin(&wanted).await
        }
    };
    assert!(set("nobody".to_owned(), "10").await.is_err());
    assert!(set(id.clone(), "10081").await.is_err());
    let done = set(id, "10").await.unwrap();
    assert_eq!(done["ref_window"], 10);
    let host = http::host(&hub.url).unwrap();
    let mut line = HttpConnection::open(&host).await.unwrap();
    let body = r#"{"status":"new","ref":"A"}"#;
    let order = http::request("POST", &host, "/v1/location/orders", &token, Some(body));
    let mut statuses = Vec::new();
    for _ in 0..2 {
        statuses.push(line.exchange(&order).await.unwrap().status);
    }
    assert_eq!(statuses, [200, 422]);
}

#[tokio::test]
async fn a_user_made_twice_is_refused_with_a_reason() {
    let folder = tempfile::tempdir().unwrap();
    let hub = start(&HubFiles::in_folder(folder.path(), None)).await;
    let wanted = [
        "user",
        "create",
        "--email",
        "camille@example.com",
        "--name",
        "Camille Durand",
        "--password",
        "un mot de passe assez long",
        "--locale",
        "fr-FR",
    ];
    hub.admin(&wanted).await.unwrap();
    let refused = hub.admin(&wanted).await.unwrap_err().to_string();
    assert!(refused.contains("exists already"), "{refused}");
    assert!(
        !refused.contains("mot de passe"),
        "the password is repeated: {refused}"
    );
}

#[tokio::test]
async fn a_second_start_keeps_the_data_and_the_tokens() {
    let folder = tempfile::tempdir().unwrap();
    let files = HubFiles::in_folder(folder.path(), None);
    let hub = start(&files).await;
    let (account, _, connection) = create_connection(&hub).await;
    let token = text_field(&connection, "access_token").unwrap();
    hub.kill().await.unwrap();
    let hub = start(&files).await;
    let (status, location) = get(&hub, "/v1/location", &token).await;
    assert_eq!((status, &location["id"]), (200, &account["location_id"]));
}

#[tokio::test]
async fn a_polite_signal_ends_the_hub_well() {
    let folder = tempfile::tempdir().unwrap();
    let hub = start(&HubFiles::in_folder(folder.path(), None)).await;
    assert!(hub.terminate().await.unwrap().success());
}

/// `passeplat serve` with these arguments, which must end by itself.
fn failure_text(arguments: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let output: Output = Command::new("timeout")
        .args(["30", PROGRAM, "serve"])
        .args(arguments)
        .env("PASSEPLAT_SERVER_LISTEN", "127.0.0.1:0")
        .current_dir(folder.path())
        .output()
        .unwrap();
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success(), "it was accepted");
    assert_ne!(
        output.status.code(),
        Some(124),
        "it went on instead of refusing"
    );
    assert!(!message.contains("panicked"), "{message}");
    message
}

#[tokio::test]
async fn what_is_no_country_and_no_name_is_refused_by_its_flag() {
    let folder = tempfile::tempdir().unwrap();
    let hub = start(&HubFiles::in_folder(folder.path(), None)).await;
    let long = "a".repeat(201);
    let good = "Les Trois Gourmands";
    for (country, name, says) in [
        ("UK", good, "the United Kingdom is GB"),
        ("ZZ", good, "--country: 'ZZ' is no code of ISO 3166-1"),
        ("FR", &long, "at most 200 characters"),
        ("FR", "Les\nTrois", "no line breaks"),
        ("FR", "Les\u{202e}Trois", "no line breaks"),
        ("FR", "Les\tTrois", "no line breaks"),
        ("FR", " ", "no line breaks"),
    ] {
        let create = ["account", "create", "--location-name", "Lyon"];
        let what = ["--country", country, "--name", name];
        let refused = hub.admin(&[create, what].concat()).await;
        let message = format!("{:#}", refused.expect_err(says));
        assert!(message.contains(says), "{message}");
    }
}

#[tokio::test]
async fn an_account_that_there_is_not_is_refused_by_its_flag() {
    let folder = tempfile::tempdir().unwrap();
    let hub = start(&HubFiles::in_folder(folder.path(), None)).await;
    let email = "camille@example.com";
    let user = [
        "user",
        "create",
        "--email",
        email,
        "--name",
        "Camille Durand",
    ];
    let password = ["--password", "un mot de passe assez long"];
    hub.admin(&[&user[..], &password].concat()).await.unwrap();
    let client = [
        "client",
        "create",
        "--name",
        "Site",
        "--client-id",
        "site.example",
    ];
    hub.admin(&client).await.unwrap();
    let role = ["user", "grant", "--email", email, "--role", "manager"];
    let scope = ["connection", "create", "--client", "site.example"];
    let scope = [&scope[..], &["--scope", "account[orders.read]"]].concat();
    for command in [&role[..], &scope] {
        let refused = hub.admin(&[command, &["--account", "nope"]].concat()).await;
        let message = format!("{:#}", refused.expect_err("there is no such account"));
        assert!(
            message.ends_with("--account: there is no such account"),
            "{message}"
        );
    }
}

#[test]
fn a_database_of_an_unknown_kind_is_refused_by_its_name() {
    let message = failure_text(&["--database", "mysql://localhost/hub", "--key-file", "key"]);
    assert!(message.contains("mysql"), "{message}");
}

#[test]
fn a_configuration_file_that_is_missing_is_named() {
    let message = failure_text(&["--config", "nowhere.toml"]);
    assert!(message.contains("nowhere.toml"), "{message}");
}

#[test]
fn an_unknown_key_of_the_configuration_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("hub.toml");
    std::fs::write(&file, "databse = \"sqlite:hub.db\"\n").unwrap();
    let message = failure_text(&["--config", file.to_str().unwrap()]);
    assert!(message.contains("databse"), "{message}");
}

#[test]
fn a_database_in_a_place_that_is_no_folder_is_named() {
    let message = failure_text(&["--database", "sqlite:/dev/null/hub.db", "--key-file", "key"]);
    assert!(message.contains("/dev/null"), "{message}");
}

#[test]
fn a_folder_for_mails_that_cannot_be_made_is_named() {
    let here = ["--database", "sqlite:hub.db", "--key-file", "key"];
    let folder = ["--set", "mail.folder=/dev/null/mail"];
    let message = failure_text(&[here, [folder[0], folder[1], "--listen", "127.0.0.1:0"]].concat());
    let expected =
        "mail.folder: no mail can be written to /dev/null/mail, since /dev/null is no folder";
    assert!(message.contains(expected), "{message}");
}

#[test]
fn a_postgresql_server_that_does_not_answer_is_named() {
    let url = "postgres://nobody:geheim@127.0.0.1:1/hub";
    let message = failure_text(&["--database", url, "--key-file", "key"]);
    assert!(message.contains("127.0.0.1"), "{message}");
    assert!(
        !message.contains("geheim"),
        "the password is repeated: {message}"
    );
}

#[tokio::test]
async fn another_key_file_than_the_databases_own_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let files = HubFiles::in_folder(folder.path(), None);
    start(&files).await.kill().await.unwrap();
    let database = files.database.clone();
    let key = folder.path().join("another-key");
    let message = failure_text(&["--database", &database, "--key-file", key.to_str().unwrap()]);
    assert!(message.contains("key"), "{message}");
}

#[tokio::test]
async fn an_address_that_is_taken_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let hub = start(&HubFiles::in_folder(folder.path(), None)).await;
    let address = http::host(&hub.url).unwrap();
    let message = failure_text(&[
        "--database",
        "sqlite:hub.db",
        "--key-file",
        "key",
        "--listen",
        &address,
    ]);
    assert!(message.contains(&address), "{message}");
}
