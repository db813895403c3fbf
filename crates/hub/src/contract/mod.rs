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
//! `/oauth2/v1` alike; where these are at hosts of their own, it lies at each of them and names them. None of them needs a token, and any origin may read them. People read the same
//! under `/docs` ([`crate::office::reference`]).

mod answers;
mod events;
mod oauth;
mod openapi;
mod postman;

use std::sync::LazyLock;

use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use serde_json::{Value, json};

use crate::config::Config;
use crate::hosts::Hosts;
use crate::hub::Hub;

pub use events::{Told, told};

/// A document of the contract.
#[derive(Clone, Debug)]
pub struct File {
    /// Its path under `docs/api`.
    pub path: String,
    /// Its text, with a line break at the end.
    pub text: String,
}

static OPENAPI: LazyLock<Value> = LazyLock::new(|| openapi::document(&crate::api::endpoints()));

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
        }
    }
}

/// The OpenAPI document.
pub fn openapi() -> &'static Value {
    &OPENAPI
}

/// All documents.
pub fn files() -> &'static [File] {
    &FILES
}

/// The documents on the network.
pub(crate) fn router(hub: &Hub) -> Router {
    let openapi = addressed(hub.config());
    let openapi = async move || match openapi.clone() {
        Some(text) => with_type(text.into_response()),
        None => answer("openapi.json"),
    };
    Router::new()
        .route("/openapi.json", get(openapi))
        .route("/postman.json", get(async || answer("postman.json")))
        .route("/docs/events/{name}", get(event))
}

async fn event(Path(name): Path<String>) -> Response {
    answer(&format!("events/{name}"))
}

fn answer(path: &str) -> Response {
    let Some(file) = files().iter().find(|file| file.path == path) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    with_type(file.text.as_str().into_response())
}

/// The document with the hosts of the settings, where there are several.
fn addressed(config: &Config) -> Option<String> {
    let (api, oauth) = (config.api_url(), config.oauth_url());
    Hosts::of(config)?;
    let mut whole = openapi().clone();
    whole["servers"] = json!([{ "url": api }]);
    for (path, operations) in whole["paths"].as_object_mut()? {
        if path.starts_with("/oauth2/") {
            operations["servers"] = json!([{ "url": oauth }]);
        }
    }
    Some(format!("{whole:#}\n"))
}

fn with_type(mut response: Response) -> Response {
    let headers = response.headers_mut();
    let json = HeaderValue::from_static("application/json; charset=utf-8");
    headers.insert(header::CONTENT_TYPE, json);
    let anybody = HeaderValue::from_static("*");
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, anybody);
    response
}
