//! A hub on SQLite in a temporary folder, with two accounts, tokens of several scopes, and a memory of
//! the ids and tags that it has answered.

use std::collections::{BTreeSet, VecDeque};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use hub::Hub;
use hub::clock::Clock;
use hub::config::Config;
use hub::db;
use hub::entropy::Entropy;
use hub::http::routes::Endpoint;
use hub::oauth::clients::{AppFields, CallbackOptions, NewClient};
use hub::oauth::connections::{self, Grant};
use hub::provision::{CreatedAccount, NewAccount, NewLocation};
use jiff::Timestamp;
use serde_json::Value;
use tokio::runtime::Runtime;
use tower::ServiceExt as _;
use wire::currency::Currency;
use wire::id::{ClientId, LocationId};
use wire::problem::ErrorBody;

use crate::call::Call;

/// Ids and tags that are remembered.
const REMEMBERED: usize = 64;

/// Everything the requests of one input meet.
pub struct World {
    pub hub: Hub,
    /// Own location, its sibling, another account's.
    pub locations: [LocationId; 3],
    /// Own account, another one.
    pub accounts: [String; 2],
    /// Of several scopes and places; the last is nobody's.
    pub tokens: Vec<String>,
    pub endpoints: Vec<Endpoint>,
    /// Keys and words of the contract.
    pub words: Vec<String>,
    /// Ids and tags from the answers of this input and before, and a few of the hub's own.
    pub ids: VecDeque<String>,
    pub tags: VecDeque<String>,
    router: Router,
    runtime: Runtime,
    _folder: tempfile::TempDir,
}

impl Default for World {
    fn default() -> Self {
        Self::new()
    }
}

impl World {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        let path = |name: &str| folder.path().join(name).display().to_string();
        let flags = [
            ("database.url", format!("sqlite:{}", path("hub.db"))),
            ("database.threads", "2".to_owned()),
            ("keys.value", "42".repeat(32)),
            ("mail.folder", path("mail")),
            ("limits.enabled", "false".to_owned()),
            ("server.public_url", "http://hub.test".to_owned()),
        ];
        let config = Config::read(None, [], &flags).expect("a good configuration");
        let start: Timestamp = "2026-03-07T18:41:08Z".parse().expect("a time");
        let hub = Hub::open(config, Clock::manual(start), Entropy::seeded(7)).expect("a hub");
        let (own, sibling, other) = runtime.block_on(async {
            let own = account(&hub, "Pizzeria Lumière").await;
            let (account_id, new) = (own.account.clone(), location("Lyon Part-Dieu"));
            let sibling = hub
                .write("fuzz.location", move |tx| {
                    let found = hub::accounts::store::find(tx, &account_id)?.expect("the account");
                    hub::provision::add_location(tx, &found.into(), &new)
                })
                .await
                .unwrap_or_else(|error: db::Error| panic!("no location: {error}"));
            (own, sibling, account(&hub, "Chez l'autre").await)
        });
        let all = "orders.write,all_customer_lists.write,all_catalogs.write,inventory.write";
        let scopes = [
            (
                &own,
                Some(&own.location),
                format!("location[{all}],profile_with_email"),
            ),
            (&own, None, format!("account[{all}]")),
            (
                &own,
                Some(&own.location),
                "location[orders.write,customer_list.write,catalog.write]".to_owned(),
            ),
            (
                &own,
                Some(&own.location),
                "location[orders.read,catalog.read]".to_owned(),
            ),
            (&own, Some(&sibling), "location[orders.write]".to_owned()),
            (&other, Some(&other.location), format!("location[{all}]")),
            (&other, None, format!("account[{all}]")),
        ];
        let mut tokens: Vec<String> = scopes
            .iter()
            .enumerate()
            .map(|(number, (at, location, scope))| {
                runtime.block_on(connect(&hub, number, at, *location, scope))
            })
            .collect();
        tokens.push("nobody".to_owned());
        let ids = [
            own.catalog.to_string(),
            own.customer_list.to_string(),
            other.catalog.to_string(),
            other.customer_list.to_string(),
        ];
        Self {
            locations: [own.location, sibling, other.location],
            accounts: [own.account.to_string(), other.account.to_string()],
            tokens,
            endpoints: hub::api::endpoints().endpoints().to_vec(),
            words: words(hub::contract::openapi()),
            ids: ids.into(),
            tags: VecDeque::new(),
            router: hub::router(&hub),
            runtime,
            hub,
            _folder: folder,
        }
    }

    /// Waits for something async.
    pub fn wait<T>(&self, what: impl Future<Output = T>) -> T {
        self.runtime.block_on(what)
    }

    /// What goes on beside the requests.
    pub fn tidy(&self) {
        self.wait(hub::chores::run_due(&self.hub))
            .expect("the chores");
        self.wait(self.hub.journal().flush()).expect("the journal");
    }

    /// Makes a call, and panics if the hub ought not to answer so.
    pub fn answer(&mut self, call: &Call) {
        self.hub
            .clock()
            .advance(Duration::from_secs(60 * u64::from(call.minutes)));
        let Some(request) = call.request(self) else {
            return;
        };
        let is_api = request.uri().path().starts_with("/v1/");
        let asked = format!(
            "{} {} {:?}",
            request.method(),
            request.uri(),
            request.headers()
        );
        let (status, headers, body) = self.send(request);
        let text = String::from_utf8_lossy(&body);
        assert!(
            !status.is_server_error(),
            "{status} {text}\nto {asked}\nfrom {call:#?}"
        );
        if is_api && status != StatusCode::NOT_MODIFIED {
            if let Err(wrong) = judge(status, &headers, &body) {
                panic!("{wrong}: {status} {headers:?} {text}\nto {asked}\nfrom {call:#?}");
            }
        }
        if let Some(tag) = headers.get(header::ETAG).and_then(|tag| tag.to_str().ok()) {
            remember(&mut self.tags, tag);
        }
        if let Ok(answer) = serde_json::from_slice::<Value>(&body) {
            gather(&answer, &mut self.ids);
        }
    }

    fn send(&self, request: Request<Body>) -> (StatusCode, HeaderMap, Vec<u8>) {
        let router = self.router.clone();
        self.wait(async {
            let response = router.oneshot(request).await.expect("an answer");
            let (head, body) = response.into_parts();
            let body = axum::body::to_bytes(body, usize::MAX)
                .await
                .expect("a body");
            (head.status, head.headers, body.to_vec())
        })
    }
}

/// Every answer of the API is JSON, and every refusal is an error body that fits its status.
fn judge(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Result<(), String> {
    let kind = headers.get(header::CONTENT_TYPE);
    if !kind.is_some_and(|kind| kind.as_bytes().starts_with(b"application/json")) {
        return Err("not JSON by its type".to_owned());
    }
    if !headers.contains_key("x-request-id") {
        return Err("no request id".to_owned());
    }
    if status.is_success() {
        return serde_json::from_slice::<Value>(body)
            .map(|_| ())
            .map_err(|error| format!("not JSON: {error}"));
    }
    let error: ErrorBody =
        serde_json::from_slice(body).map_err(|e| format!("no error body: {e}"))?;
    let fits = status.as_u16() == error.error_type.status() || status == StatusCode::BAD_REQUEST;
    let says = error
        .errors
        .as_ref()
        .is_none_or(|errors| !errors.is_empty());
    if fits && says {
        Ok(())
    } else {
        Err("an error body that does not fit".to_owned())
    }
}

fn remember(known: &mut VecDeque<String>, new: &str) {
    if !known.iter().any(|known| known == new) {
        if known.len() == REMEMBERED {
            known.pop_front();
        }
        known.push_back(new.to_owned());
    }
}

fn gather(answer: &Value, ids: &mut VecDeque<String>) {
    match answer {
        Value::Array(entries) => entries.iter().take(4).for_each(|entry| gather(entry, ids)),
        Value::Object(fields) => {
            for (key, value) in fields {
                match value {
                    Value::String(id) if key == "id" => remember(ids, id),
                    other => gather(other, ids),
                }
            }
        }
        _ => {}
    }
}

/// Every key of an object and every word of a list that the contract has.
fn words(contract: &Value) -> Vec<String> {
    fn collect(part: &Value, words: &mut BTreeSet<String>) {
        match part {
            Value::Object(fields) => {
                if let Some(Value::Object(properties)) = fields.get("properties") {
                    words.extend(properties.keys().cloned());
                }
                if let Some(Value::Array(list)) = fields.get("enum") {
                    words.extend(list.iter().filter_map(Value::as_str).map(str::to_owned));
                }
                fields.values().for_each(|value| collect(value, words));
            }
            Value::Array(parts) => parts.iter().for_each(|part| collect(part, words)),
            _ => {}
        }
    }
    let mut words = BTreeSet::new();
    collect(contract, &mut words);
    words.into_iter().collect()
}

fn location(name: &str) -> NewLocation {
    NewLocation {
        name: name.to_owned(),
        address: None,
        postal_code: Some("69002".to_owned()),
        city: Some("Lyon".to_owned()),
        country: "FR".to_owned(),
        timezone: "Europe/Paris".to_owned(),
    }
}

async fn account(hub: &Hub, name: &str) -> CreatedAccount {
    let new = NewAccount {
        name: name.to_owned(),
        currency: Currency::EUR,
        location: location("Lyon Bellecour"),
    };
    hub.write("fuzz.account", move |tx| {
        hub::provision::create_account(tx, &new)
    })
    .await
    .unwrap_or_else(|error: db::Error| panic!("no account: {error}"))
}

/// A connection of a client of its own; its token.
async fn connect(
    hub: &Hub,
    number: usize,
    at: &CreatedAccount,
    location: Option<&LocationId>,
    scope: &str,
) -> String {
    let client = ClientId::from_generated(format!("fuzz{number}.clients.test"));
    let grant = Grant {
        client: client.clone(),
        account: Some(at.account.clone()),
        location: location.cloned(),
        device: String::new(),
        scope: scope.to_owned(),
        catalog: Some(at.catalog.clone()).filter(|_| scope.contains(",catalog.")),
        customer_list: Some(at.customer_list.clone()).filter(|_| scope.contains(",customer_list.")),
        user: None,
    };
    let new = NewClient {
        id: Some(client),
        secret: Some("a secret".to_owned()),
        name: format!("Fuzz {number}"),
        owner: None,
        is_listed: false,
        app: AppFields::default(),
        callbacks: CallbackOptions::default(),
    };
    let key = hub.key().clone();
    let connection = hub
        .write("fuzz.connect", move |tx| {
            let _made = hub::oauth::clients::insert(tx, &key, &new)?;
            connections::connect(tx, &key, &grant)
        })
        .await
        .unwrap_or_else(|error: db::Error| panic!("no connection: {error}"));
    hub.key().access_token(connection.as_str())
}
