//! One piece of work: both sides as a task sees them, with every request on record.

use std::sync::Arc;
use std::time::Duration;

use client::order::Order;
use client::{Connection, Error, IdempotencyKey};
use rusqlite::Transaction;
use serde::de::DeserializeOwned;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::BridgeApp;
use super::links::{self, OrderLink};
use super::mapping::{BridgeLanguage, TillMenu};
use super::operations::{Direction, Report, RequestLog};
use super::restaurants::BridgedRestaurant;
use super::words::{page_language, zelty_code, zelty_sentence};
use crate::kit::connections::StoredConnection;
use crate::kit::cookies::path_segment;
use crate::kit::error_text::error_text;
use crate::kit::store::StoreError;
use crate::zelty_api::pace::Urgency;
use crate::zelty_api::{ZeltyClient, ZeltyError};

/// Why a task was not done.
#[derive(Debug, thiserror::Error)]
pub(super) enum TaskError {
    #[error(transparent)]
    Hub(#[from] Error),
    #[error(transparent)]
    Zelty(#[from] ZeltyError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<serde_json::Error> for TaskError {
    fn from(error: serde_json::Error) -> TaskError {
        TaskError::Store(error.into())
    }
}

impl TaskError {
    /// Whether it makes sense to try again.
    pub(super) fn is_passing(&self) -> bool {
        match self {
            TaskError::Hub(error) => match error.status() {
                Some(status) => matches!(status, 401 | 408 | 409 | 425 | 429 | 500..),
                None => error.is_outage(),
            },
            TaskError::Zelty(error) => matches!(
                error,
                ZeltyError::KeyRevoked
                    | ZeltyError::KeyWrong
                    | ZeltyError::Limit { .. }
                    | ZeltyError::Unreachable { .. }
            ),
            TaskError::Store(error) => !matches!(error, StoreError::Unreadable(_)),
        }
    }

    /// The failure as the list of operations shows it.
    pub(super) fn report(&self, language: BridgeLanguage, hub_name: &str) -> Report {
        let language = page_language(language);
        match self {
            TaskError::Hub(error) => {
                let code = error
                    .status()
                    .map_or_else(|| "Hub".into(), |it| it.to_string());
                Report::refused(code, error_text(language, hub_name, error))
            }
            TaskError::Zelty(error) => {
                Report::refused(zelty_code(error), zelty_sentence(language, error))
            }
            TaskError::Store(error) => Report::refused("Disque", error.to_string()),
        }
    }
}

/// What a task works with.
pub(super) struct TaskJob {
    pub app: Arc<BridgeApp>,
    pub place: StoredConnection,
    pub restaurant: BridgedRestaurant,
    pub zelty: ZeltyClient,
    pub log: RequestLog,
    hub: Connection,
}

impl TaskJob {
    pub(super) fn new(
        app: &Arc<BridgeApp>,
        place: StoredConnection,
        restaurant: BridgedRestaurant,
        log: RequestLog,
    ) -> Result<TaskJob, TaskError> {
        let zelty = app.zelty_client(&restaurant.key)?;
        Ok(TaskJob {
            hub: app.shell.connection(&place),
            app: Arc::clone(app),
            zelty: zelty.with_accepted_key().observed_by(Arc::new(log.clone())),
            place,
            restaurant,
            log,
        })
    }

    /// The language of what a merchant reads.
    pub(super) fn language(&self) -> BridgeLanguage {
        self.restaurant.options.language
    }

    async fn note<T>(
        &self,
        endpoint: String,
        body: Option<&Value>,
        began: tokio::time::Instant,
        answer: Result<Value, Error>,
    ) -> Result<T, TaskError>
    where
        T: DeserializeOwned,
    {
        let elapsed: Duration = began.elapsed();
        let pretty = |value: &Value| serde_json::to_string_pretty(value).unwrap_or_default();
        let (status, response) = match &answer {
            Ok(value) => (("200".to_owned(), true), pretty(value)),
            Err(error) => {
                let status = error.status().map(|it| it.to_string());
                ((status.unwrap_or_default(), false), error.to_string())
            }
        };
        let request = body.map(pretty).unwrap_or_default();
        self.log.add(
            Direction::BridgeToHub,
            endpoint,
            status,
            (request, response),
        );
        let shell = &self.app.shell;
        shell
            .record_call(&self.place, answer.as_ref().err(), elapsed)
            .await?;
        Ok(serde_json::from_value(answer?)?)
    }

    /// Reads something of the hub.
    pub(super) async fn hub_get<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &[(&str, &str)],
    ) -> Result<T, TaskError> {
        let began = tokio::time::Instant::now();
        let answer = self.hub.get(path, query).await;
        let query: Vec<String> = query.iter().map(|(n, v)| format!("{n}={v}")).collect();
        let mark = if query.is_empty() { "" } else { "?" };
        let endpoint = format!("GET {path}{mark}{}", query.join("&"));
        self.note(endpoint, None, began, answer).await
    }

    /// Changes something of the hub.
    pub(super) async fn hub_patch(&self, path: &str, body: &Value) -> Result<Value, TaskError> {
        let began = tokio::time::Instant::now();
        let answer = self.hub.patch(path, body).await;
        self.note(format!("PATCH {path}"), Some(body), began, answer)
            .await
    }

    /// Replaces something of the hub.
    pub(super) async fn hub_put(&self, path: &str, body: &Value) -> Result<Value, TaskError> {
        let began = tokio::time::Instant::now();
        let answer = self.hub.put(path, body).await;
        self.note(format!("PUT {path}"), Some(body), began, answer)
            .await
    }

    /// Makes something at the hub; `subject` names it, so that it is made once however often it is sent.
    pub(super) async fn hub_post(
        &self,
        path: &str,
        body: &Value,
        subject: &str,
    ) -> Result<Value, TaskError> {
        // The content is part of the key: another content under the same key would be refused.
        let digest = Sha256::digest(format!("{}/{path}/{subject}/{body}", self.place.id));
        let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        let key = IdempotencyKey::new(&hex)?;
        let began = tokio::time::Instant::now();
        let answer = self.hub.post_with_key(&key, path, body).await;
        self.note(format!("POST {path}"), Some(body), began, answer)
            .await
    }

    /// An order of the hub as it is now.
    pub(super) async fn hub_order(&self, id: &str) -> Result<Order, TaskError> {
        self.hub_get(&format!("/location/orders/{}", path_segment(id)), &[])
            .await
    }

    /// Changes an order of the hub.
    pub(super) async fn patch_order(&self, id: &str, body: &Value) -> Result<Order, TaskError> {
        let path = format!("/location/orders/{}", path_segment(id));
        Ok(serde_json::from_value(self.hub_patch(&path, body).await?)?)
    }

    /// Reads the store.
    pub(super) async fn read<R: Send + 'static>(
        &self,
        read: impl FnOnce(&Transaction<'_>, &str) -> Result<R, StoreError> + Send + 'static,
    ) -> Result<R, TaskError> {
        let id = self.place.id.clone();
        Ok(self.app.shell.store.read(move |tx| read(tx, &id)).await?)
    }

    /// Stores what both sides know of an order.
    pub(super) async fn save_link(&self, link: &OrderLink) -> Result<(), TaskError> {
        let (id, link, now) = (self.place.id.clone(), link.clone(), self.app.shell.now());
        let saved = self
            .app
            .shell
            .store
            .write(move |tx| links::save(tx, &id, &link, now));
        Ok(saved.await?)
    }

    /// What the till sells, as it was read lately, or now if `is_fresh`.
    pub(super) async fn till_menu(&self, is_fresh: bool) -> Result<Arc<TillMenu>, TaskError> {
        let key = self.restaurant.connection.as_str();
        if !is_fresh && let Some(menu) = self.app.menus.find(key, self.app.shell.now()) {
            return Ok(menu);
        }
        // Changes that are reported from now on make what is read here old.
        let round = self.app.menus.round(key);
        let urgency = Urgency::Order;
        let menu = Arc::new(TillMenu::new(
            self.zelty.dishes(urgency).await?,
            self.zelty.menus(urgency).await?,
            self.zelty.options(urgency).await?,
            self.zelty.transaction_methods(urgency).await?,
        ));
        let now = self.app.shell.now();
        self.app.menus.keep(key, round, Arc::clone(&menu), now);
        Ok(menu)
    }
}
