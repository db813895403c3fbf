//! How a client's id and secret are written in HTTP Basic.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hub::oauth::clients::{AppFields, CallbackOptions, NewClient};
use hub::oauth::connections::Grant;
use wire::id::ClientId;

use super::approved;
use crate::engine::apply;
use crate::support::{Answer, Caller, TestHub, json};

const ID: &str = "my/app+1@x";
const SECRET: &str = "s e+c%41r/é:t";

/// An app with such an id and secret.
fn app(hub: &TestHub) -> Caller {
    let client = ClientId::from_generated(ID.to_owned());
    let new = NewClient {
        id: Some(client.clone()),
        secret: Some(SECRET.to_owned()),
        name: "App".to_owned(),
        owner: None,
        is_listed: false,
        app: AppFields::default(),
        callbacks: CallbackOptions::default(),
    };
    let key = hub.hub.key().clone();
    hub.wait(hub.hub.write("test.client", move |tx| {
        hub::oauth::clients::insert(tx, &key, &new)
    }))
    .unwrap_or_else(|error: hub::db::Error| panic!("no client: {error}"));
    let grant = Grant {
        client,
        account: Some(hub.account.clone()),
        location: Some(hub.location.clone()),
        device: String::new(),
        scope: "location[orders.read]".to_owned(),
        catalog: None,
        customer_list: None,
        user: None,
    };
    hub.connect_with("App", grant)
}

fn exchange(hub: &TestHub, id: &str, secret: &str, code: &str) -> Answer {
    let basic = format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")));
    let headers = [
        ("Authorization", basic.as_str()),
        ("Content-Type", "application/x-www-form-urlencoded"),
    ];
    hub.anybody()
        .send("POST", "/oauth2/v1/token", &headers, format!("code={code}"))
}

#[apply(each_engine!)]
fn id_and_secret_in_basic_may_be_form_encoded_or_as_they_are(hub: TestHub) {
    let app = app(&hub);
    for (id, secret) in [
        ("my%2Fapp%2B1%40x", "s+e%2Bc%2541r%2F%C3%A9%3At"),
        ("my%2fapp%2b1@x", "s%20e%2Bc%2541r/%c3%a9:t"),
        (ID, SECRET),
        ("my%2Fapp%2B1%40x", SECRET),
    ] {
        let code = approved(&hub, &app, None);
        let answer = exchange(&hub, id, secret, &code);
        assert_eq!(answer.status, 200, "{id} {secret}: {answer:?}");
        assert_eq!(answer.json()["access_token"], app.token.as_str());
    }
    let code = approved(&hub, &app, None);
    for secret in ["s+e+c%41r/é:t", "s e+cAr/é:t", "", "%"] {
        let answer = exchange(&hub, ID, secret, &code);
        assert_eq!(answer.status, 401, "{secret}: {answer:?}");
    }
}

#[apply(each_engine!)]
fn a_byte_order_mark_before_a_request_for_a_token_is_skipped(hub: TestHub) {
    let app = hub.connect("app", "location[orders.read]", Some(&hub.location));
    let (id, secret) = ("app.clients.test", "secret of app");
    let form = |code: &str| format!("client_id={id}&client_secret=secret+of+app&code={code}");
    let object =
        |code: &str| json!({ "client_id": id, "client_secret": secret, "code": code }).to_string();
    let parts = |code: &str| {
        let values = [("client_id", id), ("client_secret", secret), ("code", code)];
        let part = |(name, value): (&str, &str)| {
            format!(
                "--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n\u{feff}{value}\r\n"
            )
        };
        values.map(part).concat() + "--x--\r\n"
    };
    type Write<'a> = &'a dyn Fn(&str) -> String;
    let bodies: [(&str, Write<'_>); 3] = [
        ("application/x-www-form-urlencoded", &form),
        ("application/json", &object),
        ("multipart/form-data; boundary=x", &parts),
    ];
    for (kind, body) in bodies {
        let code = approved(&hub, &app, None);
        let body = format!("\u{feff}{}", body(&code));
        let headers = [("Content-Type", kind)];
        let answer = hub
            .anybody()
            .send("POST", "/oauth2/v1/token", &headers, body);
        assert_eq!(answer.status, 200, "{kind}: {answer:?}");
    }
}
