//! The same key gets the same answer: `Idempotency-Key`.
//!
//! - The key belongs to the connection that sent it, and is kept for 24 hours: for longer when the
//!   clock has jumped, since a key that is free too early makes a second order.
//! - Its row is written in the transaction of the change, and so is the answer: after a crash
//!   either both the change and its answer are there, or neither.
//! - The same request again gets the same body, byte for byte, and a header that says so; another
//!   request with the same key is refused. The first answer has that header too and denies it.
//! - Two at the same moment: the second waits for the first at the row of the key, and then gets
//!   the first one's answer.
//! - A refusal changes nothing and is not kept: the key is as good as new.
//!
//! It works for whatever changes something: POST, and also PATCH, PUT and DELETE.

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::{IntoResponse as _, Response};
use const_format::formatcp;
use jiff::SignedDuration;
use sha2::{Digest as _, Sha256};
use wire::id::{AccountId, MAX_IDEMPOTENCY_KEY_CHARS, OrderId};

use super::caller::Authenticated;
use super::problem::ApiError;
use super::response::Reply;
use crate::db::page::{Cursor, Page};
use crate::db::{self, Tx};
use crate::entropy::hex;
use crate::hub::Hub;
use crate::{args, row, statements};

/// Names the key of a request.
pub const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// On every answer to a change with a key that was admitted: `true` when it was given before, else
/// `false`. So a sender knows a hub that knows keys.
pub const REPLAYED_HEADER: HeaderName = HeaderName::from_static("idempotent-replayed");

/// How long a key is kept.
const KEY_TTL: SignedDuration = SignedDuration::from_hours(24);

statements! {
    /// Takes a key that is free, or that was used too long ago to count.
    CLAIM = "INSERT INTO idempotency_keys (account_id, connection_id, key, fingerprint, order_id,
            body, created_at)
        VALUES ($1, $2, $3, $4, NULL, NULL, $5)
        ON CONFLICT (account_id, connection_id, key)
            DO UPDATE SET fingerprint = excluded.fingerprint, order_id = NULL, body = NULL,
                created_at = excluded.created_at
            WHERE idempotency_keys.created_at <= $6";
    SAVE_RESPONSE = "UPDATE idempotency_keys SET order_id = $4, body = $5
        WHERE account_id = $1 AND connection_id = $2 AND key = $3";
    FIND = "SELECT fingerprint, order_id, body FROM idempotency_keys
        WHERE account_id = $1 AND connection_id = $2 AND key = $3 AND created_at > $4";
    LIST_RESPONSES = formatcp!("SELECT {} FROM idempotency_keys
        WHERE account_id = $1 AND (connection_id, key) > ($2, $3) AND body IS NOT NULL
        ORDER BY connection_id, key LIMIT $4", AnswerRow::COLUMNS);
    /// Unless the key was taken for another request meanwhile.
    REPLACE_RESPONSE = "UPDATE idempotency_keys SET body = $5
        WHERE account_id = $1 AND connection_id = $2 AND key = $3 AND created_at = $4";
    /// Of a browser's forms only so many are remembered.
    DELETE_OLDEST_FORMS = "DELETE FROM idempotency_keys
        WHERE account_id = $1 AND connection_id = $2 AND created_at <
            (SELECT created_at FROM idempotency_keys WHERE account_id = $1 AND connection_id = $2
            ORDER BY created_at DESC LIMIT 1 OFFSET $3)";
    RELEASE = "DELETE FROM idempotency_keys
        WHERE account_id = $1 AND connection_id = $2 AND key = $3";
    DELETE_EXPIRED = "DELETE FROM idempotency_keys
        WHERE created_at <= $1 AND (account_id, connection_id, key) IN
            (SELECT account_id, connection_id, key FROM idempotency_keys
            WHERE created_at <= $1 ORDER BY created_at LIMIT $2)";
}

/// The key of a request, if it has one: 1 to 255 printable ASCII characters.
pub(crate) fn key(headers: &HeaderMap) -> Result<Option<String>, ApiError> {
    let mut given = headers.get_all(&IDEMPOTENCY_KEY).iter();
    let Some(key) = given.next() else {
        return Ok(None);
    };
    let is_good =
        |key: &&str| (1..=MAX_IDEMPOTENCY_KEY_CHARS).contains(&key.len()) && !key.contains('\t');
    match (key.to_str().ok().filter(is_good), given.next()) {
        (Some(key), None) => Ok(Some(key.to_owned())),
        _ => Err(ApiError::Malformed(format!(
            "Idempotency-Key must be one value of 1 to {MAX_IDEMPOTENCY_KEY_CHARS} printable ASCII characters"
        ))),
    }
}

/// An answer to a request with a key, which says that it was not given before unless it says so.
pub(super) fn mark_not_replayed(mut response: Response) -> Response {
    let no = HeaderValue::from_static("false");
    response.headers_mut().entry(REPLAYED_HEADER).or_insert(no);
    response
}

/// Forms of one browser that are remembered at most, beside the one that is being sent.
const MAX_FORMS_PER_BROWSER: u32 = 50;

/// A request with a key.
#[derive(Clone, Debug)]
pub(crate) struct IdempotentRequest {
    account: String,
    /// The connection that sent it, or the browser.
    sender: String,
    key: String,
    /// What tells the request from another one: a digest of method, path, query and body.
    fingerprint: String,
}

/// What is known of a key.
pub(super) struct SavedResponse {
    fingerprint: String,
    order: Option<OrderId>,
    /// The answer; none when the change was made and its answer was not kept.
    body: Option<Vec<u8>>,
}

impl IdempotentRequest {
    /// The key of a form of the back office. It belongs to no account, and to a browser instead of a
    /// connection: no id of a connection has a blank.
    pub(crate) fn of_form(browser: &str, key: String) -> Self {
        Self {
            account: String::new(),
            sender: format!("form {browser}"),
            key,
            fingerprint: String::new(),
        }
    }

    /// The answer that is kept under the key.
    pub(crate) async fn find_body(&self, hub: &Hub) -> db::Result<Option<Vec<u8>>> {
        Ok(self.find(hub).await?.and_then(|saved| saved.body))
    }

    /// The key of a request, which is handed back as it was.
    pub(super) async fn new(
        admitted: &Authenticated,
        key: String,
        request: Request,
    ) -> (Self, Request) {
        let (head, body) = request.into_parts();
        // The body is in memory already; this moves no bytes.
        let body = axum::body::to_bytes(body, usize::MAX)
            .await
            .unwrap_or_default();
        let mut digest = Sha256::new();
        for part in [head.method.as_str(), &head.uri.to_string()] {
            digest.update(part.as_bytes());
            digest.update([0]);
        }
        digest.update(&body);
        let account = admitted.account.as_ref();
        let keyed = Self {
            account: account.map_or_else(String::new, |at| at.account.to_string()),
            sender: admitted.caller.connection.to_string(),
            key,
            fingerprint: hex(&digest.finalize()),
        };
        (keyed, Request::from_parts(head, Body::from(body)))
    }

    /// Takes the key for this request; false means that another has it. On PostgreSQL that waits
    /// for another transaction that is about to take it.
    pub(super) fn claim(&self, tx: &mut Tx<'_>) -> db::Result<bool> {
        let (now, until) = (tx.latest(), tx.earliest() - KEY_TTL);
        if self.fingerprint.is_empty() {
            let crowd = args![
                self.account.as_str(),
                self.sender.as_str(),
                MAX_FORMS_PER_BROWSER - 1
            ];
            tx.write(DELETE_OLDEST_FORMS, crowd)?;
        }
        let taken = tx.execute(
            CLAIM,
            args![
                self.account.as_str(),
                self.sender.as_str(),
                self.key.as_str(),
                self.fingerprint.as_str(),
                now,
                until
            ],
        )?;
        Ok(taken == 1)
    }

    /// Keeps the answer.
    pub(super) fn save_response(
        &self,
        tx: &mut Tx<'_>,
        body: &[u8],
        order: Option<&OrderId>,
    ) -> db::Result<()> {
        tx.write(
            SAVE_RESPONSE,
            args![
                self.account.as_str(),
                self.sender.as_str(),
                self.key.as_str(),
                order,
                body
            ],
        )
    }

    /// What is known of the key.
    pub(super) async fn find(&self, hub: &Hub) -> db::Result<Option<SavedResponse>> {
        let keyed = self.clone();
        hub.read("idempotency.find", move |tx| {
            let (account, key) = (keyed.account.as_str(), keyed.key.as_str());
            let since = tx.earliest() - KEY_TTL;
            let found = tx.first(FIND, args![account, keyed.sender.as_str(), key, since])?;
            Ok(found.map(|(fingerprint, order, body)| SavedResponse {
                fingerprint,
                order,
                body,
            }))
        })
        .await
    }

    /// The answer that was given, or why it is not given again.
    pub(super) fn replay(&self, saved: SavedResponse) -> Result<Response, ApiError> {
        if saved.fingerprint != self.fingerprint {
            let message = "was already used for another request";
            return Err(ApiError::field("Idempotency-Key", message));
        }
        let body = saved.body.ok_or(ApiError::RequestInProgress)?;
        let mut response = Reply::from_saved(body, saved.order).into_response();
        let yes = HeaderValue::from_static("true");
        response.headers_mut().insert(REPLAYED_HEADER, yes);
        Ok(response)
    }

    /// Keeps what the back office shows for a change that is made.
    pub(crate) async fn save_page(&self, hub: &Hub, body: Bytes) -> db::Result<()> {
        let keyed = self.clone();
        hub.write("idempotency.keep", move |tx| {
            keyed.save_response(tx, &body, None)
        })
        .await
    }

    pub(crate) async fn release(&self, hub: &Hub) -> db::Result<()> {
        let keyed = self.clone();
        hub.write("idempotency.give_back", move |tx| {
            let (account, key) = (keyed.account.as_str(), keyed.key.as_str());
            tx.write(RELEASE, args![account, keyed.sender.as_str(), key])
        })
        .await
    }
}

row! {
    struct AnswerRow {
        connection: String = "connection_id",
        key: String = "key",
        created_at: String = "created_at",
        body: Vec<u8> = "body",
    }
}

/// Rewrites up to `most` kept answers of an account behind `after`: `change` makes another answer of
/// one, or none. Answers where to go on. What is given again is then no longer what was given once.
pub(crate) fn redact(
    tx: &mut Tx<'_>,
    account: &AccountId,
    after: &Cursor,
    most: u32,
    change: &dyn Fn(&[u8]) -> Option<Vec<u8>>,
) -> db::Result<Option<Cursor>> {
    let args = args![account, &after.key, &after.id, most + 1];
    let rows: Vec<AnswerRow> = tx.all(LIST_RESPONSES, args)?;
    let rows = rows.into_iter().map(|row| {
        let cursor = Cursor {
            key: row.connection.clone(),
            id: row.key.clone(),
        };
        (cursor, row)
    });
    let page = Page::cut(rows.collect(), most);
    for row in &page.items {
        if let Some(body) = change(&row.body) {
            let (connection, key) = (row.connection.as_str(), row.key.as_str());
            let created_at = row.created_at.as_str();
            tx.write(
                REPLACE_RESPONSE,
                args![account, connection, key, created_at, body],
            )?;
        }
    }
    Ok(page.next)
}

/// Forgets keys that are kept no longer; says how many.
pub(crate) fn delete_expired(tx: &mut Tx<'_>, most: u32) -> db::Result<usize> {
    let until = tx.earliest() - KEY_TTL;
    let gone = tx.execute(DELETE_EXPIRED, args![until, most])?;
    Ok(usize::try_from(gone).unwrap_or(usize::MAX))
}
