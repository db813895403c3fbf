//! The contract: what the API takes and answers, in forms that machines read.
//!
//! Everything here is made from the list of endpoints ([`crate::api::endpoints`]) and from the JSON
//! Schemas of `wire`'s types. The same documents are served by the hub and kept under `docs/api`; a
//! test fails when the two differ, so that no change of the API goes unseen:
//!
//! | Served as | Kept as | |
//! |---|---|---|
//! | `/openapi.json` | `openapi.json` | OpenAPI 3.1, with the events as webhooks |
//! | `/postman.json` | `postman.json` | a Postman collection, v2.1 |
//! | `/docs/events/{name}.json` | `events/{name}.json` | the JSON Schema of one event |
//!
//! The OpenAPI document lies at the root and not under `/v1`, for it describes `/v1` and
//! `/oauth2/v1` alike; where these are at hosts of their own, it lies at each of them and names
//! them. None of the documents needs a token, and any origin may read them. Each says its version
//! and has a tag (`ETag`), and is sent compressed to whoever accepts that. People read the same
//! under `/docs/api` ([`crate::office::reference`]).

mod answers;
mod events;
mod oauth;
mod openapi;
mod plain;
mod postman;
mod served;
mod tags;

use std::sync::{Arc, LazyLock, OnceLock};

use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use serde_json::{Value, json};

use crate::config::Config;
use crate::hosts::Hosts;
use crate::hub::Hub;
use served::ServedDocument;

pub use events::{EventDoc, TAG as EVENTS, event_docs};

/// The version of the contract: that of the program.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// A document of the contract.
#[derive(Clone, Debug)]
pub struct File {
    /// Its path under `docs/api`.
    pub path: String,
    /// Its text, with a line break at the end.
    pub text: String,
    /// As it is sent, made when somebody first asks for it.
    served: OnceLock<ServedDocument>,
}

static LENIENT_OPENAPI: LazyLock<Value> =
    LazyLock::new(|| openapi::document(&crate::api::endpoints()));

static OPENAPI: LazyLock<Value> = LazyLock::new(|| plain::document(LENIENT_OPENAPI.clone()));

static FILES: LazyLock<Vec<File>> = LazyLock::new(|| {
    let mut files = vec![
        File::of("openapi.json", &OPENAPI),
        File::of("postman.json", &postman::collection(&OPENAPI)),
    ];
    files.extend(events::schemas().into_iter().map(|(name, schema)| {
        let path = format!("events/{name}.json");
        File::of(&path, &schema)
    }));
    files
});

impl File {
    fn of(path: &str, json: &Value) -> Self {
        Self {
            path: path.to_owned(),
            text: format!("{json:#}\n"),
            served: OnceLock::new(),
        }
    }

    fn respond(&self, headers: &HeaderMap) -> Response {
        let served = self.served.get_or_init(|| ServedDocument::of(&self.text));
        served.respond(headers)
    }
}

/// The OpenAPI document.
pub fn openapi() -> &'static Value {
    &OPENAPI
}

/// The OpenAPI document with every way to write "no value" that the API understands: it allows all
/// that the API does not refuse. It is for tests; a new program needs none of it.
pub fn lenient_openapi() -> &'static Value {
    &LENIENT_OPENAPI
}

/// All documents.
pub fn files() -> &'static [File] {
    &FILES
}

/// The documents on the network.
pub(crate) fn router(hub: &Hub) -> Router {
    let openapi = with_servers(hub.config()).map(Arc::new);
    let openapi = async move |headers: HeaderMap| match &openapi {
        Some(file) => file.respond(&headers),
        None => respond("openapi.json", &headers),
    };
    let postman = async |headers: HeaderMap| respond("postman.json", &headers);
    Router::new()
        .route("/openapi.json", get(openapi))
        .route("/postman.json", get(postman))
        .route("/docs/events/{name}", get(event))
}

async fn event(Path(name): Path<String>, headers: HeaderMap) -> Response {
    respond(&format!("events/{name}"), &headers)
}

fn respond(path: &str, headers: &HeaderMap) -> Response {
    match files().iter().find(|file| file.path == path) {
        Some(file) => file.respond(headers),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// The document with the hosts of the settings, where there are several.
fn with_servers(config: &Config) -> Option<File> {
    let (api, oauth) = (config.api_url(), config.oauth_url());
    Hosts::of(config)?;
    let mut whole = openapi().clone();
    whole["servers"] = json!([{ "url": api }]);
    for (path, operations) in whole["paths"].as_object_mut()? {
        if path.starts_with("/oauth2/") {
            operations["servers"] = json!([{ "url": oauth }]);
        }
    }
    Some(File::of("openapi.json", &whole))
}
