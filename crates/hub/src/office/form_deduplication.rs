//! A form is spent once, however often it is sent: a button that is pressed twice, or a page that is
//! loaded again, gets what came of the first time.
//!
//! Every page gives its forms a number. The number is claimed in the transaction of the change that the
//! form makes, as an `Idempotency-Key` is (`http/conditions.rs`): after a crash either both are there or
//! neither. The answer is kept for as long as keys are, sealed, because it may hold a new secret or a
//! session. A second sending waits for the first. What was refused has claimed nothing. A page is shown
//! again to those only who could send the form now.
//!
//! The same number with other fields is another form: whoever goes back in their browser, types
//! something else and sends it, means it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::browser_request::BrowserRequest;
use super::confirmation::{CODE, PASSWORD};
use super::form::RawForm;
use super::response::PageError;
use crate::db::{self, json};
use crate::entropy::hex;
use crate::http::conditions::RequestConditions;
use crate::http::idempotency::IdempotentRequest;
use crate::hub::Hub;
use crate::secret;

/// Bytes of a page at most that is kept to be shown again.
const MAX_SAVED_PAGE_BYTES: usize = 128 * 1024;

/// The forms that are being answered.
#[derive(Clone, Debug, Default)]
pub(crate) struct FormsInProgress(Arc<Mutex<BTreeMap<String, Arc<tokio::sync::Mutex<()>>>>>);

impl FormsInProgress {
    fn lock_of(&self, name: &str) -> Arc<tokio::sync::Mutex<()>> {
        let mut locks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(locks.entry(name.to_owned()).or_default())
    }

    /// Forgets the turns of a form for which nobody waits.
    fn release(&self, name: &str, form_lock: Arc<tokio::sync::Mutex<()>>) {
        let mut locks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        drop(form_lock);
        if locks
            .get(name)
            .is_some_and(|form_lock| Arc::strong_count(form_lock) == 1)
        {
            locks.remove(name);
        }
    }
}

/// An answer as it is kept.
#[derive(Debug, Deserialize, Serialize)]
struct SavedPage {
    status: u16,
    location: Option<String>,
    cookies: Vec<String>,
    page: String,
}

/// A form by its number.
#[derive(Clone, Debug)]
struct NumberedForm {
    keyed: IdempotentRequest,
    /// What tells it from every other form of every browser.
    name: String,
}

impl NumberedForm {
    /// None for a form without a number, or from another browser: it is for its reader to refuse.
    fn of(browser: &BrowserRequest, form: &RawForm, path: &str) -> Option<Self> {
        let number = form.find("number").filter(|number| !number.is_empty())?;
        if !form.is_from(browser) {
            return None;
        }
        let mut digest = Sha256::new();
        // With the password that was asked for it is the form that it was.
        let fields = form.fields().iter();
        let fields = fields.filter(|(name, _)| ![PASSWORD, CODE].contains(&name.as_str()));
        let fields = fields.flat_map(|(name, value)| [name, value]);
        for part in [path, number].into_iter().chain(fields.map(String::as_str)) {
            digest.update(part.len().to_le_bytes());
            digest.update(part.as_bytes());
        }
        let (sender, key) = (secret::hash(&browser.csrf), hex(&digest.finalize()));
        Some(Self {
            name: format!("{sender} {key}"),
            keyed: IdempotentRequest::of_form(&sender, key),
        })
    }

    /// The answer that was given, if it is kept.
    async fn find_page(&self, hub: &Hub) -> db::Result<Option<SavedPage>> {
        let Some(sealed) = self.keyed.find_body(hub).await? else {
            return Ok(None);
        };
        let opened = hub.key().open(&self.name, &sealed).ok();
        Ok(opened.and_then(|text| serde_json::from_str(&text).ok()))
    }

    async fn save(&self, hub: &Hub, saved: &SavedPage) -> db::Result<()> {
        let text = json::text(saved)?;
        let sealed = hub
            .key()
            .seal(&self.name, &text, hub.entropy())
            .map_err(|error| db::Error::Broken(error.to_string()))?;
        self.keyed.save_page(hub, sealed.into()).await
    }
}

impl SavedPage {
    /// None when it is too long.
    async fn of(response: Response) -> (Option<Self>, Response) {
        let (head, body) = response.into_parts();
        let page = axum::body::to_bytes(body, usize::MAX)
            .await
            .unwrap_or_default();
        let text = |value: &HeaderValue| value.to_str().ok().map(str::to_owned);
        let saved = (page.len() <= MAX_SAVED_PAGE_BYTES).then(|| Self {
            status: head.status.as_u16(),
            location: head.headers.get(header::LOCATION).and_then(text),
            cookies: head
                .headers
                .get_all(header::SET_COOKIE)
                .iter()
                .filter_map(text)
                .collect(),
            page: String::from_utf8_lossy(&page).into_owned(),
        });
        (saved, Response::from_parts(head, Body::from(page)))
    }

    /// Whether it is said again without asking who is there: it leads elsewhere, or was never for
    /// somebody signed in. Any other page may show a secret: first the handler is asked, which refuses
    /// whoever is signed in no longer, or has lost the right, and is late otherwise.
    fn is_for_anybody(&self, browser: &BrowserRequest) -> bool {
        self.location.is_some() || browser.session.is_none()
    }

    fn into_response(self) -> Response {
        let is_page = !self.page.is_empty();
        let mut response = self.page.into_response();
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap_or(StatusCode::OK);
        let headers = response.headers_mut();
        headers.remove(header::CONTENT_TYPE);
        if is_page {
            let html = HeaderValue::from_static("text/html; charset=utf-8");
            headers.insert(header::CONTENT_TYPE, html);
        }
        let location = self.location.as_deref().map(HeaderValue::try_from);
        if let Some(Ok(location)) = location {
            headers.insert(header::LOCATION, location);
        }
        for cookie in self.cookies {
            if let Ok(cookie) = HeaderValue::try_from(cookie) {
                headers.append(header::SET_COOKIE, cookie);
            }
        }
        response
    }
}

/// Answers a form, or says again what was answered.
pub(crate) async fn respond(
    hub: &Hub,
    in_flight: &FormsInProgress,
    browser: &BrowserRequest,
    form: &RawForm,
    mut request: Request,
    next: Next,
) -> Response {
    let Some(numbered) = NumberedForm::of(browser, form, request.uri().path()) else {
        return next.run(request).await;
    };
    let (hub, in_flight, browser) = (hub.clone(), in_flight.clone(), browser.clone());
    let call = hub.call();
    // Whoever presses twice hangs up once; what they asked for is done and kept all the same.
    let task = tokio::spawn(async move {
        let form_lock = in_flight.lock_of(&numbered.name);
        let held = form_lock.lock().await;
        let conditions = Arc::new(RequestConditions::of_form(numbered.keyed.clone()));
        request.extensions_mut().insert(Arc::clone(&conditions));
        let result = run(&hub, &numbered, &conditions, &browser, request, next).await;
        drop(held);
        in_flight.release(&numbered.name, form_lock);
        drop(call);
        result.unwrap_or_else(|error| PageError::from(error).into_response())
    });
    let broken = |_| {
        let error = db::Error::Broken("a form was not answered to the end".to_owned());
        PageError::from(error).into_response()
    };
    task.await.unwrap_or_else(broken)
}

async fn run(
    hub: &Hub,
    numbered: &NumberedForm,
    conditions: &RequestConditions,
    browser: &BrowserRequest,
    request: Request,
    next: Next,
) -> db::Result<Response> {
    let saved = numbered.find_page(hub).await?;
    if let Some(saved) = saved.filter(|saved| saved.is_for_anybody(browser)) {
        return Ok(saved.into_response());
    }
    let response = next.run(request).await;
    if conditions.is_late() {
        // The handler would do it, and it is done: just now by another hub, or before.
        let saved = numbered.find_page(hub).await?;
        return Ok(saved.map_or(response, SavedPage::into_response));
    }
    if !conditions.is_claimed() {
        return Ok(response);
    }
    if response.status().is_client_error() {
        if let Err(error) = numbered.keyed.release(hub).await {
            tracing::warn!(%error, "releasing form number failed");
        }
        return Ok(response);
    }
    if response.status().is_server_error() {
        return Ok(response);
    }
    let (saved, response) = SavedPage::of(response).await;
    if let Some(saved) = saved
        && let Err(error) = numbered.save(hub, &saved).await
    {
        tracing::warn!(%error, "saving form response failed");
    }
    Ok(response)
}
